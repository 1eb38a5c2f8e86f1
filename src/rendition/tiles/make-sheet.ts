import { readFile, stat } from "node:fs/promises";
import type { RunEnd } from "../segment-run.ts";
import {
  filmClock,
  filmInputArgs,
  keyFrameArgs,
  keyFrameInputArgs,
  readKeyList,
  seeksFor,
  titleClock,
} from "./key-frames.ts";
import { makeOneByOne } from "./one-by-one.ts";
import {
  parsePictureLine,
  picturesAt,
  sheetArgs,
  sheetMoments,
  type SheetRequest,
} from "./sheet-args.ts";
import { noPicture, type TilesProcess } from "./tiles-process.ts";

/** Makes a sheet; whole in its file where the end has no failure. A try that failed is made with more of the film. */
export async function makeSheet(
  ffmpeg: TilesProcess,
  request: SheetRequest,
  attempt: number,
): Promise<RunEnd> {
  const { frame, rendition, source, n, outPath } = request;
  const { track } = rendition;
  const moments = sheetMoments(request);
  const [start = 0] = moments;
  const untilSeconds = (moments.at(-1) ?? 0) + rendition.recipe.intervalSeconds;
  const seeks = seeksFor(start, source);
  for (const [i, seekSeconds] of seeks.slice(Math.min(attempt, seeks.length - 1)).entries()) {
    const [fifoPath, listPath] = [`${outPath}.${i}.nut`, `${outPath}.${i}.keys`];
    const shown: number[] = [];
    // It must not begin behind what the first tile shows.
    const isWell = (): boolean => seekSeconds === null || (shown[0] ?? Infinity) <= start;
    const keyFrames = { frame, track, source, seekSeconds, untilSeconds, listPath };
    const piped = { args: keyFrameInputArgs(fifoPath, 2), track: 0, clock: titleClock(frame) };
    const end = await ffmpeg.run(
      sheetArgs(request, piped),
      [{ args: keyFrameArgs(keyFrames), fifoPath }],
      (line) => {
        const seconds = parsePictureLine(line);
        if (seconds !== null) shown.push(seconds);
        return seconds === null || isWell();
      },
    );
    if (ffmpeg.isKilled()) return { ...end, failure: null, cancelled: true };
    // Without a key frame FFmpeg makes nothing of its input, and says that it failed.
    if (!isWell()) continue;
    if (end.failure !== null) return makeOfFilm(ffmpeg, request, seekSeconds);
    const list = readKeyList(await readFile(listPath, "utf8"), frame);
    const wanted = picturesAt(moments, list.times);
    if (!isSame(wanted, picturesAt(moments, shown)) || !isAscending(shown)) {
      return makeOneByOne(ffmpeg, request, { times: wanted, tickSeconds: list.tickSeconds });
    }
    return (await exists(outPath)) ? end : { ...end, failure: noPicture(n) };
  }
  return { failure: noPicture(n), said: "", cancelled: false, facts: {} };
}

/**
 * Some old codecs need of their container what NUT does not have (bits of a pixel): the film itself is read, and of those
 * decoders that know no choice every picture counts.
 */
async function makeOfFilm(
  ffmpeg: TilesProcess,
  request: SheetRequest,
  seekSeconds: number | null,
): Promise<RunEnd> {
  const { frame, rendition, source, n, outPath } = request;
  const end = await ffmpeg.run(
    sheetArgs(request, {
      args: filmInputArgs({ frame, source, seekSeconds }),
      ...{ track: rendition.track, clock: filmClock(frame) },
    }),
  );
  const isMade = end.failure !== null || end.cancelled || (await exists(outPath));
  return isMade ? end : { ...end, failure: noPicture(n) };
}

/** Of two clocks, one of which rounds. */
const sameSeconds = 0.002;

function isSame(wanted: readonly number[], shown: readonly number[]): boolean {
  return wanted.every((time, i) => Math.abs(time - (shown[i] ?? 0)) < sameSeconds);
}

function isAscending(times: readonly number[]): boolean {
  return times.every((time, i) => i === 0 || time >= (times[i - 1] ?? 0));
}

/** FFmpeg ends well without a picture, too. */
async function exists(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && found.size > 0;
}
