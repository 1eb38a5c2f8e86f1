import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { errno, toViewraError, ViewraError } from "../../errors/viewra-error.ts";
import { inputLimitArgs, stillLimitArgs } from "../../media/ffmpeg-limits.ts";
import { sourceInput } from "../../media/source-pieces.ts";
import type { Source, VideoTrack } from "../../media/source.ts";
import { videoRange } from "../../media/video-range.ts";
import { displaySize } from "../../media/display-size.ts";
import { treatmentOf } from "../../rendition/encode/plan-video.ts";
import { shapeFilters } from "../../rendition/encode/video-filters.ts";
import { failureError, type ProcessResult } from "../../process/process-result.ts";
import type { ProcessRunner } from "../../process/process-runner.ts";
import { temporaryPath } from "../../store/temporary-file.ts";
import { createLister, type Follow } from "../beside.ts";
import { shareWork, type SharedWork } from "../shared-work.ts";
import { createTurns } from "../turns.ts";
import type { ArtFormat } from "./art-format.ts";
import { frameScore, isGoodFrame, measureFilters, readMeasure } from "./frame-quality.ts";
import { findSideArt, type ArtKind, type SideArt } from "./side-art.ts";
import { stillDemuxer } from "./still-format.ts";

export interface ArtworkOptions {
  readonly runner: ProcessRunner;
  readonly ffmpegPath: string;
  /** Made when missing. What lies in it may be deleted at any time. */
  readonly folder: string;
  readonly follow: Follow;
}

export interface ArtRequest {
  readonly kind: ArtKind;
  /** Pixels; smaller pictures stay as they are. */
  readonly width: number;
  readonly format: ArtFormat;
}

export interface Artwork {
  /**
   * A picture of a film, made once: its path. A poster is the picture that lies beside the film, else the one in it, else
   * a good frame; fanart lies beside the film. When the signals of all who asked for it have fired, it is not made
   * any more. Errors: ARTWORK_NOT_FOUND (none, and a film without pictures), MEDIA_UNREADABLE (no frame can be
   * decoded), PROCESS_TIMEOUT, STORAGE_FULL and, by the signal, CANCELLED.
   */
  make(path: string, source: Source, request: ArtRequest, signal?: AbortSignal): Promise<string>;
}

const timeoutMs = 20_000;
/** A page of a library asks for dozens at once; they must not crowd out what somebody watches. */
const atOnce = 2;
/** Parts of the film's length: past titles and black at first. */
const framePlaces = [0.1, 0.25, 0.4, 0.55, 0.7];

export function createArtwork(options: ArtworkOptions): Artwork {
  const inTurn = createTurns(atOnce);
  // A page asks for the pictures of one folder's films, one after the other.
  const list = createLister();
  const making = new Map<string, SharedWork<string>>();

  return {
    make: async (path, source, request, signal) => {
      const side = await findSideArt(path, request.kind, options.follow, list);
      const made = join(options.folder, artName(source, request, side));
      if (await exists(made)) return made;
      const known = making.get(made);
      if (known !== undefined && !known.isGivenUp) return known.join(signal);
      const work = shareWork((givenUp) =>
        inTurn(givenUp, () => makeArt({ ...options, path, source, side, made, givenUp }, request)),
      );
      making.set(made, work);
      const forget = (): void => {
        if (making.get(made) === work) making.delete(made);
      };
      work.done.then(forget, forget);
      return work.join(signal);
    },
  };
}

/** Raised when other pictures are made than before: those that are there are not given any more. */
const revision = 2;

/** By what it is made of, and how: another picture beside the film is another name. */
function artName(
  source: Source,
  { kind, width, format }: ArtRequest,
  side: SideArt | null,
): string {
  const film = source.fingerprint.split(":").at(-1);
  const of =
    side === null
      ? ""
      : `.${Bun.hash(`${side.path} ${side.sizeBytes} ${side.modifiedMs}`).toString(36)}`;
  return `${film}${of}.${kind}${revision}.${width}.${format.extension}`;
}

interface ArtTask extends ArtworkOptions {
  readonly path: string;
  readonly source: Source;
  readonly side: SideArt | null;
  readonly made: string;
  readonly givenUp: AbortSignal;
}

async function makeArt(task: ArtTask, request: ArtRequest): Promise<string> {
  await mkdir(task.folder, { recursive: true });
  const temporary = temporaryPath(task.made);
  try {
    await (request.kind === "poster"
      ? makePoster(task, request, temporary)
      : makeFanart(task, request, temporary));
    await rename(temporary, task.made);
    return task.made;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function makeFanart(task: ArtTask, request: ArtRequest, outPath: string): Promise<void> {
  if (task.side === null) throw noArt("There is no fanart beside the film");
  await draw(task, await sideArgs(task.side.path, request, outPath), outPath);
}

/** A picture that cannot be decoded is none: the next best is taken. */
async function makePoster(task: ArtTask, request: ArtRequest, outPath: string): Promise<void> {
  const { path, source, side } = task;
  const stills = [
    ...(side === null ? [] : [() => sideArgs(side.path, request, outPath)]),
    ...source.covers.map((index) => () => coverArgs(path, index, request, outPath)),
  ];
  for (const args of stills) {
    try {
      await draw(task, await args(), outPath);
      return;
    } catch (thrown) {
      if (toViewraError(thrown).code !== "MEDIA_UNREADABLE") throw thrown;
    }
  }
  await drawFrame(task, request, outPath);
}

/** The first good frame of some places; the best of them where none is good. */
async function drawFrame(task: ArtTask, request: ArtRequest, outPath: string): Promise<void> {
  const { source, path } = task;
  if (source.video === null) {
    throw noArt("The file holds no pictures to take a poster from, and none lies beside it");
  }
  if (source.video.dolbyVision !== null && videoRange(source.video).base === null) {
    throw noArt("The film's colours are Dolby Vision's own, and no picture lies beside it");
  }
  let best: { readonly place: number; readonly score: number } | null = null;
  let drawn: number | null = null;
  let failure: unknown;
  for (const place of framePlaces) {
    try {
      const { stdout } = await draw(
        task,
        frameArgs(path, source, place, request, outPath),
        outPath,
      );
      drawn = place;
      const measure = readMeasure(stdout);
      if (measure === null || isGoodFrame(measure)) return;
      const score = frameScore(measure);
      if (best === null || score > best.score) best = { place, score };
    } catch (thrown) {
      if (toViewraError(thrown).code !== "MEDIA_UNREADABLE") throw thrown;
      failure ??= thrown;
    }
  }
  if (best === null) throw failure;
  if (best.place !== drawn) {
    await draw(task, frameArgs(path, source, best.place, request, outPath), outPath);
  }
}

/** Runs FFmpeg; MEDIA_UNREADABLE where it drew nothing. */
async function draw(
  { runner, ffmpegPath, givenUp }: ArtTask,
  args: readonly string[],
  outPath: string,
): Promise<ProcessResult> {
  await rm(outPath, { force: true });
  const result = await runner.run({
    ...{ command: ffmpegPath, args, timeoutMs, signal: givenUp, niceness: 15, kind: "poster" },
  });
  if (!result.ok) throw failureError(result, "MEDIA_UNREADABLE");
  // FFmpeg ends well without a picture, too.
  if (await exists(outPath)) return result;
  throw new ViewraError("MEDIA_UNREADABLE", "No picture of the file can be decoded");
}

const quiet = ["-nostdin", "-v", "error"];

function outputArgs({ format }: ArtRequest, outPath: string): string[] {
  const update = format.extension === "jpg" ? ["-update", "1"] : [];
  return ["-frames:v", "1", ...format.encoderArgs, ...update, `file:${outPath}`];
}

/** A picture that is a file of its own. */
async function sideArgs(path: string, request: ArtRequest, outPath: string): Promise<string[]> {
  const input = [...stillLimitArgs, "-threads", "2", "-f", await stillDemuxer(path)];
  return stillArgs(path, { input, map: "0:v:0" }, request, outPath);
}

/** A picture inside a film. */
function coverArgs(path: string, index: number, request: ArtRequest, outPath: string): string[] {
  const input = [...inputLimitArgs, "-threads", "2"];
  return stillArgs(path, { input, map: `0:${index}` }, request, outPath);
}

function stillArgs(
  path: string,
  { input, map }: { readonly input: readonly string[]; readonly map: string },
  request: ArtRequest,
  outPath: string,
): string[] {
  // Even, as -2 would have it, but never 0, which it makes of a line.
  const size = `min(iw\\,${request.width}):max(2\\,2*round(ow/a/2))`;
  const filters = `scale=${size}:flags=bicubic:out_color_matrix=bt601,setsar=1`;
  return [
    ...[...quiet, ...input, "-i", `file:${path}`, "-map", map, "-vf", filters],
    ...outputArgs(request, outPath),
  ];
}

/** Of some pictures around a place the one most unlike the others' mean. */
function frameArgs(
  path: string,
  source: Source,
  place: number,
  request: ArtRequest,
  outPath: string,
): string[] {
  const filters = [
    ...frameFilters(source.video, request.width),
    // After scaling: it keeps the pictures it compares, 30 of 8K would be 3 GB.
    ...["thumbnail=30", "setsar=1", "format=yuv420p", measureFilters],
  ];
  const input = sourceInput(path, source.container, source.pieces);
  return [
    // Each decoding thread holds pictures of its own; nobody waits for the last millisecond of a poster.
    ...[...quiet, ...inputLimitArgs, "-threads", "2"],
    ...["-noaccurate_seek", "-ss", (source.durationSeconds * place).toFixed(3), "-t", "5"],
    ...["-autorotate", isConverted(source.video) ? "0" : "1", ...input.options, "-i", input.url],
    ...["-map", `0:${source.video?.index ?? 0}`],
    ...["-vf", filters.join(",")],
    ...outputArgs(request, outPath),
  ];
}

/** Pictures of another range or other primaries than a page's would look washed out, or wrong. */
const isConverted = (video: VideoTrack | null): video is VideoTrack =>
  video !== null && treatmentOf(video).treatment.conversion !== "matrix";

function frameFilters(video: VideoTrack | null, width: number): string[] {
  const toJpeg = `flags=bicubic:out_color_matrix=bt601`;
  if (!isConverted(video)) return [`scale=${width}:trunc(${width}/dar/2)*2:${toJpeg}`];
  const { color, treatment } = treatmentOf(video);
  const shown = displaySize(video);
  const height = Math.max(2, 2 * Math.round((width * shown.height) / shown.width / 2));
  const even = width - (width % 2);
  return [
    ...shapeFilters({ width: even, height, color, treatment }),
    `scale=in_color_matrix=${color.matrix === "bt709" ? "bt709" : "bt601"}:${toJpeg}`,
  ];
}

const noArt = (message: string): ViewraError => new ViewraError("ARTWORK_NOT_FOUND", message);

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).size > 0;
  } catch (thrown) {
    if (errno(thrown) === "ENOENT") return false;
    throw thrown;
  }
}
