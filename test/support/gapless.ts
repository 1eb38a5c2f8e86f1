import { expect } from "bun:test";
import { mkdir } from "node:fs/promises";
import {
  soundCodecs,
  soundEncoders,
  type SoundCodec,
} from "../../src/rendition/encode/sound-encoders.ts";
import { encodedTimeline } from "../../src/rendition/encode/frame-timeline.ts";
import { totalTicks } from "../../src/media/timeline.ts";
import type { ProcessRunner } from "../../src/process/process-runner.ts";
import { playSound } from "./played-sound.ts";
import { shuffled } from "./shuffle.ts";
import type { TempFolder } from "./temp-folder.ts";
import { runTool } from "./run-tool.ts";
import { planSound } from "./sound-run.ts";

const usualRates = [
  8000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000,
];

/** A kind of file that says how long its music is to a sample. */
export interface MusicFile {
  readonly name: string;
  readonly ending: string;
  /** FFmpeg's. */
  readonly options: readonly string[];
  readonly rates: readonly number[];
  /** What is shorter is less than its encoder needs. */
  readonly fewestSamples: number;
}

const lossless = { rates: usualRates, fewestSamples: 1 };
// FFmpeg writes edit lists in milliseconds where it is not told otherwise.
const mp4 = ["-movie_timescale", "48000"];

export const musicFiles: readonly MusicFile[] = [
  { name: "WAV", ending: "wav", options: [], ...lossless },
  { name: "FLAC", ending: "flac", options: [], ...lossless },
  { name: "WavPack", ending: "wv", options: [], ...lossless },
  { name: "AIFF", ending: "aiff", options: [], ...lossless },
  { name: "TTA", ending: "tta", options: [], ...lossless },
  { name: "ALAC", ending: "m4a", options: ["-c:a", "alac", ...mp4], ...lossless },
  {
    name: "MP3",
    ending: "mp3",
    options: [],
    rates: [16_000, 24_000, 32_000, 44_100, 48_000],
    fewestSamples: 5000,
  },
  { name: "Opus", ending: "opus", options: [], rates: [48_000], fewestSamples: 5000 },
  {
    name: "Vorbis",
    ending: "ogg",
    options: ["-c:a", "libvorbis"],
    rates: [16_000, 32_000, 44_100, 48_000],
    // FFmpeg loses the beginning where all of it is on one page.
    fewestSamples: 100_000,
  },
  {
    name: "AAC",
    ending: "m4a",
    options: ["-c:a", "aac", ...mp4],
    rates: [24_000, 48_000],
    fewestSamples: 5000,
  },
];

export interface Piece {
  readonly file: MusicFile;
  readonly rateHz: number;
  readonly samples: number;
  readonly codec: SoundCodec;
}

export const toneHertz = 441;

/** A tone that begins at a sample of an endless one. */
export async function makeTone(path: string, piece: Piece, fromSample = 0): Promise<void> {
  const { file, rateHz, samples } = piece;
  const tone = `aevalsrc=0.5*cos(2*PI*${toneHertz}*(n+${fromSample})/${rateHz}):s=${rateHz}`;
  await runTool([
    ...["ffmpeg", "-nostdin", "-y", "-v", "error", "-f", "lavfi"],
    ...["-i", `${tone},atrim=end_sample=${samples}`, ...file.options, path],
  ]);
}

/** Samples as FFmpeg decodes them, of one channel. */
async function decoded(path: string, rateHz: number): Promise<Float32Array> {
  const { stdout } = await runTool([
    ...["ffmpeg", "-nostdin", "-v", "error", "-i", path, "-ac", "1"],
    ...["-ar", String(rateHz), "-f", "f32le", "pipe:1"],
  ]);
  return new Float32Array(Uint8Array.from(stdout).buffer);
}

export interface PlayedPiece {
  readonly rateHz: number;
  /** How many samples the content says that it has. */
  readonly stated: number;
  /** As decoded, to that length. */
  readonly samples: Float32Array;
}

/** The content of a file, made, joined and decoded. */
export async function playPiece(
  runner: ProcessRunner,
  { codec }: Pick<Piece, "codec">,
  path: string,
  folder: string,
): Promise<PlayedPiece> {
  await mkdir(folder, { recursive: true });
  const planned = await planSound(runner, path, 2, { soundCodecs: [{ codec, maxChannels: 2 }] });
  const [rendition] = planned.plan.renditions;
  if (rendition?.kind !== "audio") throw new Error("expected sound");
  const stated = totalTicks(encodedTimeline(planned.plan, rendition));
  const played = await playSound(runner, planned, [1], folder);
  expect(played.faults).toEqual([]);
  const rateHz = rendition.recipe.sampleRateHz;
  const all = await decoded(played.path, rateHz);
  return { rateHz, stated, samples: all.subarray(0, stated) };
}

const lengths = [1, 1023, 1024, 1025, 1152, 1153, 4097, 30_001, 61_440];

/** As many different files as asked for, each of a rate, a length and for a codec that the numbers say. */
export function choosePieces(random: () => number, count: number): Piece[] {
  const [codecs, sizes] = [shuffled(soundCodecs, random), shuffled(lengths, random)];
  return shuffled(musicFiles, random)
    .slice(0, count)
    .map((file, i) => ({
      file,
      rateHz: file.rates[Math.floor(random() * file.rates.length)] ?? 48_000,
      samples: (sizes[i % sizes.length] ?? 1) + file.fewestSamples - 1,
      codec: codecs[i % codecs.length] ?? "aac",
    }));
}

/** Expects what is made of a file to be as long as its music. */
export async function expectSameLength(
  runner: ProcessRunner,
  piece: Piece,
  folder: TempFolder,
): Promise<void> {
  const { file, rateHz, samples, codec } = piece;
  const name = `${file.name}-${rateHz}-${samples}-${codec}`;
  const path = folder.file(`${name}.${file.ending}`);
  await makeTone(path, piece);
  const source = await decoded(path, rateHz);
  // FFmpeg has frames of AAC whole, whatever the file says of their end.
  if (file.name !== "AAC") expect(source.length).toBe(samples);
  const played = await playPiece(runner, piece, path, folder.file(name));
  // Nothing is shorter than a sample.
  const due = Math.max(1, (samples * played.rateHz) / rateHz);
  expect(Math.abs(played.stated - due)).toBeLessThanOrEqual(0.5);
  // What Opus needs to begin is skipped by FFmpeg, wherever it begins.
  const skipped = codec === "opus" ? soundEncoders.opus.delaySamples : 0;
  expect(played.samples.length).toBeGreaterThanOrEqual(played.stated - skipped);
}
