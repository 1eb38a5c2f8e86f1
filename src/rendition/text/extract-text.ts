import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readExcerpt } from "../../demux/matroska/read-excerpt.ts";
import { readTextBlocks, type TextBlocks } from "../../demux/matroska/read-text.ts";
import { errno, toViewraError, ViewraError } from "../../errors/viewra-error.ts";
import { inputLimitArgs } from "../../media/ffmpeg-limits.ts";
import { isSameState, type FileState } from "../../media/file-state.ts";
import { fileInput, sourceInput, type SourceInput } from "../../media/source-pieces.ts";
import { failureError } from "../../process/process-result.ts";
import type { ProcessRunner } from "../../process/process-runner.ts";
import type { PlanSource } from "../rendition.ts";

export interface ExtractTools {
  readonly runner: ProcessRunner;
  readonly ffmpegPath: string;
  /** Made when missing. What lies in it may be deleted at any time. */
  readonly folder: string;
}

/** Where the text is, and which of it is wanted. */
export interface TextRequest extends Pick<PlanSource, "fingerprint" | "joined"> {
  /** Absolute. */
  readonly path: string;
  /** What the file was when it was found to be the film; left out where nobody looked. */
  readonly state?: FileState;
  /** Stream indexes. */
  readonly tracks: readonly number[];
}

/** A disk that gives 30 MB a second reads 50 GB in that time. */
const timeoutMs = 30 * 60_000;
/** Raised when FFmpeg is told otherwise: what lies there of an earlier version is left. */
const version = 1;

/**
 * Tracks of text in the order asked for, read out of a film once and kept on disk. MEDIA_UNREADABLE where FFmpeg
 * cannot read one of them, MEDIA_MISSING where the film is another by then, PROCESS_TIMEOUT, STORAGE_FULL.
 */
export async function extractText(
  tools: ExtractTools,
  request: TextRequest,
): Promise<readonly TextBlocks[]> {
  const { path, joined, tracks } = request;
  const kept = await readKept(tools, request);
  if (kept !== null) return kept;
  const input = sourceInput(path, joined?.container ?? "", joined?.pieces);
  return await convert(tools, request, input, tracks);
}

/**
 * The same of one track, without reading the film over: null where its container has no cues to all of the track, or
 * such as are wrong. What is kept on disk is what `extractText` keeps.
 */
export async function extractCuedText(
  tools: ExtractTools,
  request: TextRequest & { readonly tracks: readonly [number] },
): Promise<readonly TextBlocks[] | null> {
  const kept = await readKept(tools, request);
  if (kept !== null) return kept;
  if (request.joined !== undefined) return null;
  const excerpt = await nullIfUnfit(() => readExcerpt(request.path, request.tracks[0]));
  if (excerpt === null) return null;
  await mkdir(tools.folder, { recursive: true });
  const path = temporaryOf(keptPath(tools, request));
  try {
    await writeFile(path, excerpt);
    // One way to convert: what FFmpeg makes of the track does not depend on how it was found.
    return await nullIfUnfit(() => convert(tools, request, fileInput(path), [0]));
  } finally {
    await rm(path, { force: true });
  }
}

/** What is the film's fault shows again when it is read over, and may not: FFmpeg gets over much. */
async function nullIfUnfit<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (thrown) {
    const { code } = toViewraError(thrown);
    if (["MEDIA_UNREADABLE", "MEDIA_CHANGED", "MEDIA_MISSING"].includes(code)) return null;
    throw thrown;
  }
}

/** Has FFmpeg write the tracks of an input, and keeps what it wrote. */
async function convert(
  tools: ExtractTools,
  request: TextRequest,
  input: SourceInput,
  tracks: readonly number[],
): Promise<readonly TextBlocks[]> {
  const path = keptPath(tools, request);
  await mkdir(tools.folder, { recursive: true });
  const temporary = temporaryOf(path);
  try {
    const result = await tools.runner.run({
      ...{ command: tools.ffmpegPath, args: extractArgs(input, tracks, temporary), timeoutMs },
      ...{ niceness: 10, kind: "text" },
    });
    if (!result.ok) throw failureError(result, "MEDIA_UNREADABLE");
    await requireSame(request);
    const read = await readTextBlocks(temporary);
    if (read.length !== tracks.length) {
      const message = `FFmpeg wrote ${read.length} of ${tracks.length} tracks of text`;
      throw new ViewraError("MEDIA_UNREADABLE", message);
    }
    await rename(temporary, path);
    return read;
  } finally {
    await rm(temporary, { force: true });
  }
}

function keptPath({ folder }: ExtractTools, { fingerprint, tracks }: TextRequest): string {
  const which = Bun.hash(tracks.join()).toString(36);
  return join(folder, `${fingerprint.split(":").at(-1)}.${version}.${which}.mks`);
}

const temporaryOf = (path: string): string => `${path}.${crypto.randomUUID()}.tmp`;

async function readKept(
  tools: ExtractTools,
  request: TextRequest,
): Promise<readonly TextBlocks[] | null> {
  try {
    const read = await readTextBlocks(keptPath(tools, request));
    return read.length === request.tracks.length ? read : null;
  } catch {
    return null;
  }
}

/**
 * FFmpeg's arguments to write text as a Matroska file of ASS: every notation comes out as one, with its italics and
 * places, and Matroska keeps the milliseconds that ASS by itself rounds. Times are the film's own.
 */
function extractArgs(input: SourceInput, tracks: readonly number[], outPath: string): string[] {
  return [
    ...["-nostdin", "-v", "error", ...inputLimitArgs, "-copyts"],
    // What is no UTF-8 would be lost, cue by cue.
    ...["-sub_charenc_mode", "ignore", ...input.options, "-i", input.url],
    ...tracks.flatMap((track) => ["-map", `0:${track}`]),
    ...["-map_metadata", "-1", "-map_chapters", "-1", "-c:s", "ass"],
    ...["-avoid_negative_ts", "disabled", "-max_interleave_delta", "0"],
    ...["-f", "matroska", `file:${outPath}`],
  ];
}

async function requireSame({ path, state }: TextRequest): Promise<void> {
  if (state === undefined) return;
  const found = await stat(path).catch((thrown: unknown) => {
    if (errno(thrown) === "ENOENT") return null;
    throw thrown;
  });
  if (found !== null && isSameState(found, state)) return;
  throw new ViewraError("MEDIA_MISSING", "The film was changed while it was read; scan again", {
    retryAfterSeconds: 30,
  });
}
