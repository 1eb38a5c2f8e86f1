import { compareSound, type Sound } from "../support/compare-audio.ts";
import { measureLoudness, type Loudness } from "../support/loudness.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { median, type Lag } from "./judge-pictures.ts";
import { headroomOf, mixOf, referenceSound, type Reference } from "./reference-sound.ts";
import type { Expected } from "./shape.ts";

/** Lip-sync that nobody sees (ITU-R BT.1359 allows 45 ms of early sound): what Viewra promises, milliseconds. */
const toleranceMs = 10;

export interface SoundPlace {
  /** How much later than in the source the pictures are. */
  readonly lag: Lag;
  readonly middleLag: number;
  /** How much later than the pictures the source itself has its sound, milliseconds. */
  readonly sourceOffsetMs: number;
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
  for (const channel of sound.channels.keys()) {
    // What is left of a low-frequency channel lies below the noise.
    if (sound.channels.length === 6 && channel === 3) continue;
    const { middleLag: shiftSeconds } = place;
    const { windows } = compareSound(truth, sound, { sourceStart: 0, shiftSeconds, channel });
    const unlike = windows.filter(({ offsetMs, likeness }) =>
      offsetMs === null ? likeness > 0.003 : !(likeness > expected.likeness),
    );
    const offsets = windows.flatMap(({ at, offsetMs, likeness }) => {
      if (offsetMs === null || !(likeness > expected.likeness)) return [];
      const local = (place.lag(at) - place.middleLag) * 1000;
      return [{ at, ms: offsetMs - local - place.sourceOffsetMs }];
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

/** How much later than its pictures a source has its sound, as decoded, milliseconds; 0 where it cannot be told. */
export function sourceOffset(sound: Sound, reference: Reference, pictureLag: number): number {
  const truth = referenceSound(reference, sound.channels.length);
  // Far-away clocks: only the distance counts.
  const moved = { ...sound, start: sound.start - pictureLag };
  if (!(Math.abs(moved.start) < 30)) return 0;
  const { windows } = compareSound(truth, moved, { sourceStart: 0 });
  const clear = windows.flatMap(({ offsetMs, likeness }) =>
    offsetMs !== null && likeness > 0.5 ? [offsetMs] : [],
  );
  return median(clear);
}

/** Loud as the source is; added-up channels may be lowered as far as it takes to never clip, and no further. */
export async function judgeLoudness(
  seen: Loudness,
  outputChannels: number,
  reference: Reference,
): Promise<string[]> {
  const wanted = await loudnessOf(referenceSound(reference, outputChannels));
  const headroom = 20 * Math.log10(headroomOf(mixOf(reference.sound, outputChannels)));
  const faults: string[] = [];
  const figures = `${seen.integrated} LUFS, expected ${(wanted.integrated - headroom).toFixed(1)}`;
  if (seen.integrated > wanted.integrated + 1) faults.push(`too loud: ${figures}`);
  if (!(seen.integrated > wanted.integrated - headroom - 1)) faults.push(`too quiet: ${figures}`);
  // A lossy encoder overshoots a little what was within limits.
  if (seen.truePeak > Math.max(0, headroom > 0 ? 0 : wanted.truePeak) + 1) {
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
