import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { inputLimitArgs } from "../../media/ffmpeg-limits.ts";
import type { Source } from "../../media/source.ts";
import { failureError } from "../../process/process-result.ts";
import type { ProcessRunner } from "../../process/process-runner.ts";
import { temporaryPath } from "../../store/temporary-file.ts";
import type { SoundPart } from "./find-segments.ts";

export interface PrintTools {
  readonly runner: ProcessRunner;
  readonly ffmpegPath: string;
  /** Made when missing. What lies in it may be deleted at any time. */
  readonly folder: string;
}

/** Titles come in the first quarter of an episode, and in its first ten minutes. */
const introShare = 0.25;
const mostIntroSeconds = 600;
/** Credits are the last thing there is. */
const creditSeconds = 450;
const shortestEpisodeSeconds = 120;
const timeoutMs = 10 * 60_000;
const version = 1;

/**
 * The fingerprints of an episode's sound, at its beginning and its end, made once. null where it has no sound, or is too
 * short to have titles. MEDIA_UNREADABLE where FFmpeg cannot decode it, PROCESS_TIMEOUT, STORAGE_FULL; CANCELLED by the signal.
 */
export async function soundPrint(
  tools: PrintTools,
  path: string,
  source: Source,
  signal: AbortSignal,
): Promise<SoundPart[] | null> {
  const { fingerprint, durationSeconds, audio, pieces } = source;
  const track = audio.find(({ isDefault }) => isDefault) ?? audio[0];
  if (track === undefined || pieces !== undefined) return null;
  if (durationSeconds < shortestEpisodeSeconds) return null;
  const head = Math.min(mostIntroSeconds, durationSeconds * introShare);
  const tail = Math.min(creditSeconds, durationSeconds * introShare);
  const wished = [
    { kind: "intro", startSeconds: 0, seconds: head },
    { kind: "credits", startSeconds: durationSeconds - tail, seconds: tail },
  ] as const;
  const parts: SoundPart[] = [];
  for (const { kind, startSeconds, seconds } of wished) {
    const name = `${fingerprint.split(":").at(-1)}.${kind}.${version}.print`;
    const kept = join(tools.folder, name);
    const words = (await readWords(kept)) ?? (await make(kept, startSeconds, seconds));
    parts.push({ kind, startSeconds, words });
  }
  return parts;

  async function make(kept: string, from: number, seconds: number): Promise<Uint32Array> {
    await mkdir(tools.folder, { recursive: true });
    const temporary = temporaryPath(kept);
    try {
      const result = await tools.runner.run({
        ...{ command: tools.ffmpegPath, timeoutMs, signal, niceness: 19, kind: "text" },
        args: [
          ...["-nostdin", "-v", "error", ...inputLimitArgs, "-threads", "1"],
          ...["-ss", from.toFixed(3), "-t", seconds.toFixed(3), "-i", `file:${path}`],
          ...["-map", `0:${track?.index ?? 0}`, "-ac", "1", "-ar", "11025"],
          ...["-f", "chromaprint", "-fp_format", "raw", `file:${temporary}`],
        ],
      });
      if (!result.ok) throw failureError(result, "MEDIA_UNREADABLE");
      const words = await readWords(temporary);
      if (words !== null) await rename(temporary, kept);
      // Of less than a few seconds there is no fingerprint.
      return words ?? new Uint32Array();
    } finally {
      await rm(temporary, { force: true });
    }
  }
}

async function readWords(path: string): Promise<Uint32Array | null> {
  try {
    const bytes = await Bun.file(path).arrayBuffer();
    return new Uint32Array(bytes, 0, bytes.byteLength >> 2);
  } catch {
    return null;
  }
}
