import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readExcerpt } from "../../demux/matroska/read-excerpt.ts";
import { readTextBlocks, type TextBlocks } from "../../demux/matroska/read-text.ts";
import { toViewraError, ViewraError } from "../../errors/viewra-error.ts";
import { inputLimitArgs } from "../../media/ffmpeg-limits.ts";
import type { FileState } from "../../media/file-state.ts";
import { sourceInput } from "../../media/source-pieces.ts";
import { failureError } from "../../process/process-result.ts";
import type { ProcessRunner } from "../../process/process-runner.ts";
import { temporaryPath } from "../../store/temporary-file.ts";
import { requireSameFilm } from "../located-source.ts";
import type { PlanSource } from "../rendition.ts";

export interface ExtractTools {
  readonly runner: ProcessRunner;
  readonly ffmpegPath: string;
  /** Made when missing. What lies in it may be deleted at any time. */
  readonly folder: string;
}

/** Where text is, and which of it is wanted. */
export interface TextRequest {
  /** Of letters, digits and dots: what is read is kept under it. */
  readonly name: string;
  /** FFmpeg's arguments up to its input. */
  readonly inputArgs: readonly string[];
  /** Stream indexes. */
  readonly tracks: readonly number[];
  /** Those of them that are SubRip, and stay so: FFmpeg drops words that stand between brackets. */
  readonly subRipTracks: readonly number[];
  /** Throws where what was read is another file than was meant. */
  readonly requireSame: () => Promise<void>;
}

/** The texts of a film. */
export interface FilmTextRequest extends Pick<PlanSource, "fingerprint" | "joined"> {
  /** Absolute. */
  readonly path: string;
  /** What the file was when it was found to be the film; left out where nobody looked. */
  readonly state?: FileState;
  /** Stream indexes. */
  readonly tracks: readonly number[];
  /** Those of the film's that are SubRip. */
  readonly subRipTracks: readonly number[];
}

export function filmTextRequest(film: FilmTextRequest): TextRequest {
  const { path, fingerprint, joined, tracks, subRipTracks } = film;
  const input = sourceInput(path, joined?.container ?? "", joined?.pieces);
  return {
    name: `${fingerprint.split(":").at(-1)}.${Bun.hash(tracks.join()).toString(36)}`,
    inputArgs: [...inputLimitArgs, ...input.options, "-i", input.url],
    ...{ tracks, subRipTracks },
    requireSame: () => requireSameFilm(film),
  };
}

/** A disk that gives 30 MB a second reads 50 GB in that time. */
const timeoutMs = 30 * 60_000;

/** In what form tracks are kept once they are read out of a film. */
export interface KeptForm<T> {
  /** FFmpeg's encoder of subtitles; `copy` leaves packets as they are. */
  readonly encoder: "ass" | "copy";
  /** FFmpeg's filter of packets, where not all of each is wanted. */
  readonly filter?: string;
  /** FFmpeg's muxer: Matroska knows not every codec; `data` writes one packet behind the other. */
  readonly muxer: "matroska" | "data";
  /** Raised when FFmpeg is told otherwise: what lies there of an earlier version is left. */
  readonly version: string;
  /** More than that of all tracks together is refused. */
  readonly mostBytes: number;
  /** Reads what FFmpeg has written, track by track. */
  read(path: string): Promise<readonly T[]>;
}

/** All texts of a film together: a film whose signs are typeset frame by frame has some 30 MB. */
const mostTextBytes = 64 * 1024 * 1024;

const asText: KeptForm<TextBlocks> = {
  ...{ encoder: "ass", muxer: "matroska", version: "2", mostBytes: mostTextBytes },
  read: readTextBlocks,
};

/**
 * Tracks of text in the order asked for, read out of a film once and kept on disk. MEDIA_UNREADABLE where FFmpeg
 * cannot read one of them, MEDIA_MISSING where the film is another by then, PROCESS_TIMEOUT, STORAGE_FULL.
 */
export async function extractText(
  tools: ExtractTools,
  request: TextRequest,
): Promise<readonly TextBlocks[]> {
  return await extractTracks(tools, request, asText);
}

/** The same for tracks that are kept in any form. */
export async function extractTracks<T>(
  tools: ExtractTools,
  request: TextRequest,
  form: KeptForm<T>,
): Promise<readonly T[]> {
  return (await readKept(tools, request, form)) ?? (await convert(tools, request, form));
}

/**
 * The same of one track, without reading the film over: null where its container has no cues to all of the track, or
 * such as are wrong. What is kept on disk is what `extractText` keeps.
 */
export async function extractCuedText(
  tools: ExtractTools,
  film: Omit<FilmTextRequest, "tracks">,
  track: number,
): Promise<readonly TextBlocks[] | null> {
  return await extractCuedTrack(tools, film, track, asText);
}

/** The same for a track that is kept in any form. */
export async function extractCuedTrack<T>(
  tools: ExtractTools,
  film: Omit<FilmTextRequest, "tracks">,
  track: number,
  form: KeptForm<T>,
): Promise<readonly T[] | null> {
  const request = filmTextRequest({ ...film, tracks: [track] });
  const kept = await readKept(tools, request, form);
  if (kept !== null) return kept;
  if (film.joined !== undefined) return null;
  const excerpt = await nullIfUnfit(() => readExcerpt(film.path, track));
  if (excerpt === null) return null;
  await mkdir(tools.folder, { recursive: true });
  const path = temporaryPath(keptPath(tools, request, form));
  try {
    await writeFile(path, excerpt);
    // One way to convert: what FFmpeg makes of the track does not depend on how it was found.
    const inputArgs = [...inputLimitArgs, "-i", `file:${path}`];
    const subRipTracks = film.subRipTracks.includes(track) ? [0] : [];
    const alone = { ...request, inputArgs, tracks: [0], subRipTracks };
    return await nullIfUnfit(() => convert(tools, alone, form));
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
async function convert<T>(
  tools: ExtractTools,
  request: TextRequest,
  form: KeptForm<T>,
): Promise<readonly T[]> {
  const { tracks } = request;
  const path = keptPath(tools, request, form);
  await mkdir(tools.folder, { recursive: true });
  const temporary = temporaryPath(path);
  try {
    const result = await tools.runner.run({
      ...{ command: tools.ffmpegPath, args: extractArgs(request, form, temporary), timeoutMs },
      ...{ niceness: 10, kind: "text" },
    });
    if (!result.ok) throw failureError(result, "MEDIA_UNREADABLE");
    await request.requireSame();
    const { size } = await stat(temporary);
    if (size > form.mostBytes) {
      const message = `The subtitles are ${Math.round(size / 1e6)} MB, more than any player shows`;
      throw new ViewraError("MEDIA_UNSUPPORTED", message);
    }
    const read = await form.read(temporary);
    if (read.length !== tracks.length) {
      const message = `FFmpeg wrote ${read.length} of ${tracks.length} tracks of subtitles`;
      throw new ViewraError("MEDIA_UNREADABLE", message);
    }
    await rename(temporary, path);
    return read;
  } finally {
    await rm(temporary, { force: true });
  }
}

function keptPath(
  { folder }: ExtractTools,
  { name }: TextRequest,
  { version }: Pick<KeptForm<unknown>, "version">,
): string {
  return join(folder, `${name}.${version}.mks`);
}

async function readKept<T>(
  tools: ExtractTools,
  request: TextRequest,
  form: KeptForm<T>,
): Promise<readonly T[] | null> {
  try {
    const read = await form.read(keptPath(tools, request, form));
    return read.length === request.tracks.length ? read : null;
  } catch {
    return null;
  }
}

/**
 * FFmpeg's arguments to write text as a Matroska file of ASS: every notation comes out as one, with its italics and
 * places, and Matroska keeps the milliseconds that ASS by itself rounds. SubRip is copied. Times are the film's own.
 */
function extractArgs(
  { inputArgs, tracks, subRipTracks }: TextRequest,
  { encoder, filter, muxer }: Pick<KeptForm<unknown>, "encoder" | "filter" | "muxer">,
  outPath: string,
): string[] {
  return [
    ...["-nostdin", "-v", "error", "-copyts"],
    // What is no UTF-8 would be lost, cue by cue.
    ...["-sub_charenc_mode", "ignore"],
    // Some containers only tell when a packet is decoded.
    ...(filter === undefined ? [] : ["-fflags", "+genpts"]),
    ...inputArgs,
    ...tracks.flatMap((track, i) => [
      ...["-map", `0:${track}`],
      ...[`-c:${i}`, subRipTracks.includes(track) ? "copy" : encoder],
      ...(filter === undefined ? [] : [`-bsf:${i}`, filter]),
    ]),
    ...["-map_metadata", "-1", "-map_chapters", "-1"],
    ...["-avoid_negative_ts", "disabled", "-max_interleave_delta", "0"],
    ...["-f", muxer, `file:${outPath}`],
  ];
}
