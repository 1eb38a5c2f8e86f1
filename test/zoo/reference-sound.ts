import type { Sound } from "../support/compare-audio.ts";
import { makeNoise } from "../support/noise.ts";
import type { FilmSound } from "./film.ts";
import { seedOf } from "./make-shape.ts";

const rateHz = 48_000;

/** Channels of a layout in the order of FFmpeg and WAVE. */
const layouts: Readonly<Record<string, string>> = {
  mono: "FC",
  stereo: "FL FR",
  "2.1": "FL FR LFE",
  "3.0": "FL FR FC",
  "3.0(back)": "FL FR BC",
  "3.1": "FL FR FC LFE",
  "4.0": "FL FR FC BC",
  quad: "FL FR BL BR",
  "quad(side)": "FL FR SL SR",
  "4.1": "FL FR FC LFE BC",
  "5.0": "FL FR FC BL BR",
  "5.0(side)": "FL FR FC SL SR",
  "5.1": "FL FR FC LFE BL BR",
  "5.1(side)": "FL FR FC LFE SL SR",
  "6.1": "FL FR FC LFE BC SL SR",
  "7.0": "FL FR FC BL BR SL SR",
  "7.1": "FL FR FC LFE BL BR SL SR",
};

/** ITU-R BS.775 table 2: how a channel sounds in left and right. The low-frequency channel is left out. */
const downmix: Readonly<Record<string, readonly [number, number]>> = {
  FL: [1, 0],
  FR: [0, 1],
  FC: [Math.SQRT1_2, Math.SQRT1_2],
  BL: [Math.SQRT1_2, 0],
  SL: [Math.SQRT1_2, 0],
  BR: [0, Math.SQRT1_2],
  SR: [0, Math.SQRT1_2],
  BC: [0.5, 0.5],
  LFE: [0, 0],
};

/** Of each source channel: how loud it is in each output channel. */
export function mixOf(sound: FilmSound, outputChannels: number): number[][] {
  const names = layouts[sound.layout ?? ""]?.split(" ") ?? null;
  const one = (channel: number): number[] => {
    const itself = Array.from({ length: outputChannels }, (_, i) => (i === channel ? 1 : 0));
    // One channel out of two speakers, as loud as it was out of one.
    const both = outputChannels === 1 ? 1 : Math.SQRT1_2;
    if (sound.channels === 1) return Array.from({ length: outputChannels }, () => both);
    if (outputChannels === 1) return [1 / sound.channels];
    if (outputChannels === sound.channels) return itself;
    // Nothing is known of channels without a layout but that the first two are left and right.
    const name = names?.[channel];
    if (names !== null && name !== undefined && outputChannels === 6)
      return inSurround(name, names);
    const pair = name === undefined ? itself : downmix[name];
    return Array.from({ length: outputChannels }, (_, i) => pair?.[i] ?? 0);
  };
  return Array.from({ length: sound.channels }, (_, channel) => one(channel));
}

const surround = ["FL", "FR", "FC", "LFE", "BL", "BR"];

/** How a channel sounds in 5.1: sides go to the back, less where something is there, and a rear centre to both. */
function inSurround(name: string, names: readonly string[]): number[] {
  const side = names.includes("BL") ? Math.SQRT1_2 : 1;
  const backs: Readonly<Record<string, readonly [number, number]>> = {
    ...{ SL: [side, 0], SR: [0, side], BC: [Math.SQRT1_2, Math.SQRT1_2] },
  };
  const [left, right] = backs[name] ?? [0, 0];
  const moved = [0, 0, 0, 0, left, right];
  return surround.map((output, i) => (output === name ? 1 : (moved[i] ?? 0)));
}

/** By how much a mix must be lowered so that it can never clip: 1 where nothing is added up. */
export function headroomOf(mix: readonly (readonly number[])[]): number {
  const sums = (mix[0] ?? []).map((_, i) =>
    mix.reduce((sum, row) => sum + Math.abs(row[i] ?? 0), 0),
  );
  return Math.max(1, ...sums);
}

/** The same of a track that changes in mid-film. */
export function trackHeadroom({ sound, changes = [] }: Reference, outputChannels: number): number {
  const sounds = [sound, ...changes.map((change) => change.sound)];
  return Math.max(...sounds.map((one) => headroomOf(mixOf(one, outputChannels))));
}

export interface Reference {
  readonly sound: FilmSound;
  /** Position among the film's tracks. */
  readonly track: number;
  readonly seconds: number;
  readonly pause: { readonly at: number; readonly seconds: number } | null;
  /** What the track is like from a moment of the film on, in order. */
  readonly changes?: readonly { readonly from: number; readonly sound: FilmSound }[];
}

const kept = new Map<string, Sound>();
const keptAtOnce = 24;

/** What a track must sound like from the title's start on, mixed to so many channels without lowering. */
export function referenceSound(reference: Reference, outputChannels: number): Sound {
  // Asked for again for each manifest and direction.
  const key = JSON.stringify([reference, outputChannels]);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = makeReference(reference, outputChannels);
  const [oldest] = kept.keys();
  if (kept.size >= keptAtOnce && oldest !== undefined) kept.delete(oldest);
  kept.set(key, made);
  return made;
}

function makeReference(reference: Reference, outputChannels: number): Sound {
  const { sound, track, seconds, pause, changes = [] } = reference;
  const count = Math.round(seconds * rateHz);
  const mixed = Array.from({ length: outputChannels }, () => new Float32Array(count));
  const pauseAt = pause === null ? Infinity : Math.round(pause.at * rateHz);
  const moved = Math.round((pause?.seconds ?? 0) * rateHz);
  const parts = [{ from: 0, sound }, ...changes];
  for (const [i, part] of parts.entries()) {
    const { channels, gainDb, from, to } = part.sound;
    const noise = makeNoise({
      channels,
      sampleRateHz: rateHz,
      seconds: seconds + 1,
      seed: seedOf(track),
    });
    const mix = mixOf(part.sound, outputChannels);
    const gain = 10 ** (gainDb / 20) / 32_768;
    const first = Math.round(Math.max(from, part.from) * rateHz);
    const end = Math.min(to, seconds, parts[i + 1]?.from ?? Infinity);
    const last = Math.min(noise.length / channels, Math.round(end * rateHz));
    for (let n = first; n < last; n++) {
      const at = n < pauseAt ? n : n + moved;
      if (at >= count) break;
      for (const [output, samples] of mixed.entries()) {
        let sum = 0;
        for (let channel = 0; channel < channels; channel++) {
          sum += (noise[n * channels + channel] ?? 0) * (mix[channel]?.[output] ?? 0);
        }
        samples[at] = Math.max(-1, Math.min(1, sum * gain));
      }
    }
  }
  return { channels: mixed, start: 0, jumps: [], warnings: "" };
}
