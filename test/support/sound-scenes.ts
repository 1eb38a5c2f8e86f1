import { rm } from "node:fs/promises";
import { layoutChannels } from "./layout-channels.ts";
import { makeNoise } from "./noise.ts";
import { runTool } from "./run-tool.ts";

/** A stretch of a film's sound. Levels are of one channel, dB below full scale (RMS); null for silence. */
export interface SoundScene {
  readonly seconds: number;
  /** What is said: in the centre, and where there is none in both channels of the front. */
  readonly said: number | null;
  /** What sounds in all other channels. */
  readonly effects: number | null;
}

const rateHz = 48_000;

/** Writes scenes one after the other into the container that the path's extension names, as PCM of 16 bits. */
export async function makeScenes(
  path: string,
  layout: string,
  scenes: readonly SoundScene[],
  seed: number,
): Promise<void> {
  const names = layout === "mono" ? ["FC"] : await layoutChannels(layout);
  const speaking = new Set(names.includes("FC") ? ["FC"] : ["FL", "FR"]);
  const seconds = scenes.reduce((sum, scene) => sum + scene.seconds, 0);
  const noise = { sampleRateHz: rateHz, seconds };
  const voice = levelled(spoken(makeNoise({ ...noise, channels: 1, seed })));
  const others = names.map((_, i) =>
    levelled(Float32Array.from(makeNoise({ ...noise, channels: 1, seed: seed + 1 + i }))),
  );
  const samples = new Int16Array(voice.length * names.length);
  let at = 0;
  for (const scene of scenes) {
    const end = Math.min(voice.length, at + Math.round(scene.seconds * rateHz));
    for (let i = at; i < end; i++) {
      for (const [channel, name] of names.entries()) {
        const speaks = speaking.has(name);
        const sample = (speaks ? voice : others[channel])?.[i] ?? 0;
        const full = sample * amplitude(speaks ? scene.said : scene.effects) * 32_767;
        samples[i * names.length + channel] = Math.max(-32_767, Math.min(32_767, full));
      }
    }
    at = end;
  }
  const raw = `${path}.scenes`;
  await Bun.write(raw, samples);
  const input = ["-f", "s16le", "-ar", String(rateHz), "-ac", String(names.length)];
  try {
    await runTool([
      ...["ffmpeg", "-nostdin", "-y", "-v", "error", ...input, "-channel_layout", layout],
      ...["-i", raw, "-c:a", "pcm_s16le", path],
    ]);
  } finally {
    await rm(raw, { force: true });
  }
}

/** Loud and nearly silent four times a second, as syllables are. */
function spoken(noise: Int16Array): Float32Array {
  return Float32Array.from(noise, (sample, i) => {
    const swing = 0.5 - 0.5 * Math.cos((2 * Math.PI * 4 * i) / rateHz);
    return sample * (0.05 + 0.95 * swing);
  });
}

/** As loud as a square wave of full scale. */
function levelled(samples: Float32Array): Float32Array {
  const energy = samples.reduce((sum, sample) => sum + sample * sample, 0);
  const rms = Math.sqrt(energy / Math.max(1, samples.length)) || 1;
  return samples.map((sample) => sample / rms);
}

function amplitude(decibels: number | null): number {
  return decibels === null ? 0 : 10 ** (decibels / 20);
}
