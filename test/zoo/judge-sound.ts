import { compareSound, type Sound } from "../support/compare-audio.ts";
import { measureLoudness, type Loudness } from "../support/loudness.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { median, type Lag } from "./judge-pictures.ts";
import { referenceSound, trackHeadroom, type Reference } from "./reference-sound.ts";
import type { Expected } from "./shape.ts";

/** Lip-sync that nobody sees (ITU-R BT.1359 allows 45 ms of early sound): what Viewra promises, milliseconds. */
const toleranceMs = 10;

/** Codec frames overlap: what is wrong at a joint is heard so long about it. */
const nearJoint = 0.06;
/** A window of comparison and that. */
const longestWindow = 0.4 + nearJoint;

export interface SoundPlace {
  /** How much later than in the source the pictures are. */
  readonly lag: Lag;
  readonly middleLag: number;
  /** By how much a picture may be moved to the nearest of the output's grid, milliseconds. */
  readonly roundingMs: number;
  /** How much later than the pictures the source itself has its sound. */
  readonly sourceOffsets: readonly SoundOffset[];
  /** Seconds from the title's start at which its segments meet. */
  readonly joints?: readonly number[];
}

/** What is wrong with a decoded track: unlike the source's, out of step with the pictures, or with gaps. */
export function judgeSound(
  sound: Sound,
  reference: Reference,
  place: SoundPlace,
  expected: Expected,
): string[] {
  const faults: string[] = [];
  const truth = referenceSound(reference, sound.channels.length);
  if (sound.jumps.length > 0) {
    const [first] = sound.jumps;
    const by = `${((first?.by ?? 0) * 1000).toFixed(1)} ms at ${first?.at.toFixed(2)} s`;
    faults.push(`time stamps jump ${sound.jumps.length} times (${by})`);
  }
  const joints = [...(place.joints ?? []), ...(reference.changes ?? []).map(({ from }) => from)];
  const leastAt = (at: number): number => {
    const isJoint = joints.some((joint) => joint > at - nearJoint && joint < at + longestWindow);
    return isJoint ? Math.min(expected.likeness, expected.jointLikeness) : expected.likeness;
  };
  for (const channel of sound.channels.keys()) {
    // What is left of a low-frequency channel lies below the noise.
    if (sound.channels.length === 6 && channel === 3) continue;
    const { middleLag: shiftSeconds } = place;
    const { windows } = compareSound(truth, sound, { sourceStart: 0, shiftSeconds, channel });
    const unlike = windows.filter(({ at, offsetMs, likeness }) =>
      offsetMs === null ? likeness > 0.003 : !(likeness > leastAt(at)),
    );
    const offsets = windows.flatMap(({ at, offsetMs, likeness }) => {
      if (offsetMs === null || !(likeness > leastAt(at))) return [];
      const local = (place.lag(at) - place.middleLag) * 1000;
      const ms = offsetMs - offsetAbout(place.sourceOffsets, at - shiftSeconds);
      // Where pictures lie between two of the grid, sound keeps to the clock and not to the rounding.
      const isRounding = Math.abs(local) <= place.roundingMs && Math.abs(ms) < Math.abs(ms - local);
      return [{ at, ms: isRounding ? ms : ms - local }];
    });
    const off = offsets.filter(({ ms }) => Math.abs(ms) > toleranceMs);
    const where = (list: readonly { readonly at: number }[]): string =>
      list
        .slice(0, 3)
        .map(({ at }) => `${at.toFixed(1)} s`)
        .join(", ");
    if (unlike.length > 0) {
      const best = Math.min(...unlike.map(({ likeness }) => likeness)).toFixed(2);
      const of = `${unlike.length} of ${windows.length} windows`;
      faults.push(
        `channel ${channel}: not the source's sound in ${of} (${where(unlike)}; ${best})`,
      );
    }
    if (off.length > 0) {
      const ms = median(off.map((one) => one.ms)).toFixed(1);
      faults.push(`channel ${channel}: sound ${ms} ms late at ${where(off)}`);
    }
    if (windows.length === 0 && expected.seconds > 1) faults.push(`channel ${channel}: no sound`);
  }
  return faults;
}

/** Sound against pictures about a moment of the title. */
export interface SoundOffset {
  readonly at: number;
  readonly ms: number;
}

/**
 * How much later than its pictures a source has its sound, as decoded and put where its time stamps say,
 * twice a second; empty where it cannot be told.
 */
export function sourceOffsets(
  sound: Sound,
  reference: Reference,
  pictureLag: number,
): SoundOffset[] {
  const truth = referenceSound(reference, sound.channels.length);
  // Far-away clocks: only the distance counts.
  const start = sound.start - pictureLag;
  if (!(Math.abs(start) < 30)) return [];
  const channels = sound.channels.map((samples) => atTimeStamps(samples, sound));
  const { windows } = compareSound(truth, { ...sound, channels, start }, { sourceStart: 0 });
  return windows.flatMap(({ at, offsetMs, likeness }) =>
    offsetMs !== null && likeness > 0.5 ? [{ at, ms: offsetMs }] : [],
  );
}

/** Rounding of time stamps to milliseconds is no gap. */
const shortestGapSeconds = 0.002;

/** Decoded samples lie one after the other; where the time stamps leave a gap, or overlap, they are moved. */
function atTimeStamps(samples: Float32Array, { start, jumps }: Sound): Float32Array {
  const moves: { from: number; by: number }[] = [];
  let sum = 0;
  for (const { at, by } of jumps) {
    sum += by;
    const from = Math.round((at - start - sum) * 48_000);
    const known = moves.at(-1)?.by ?? 0;
    if (Math.abs(sum * 48_000 - known) > shortestGapSeconds * 48_000) {
      moves.push({ from, by: Math.round(sum * 48_000) });
    }
  }
  if (moves.length === 0) return samples;
  const placed = new Float32Array(samples.length + Math.max(0, ...moves.map(({ by }) => by)));
  for (const [i, { from, by }] of [{ from: 0, by: 0 }, ...moves].entries()) {
    const end = moves[i]?.from ?? samples.length;
    placed.set(samples.subarray(from, end), Math.max(0, from + by));
  }
  return placed;
}

/** The source's own offset about a moment. */
function offsetAbout(offsets: readonly SoundOffset[], at: number): number {
  const near = offsets.filter((one) => Math.abs(one.at - at) < 0.3);
  return median((near.length > 0 ? near : offsets).map(({ ms }) => ms));
}

/** Loud as the source is; added-up channels may be lowered as far as it takes to never clip, and no further. */
export async function judgeLoudness(
  seen: Pick<Loudness, "integrated" | "truePeak">,
  outputChannels: number,
  reference: Reference,
): Promise<string[]> {
  const wanted = await loudnessOf(referenceSound(reference, outputChannels));
  const headroom = 20 * Math.log10(trackHeadroom(reference, outputChannels));
  const faults: string[] = [];
  const figures = `${seen.integrated} LUFS, expected ${(wanted.integrated - headroom).toFixed(1)}`;
  if (seen.integrated > wanted.integrated + 1) faults.push(`too loud: ${figures}`);
  if (!(seen.integrated > wanted.integrated - headroom - 1)) faults.push(`too quiet: ${figures}`);
  // A lossy encoder overshoots a little what was within limits: more where six channels of noise share its bits.
  const overshoot = outputChannels > 2 ? 2 : 1;
  if (seen.truePeak > Math.max(0, headroom > 0 ? 0 : wanted.truePeak) + overshoot) {
    faults.push(`clips: true peak of ${seen.truePeak} dBTP`);
  }
  return faults;
}

const measured = new WeakMap<Sound, Promise<Loudness>>();

/** Measured once for each reference that is kept. */
function loudnessOf(sound: Sound): Promise<Loudness> {
  const known = measured.get(sound) ?? measureSamples(sound);
  measured.set(sound, known);
  return known;
}

async function measureSamples(sound: Sound): Promise<Loudness> {
  await using folder = await createTempFolder("loudness");
  const channels = sound.channels.length;
  const count = sound.channels[0]?.length ?? 0;
  const samples = new Float32Array(count * channels);
  for (const [channel, one] of sound.channels.entries()) {
    for (let i = 0; i < count; i++) samples[i * channels + channel] = one[i] ?? 0;
  }
  await Bun.write(folder.file("reference"), samples);
  const format = ["-f", "f32le", "-ar", "48000", "-ac", String(channels)];
  return await measureLoudness([...format, "-i", folder.file("reference")]);
}
