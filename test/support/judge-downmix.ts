import type { ProcessRunner } from "../../src/process/process-runner.ts";
import { interleaved } from "./compare-audio.ts";
import { measureLoudness } from "./loudness.ts";
import { planSound, soundSamples } from "./sound-run.ts";
import { makeScenes, type SoundScene } from "./sound-scenes.ts";
import type { TempFolder } from "./temp-folder.ts";

export interface Downmix {
  /** FFmpeg's name; of more channels than are made of it. */
  readonly layout: string;
  readonly channels: 2 | 6;
  /** Of one channel, dB below full scale (RMS). */
  readonly said: number;
  readonly effects: number;
}

/** What is not as it must be where speech is mixed down, before and after effects: another loudness, and clipping. */
export async function downmixFaults(
  runner: ProcessRunner,
  folder: TempFolder,
  { layout, channels, said, effects }: Downmix,
): Promise<string[]> {
  const scenes: SoundScene[] = [
    { seconds: 1.5, said, effects: null },
    { seconds: 0.8, said, effects },
    { seconds: 0.7, said: null, effects },
    { seconds: 1.5, said, effects: null },
  ];
  const film = folder.file("downmix.mov");
  await makeScenes(film, layout, scenes, 7);
  const planned = await planSound(runner, film, channels);
  const mixed = await soundSamples(runner, planned);
  const faults: string[] = [];
  const made = mixed.channels.length;
  if (made !== channels) return [`${made} instead of ${channels} channels`];
  const peak = mixed.channels.map((samples) => samples.reduce(louder, 0)).reduce(louder, 0);
  if (!(peak < 0.9)) faults.push(`a peak of ${peak.toFixed(3)}`);
  const path = folder.file("downmix.f32");
  await Bun.write(path, interleaved(mixed));
  const form = ["-f", "f32le", "-ar", "48000", "-ac", String(channels)];
  const named = ["-channel_layout", channels === 2 ? "stereo" : "5.1"];
  // A twentieth of a second after the effects, for the limiter to let go.
  for (const start of ["0", "3.05"]) {
    const piece = ["-ss", start, "-t", "1.4"];
    const before = (await measureLoudness([...piece, "-i", film])).integrated;
    const after = (await measureLoudness([...form, ...named, ...piece, "-i", path])).integrated;
    if (!(Math.abs(before - said) < 6)) faults.push(`the film's speech is of ${before} LUFS`);
    // The limiter takes a little of speech that is as loud as it can be.
    if (!(Math.abs(after - before) < 0.5)) {
      faults.push(`speech from ${start} s on: ${after} LUFS, in the film ${before}`);
    }
  }
  return faults;
}

function louder(peak: number, sample: number): number {
  return Math.max(peak, Math.abs(sample));
}
