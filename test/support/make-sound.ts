import { rm } from "node:fs/promises";
import { writeNoise } from "./noise.ts";
import { runTool } from "./run-tool.ts";

export interface SoundPiece {
  readonly channels?: number;
  /** FFmpeg's name; left out: the file names none. */
  readonly layout?: string;
  readonly sampleRateHz?: number;
  readonly seconds?: number;
  readonly seed?: number;
  /** Options of FFmpeg's encoder and muxer. */
  readonly encode: readonly string[];
}

const ffmpeg = ["ffmpeg", "-nostdin", "-y", "-v", "error"];

/** Noise that is never the same twice, encoded into the container that the path's extension names. */
export async function makeSound(path: string, piece: SoundPiece): Promise<void> {
  const { channels = 2, layout, sampleRateHz = 48_000, seconds = 3, seed = 1, encode } = piece;
  const noise = `${path}.noise`;
  await writeNoise(noise, { channels, sampleRateHz, seconds, seed });
  const named = layout === undefined ? ["-guess_layout_max", "0"] : ["-channel_layout", layout];
  const input = ["-f", "s16le", "-ar", String(sampleRateHz), "-ac", String(channels), ...named];
  try {
    await runTool([...ffmpeg, ...input, "-i", noise, ...encode, path]);
  } finally {
    await rm(noise, { force: true });
  }
}

/** Pieces one after the other in one MPEG-TS, as a broadcast has them: one clock, one stream of sound. */
export async function makeBroadcast(path: string, pieces: readonly SoundPiece[]): Promise<void> {
  const parts: Uint8Array[] = [];
  let start = 10;
  for (const [i, piece] of pieces.entries()) {
    const part = `${path}.${i}.ts`;
    const offset = ["-output_ts_offset", String(start), "-muxdelay", "0", "-muxpreload", "0"];
    await makeSound(part, { seed: 20 * i + 1, ...piece, encode: [...piece.encode, ...offset] });
    parts.push(await Bun.file(part).bytes());
    await rm(part);
    start += piece.seconds ?? 3;
  }
  await Bun.write(path, new Blob(parts.map((part) => part.slice())));
}

/** Copies a fragmented MP4 so that everything from a moment on comes later, or earlier, by some milliseconds. */
export async function shiftFrom(
  source: string,
  path: string,
  seconds: number,
  byMs: number,
): Promise<void> {
  const moved = `setts=ts=if(gte(PTS*TB\\,${seconds})\\,PTS+${byMs}/1000/TB\\,PTS)`;
  const fragments = ["-movflags", "frag_keyframe+empty_moov"];
  await runTool([...ffmpeg, "-i", source, "-c", "copy", "-bsf:a", moved, ...fragments, path]);
}
