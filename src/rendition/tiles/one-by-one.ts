import { readFile, writeFile } from "node:fs/promises";
import { inputLimitArgs } from "../../media/ffmpeg-limits.ts";
import { shapeFilters } from "../encode/video-filters.ts";
import type { RunEnd } from "../segment-run.ts";
import { keyFrameArgs, keyFrameInputArgs, seeksFor, type KeyList } from "./key-frames.ts";
import { jpegArgs, laidOut, type SheetRequest } from "./sheet-args.ts";
import { noPicture, type TilesProcess } from "./tiles-process.ts";

/** Each has a decoder of its own, with a thread and a few pictures in memory. */
const decodersAtOnce = 8;

/**
 * Makes a sheet with a decoder for each of its key frames. H.264 numbers its pictures from one IDR picture on, and of the
 * numbers some bits are coded: given key frames alone of a film that has no IDR picture but its first (open GOPs), a
 * decoder counts wrongly, and gives them out in the wrong order or not at all. `times`: for each tile the time
 * of its key frame, seconds of the title.
 */
export async function makeOneByOne(
  ffmpeg: TilesProcess,
  request: SheetRequest,
  { times: wanted, tickSeconds }: KeyList,
): Promise<RunEnd> {
  const { rendition, n, outPath } = request;
  const { width, height } = rendition.recipe;
  const pictureBytes = (width * height * 3) / 2;
  const pictures = new Map<number, Uint8Array>();
  let previous: Uint8Array | undefined;
  const times = [...new Set(wanted)];
  for (let at = 0; at < times.length; at += decodersAtOnce) {
    const batch = times.slice(at, at + decodersAtOnce);
    const paths = batch.map((_, i) => `${outPath}.${at + i}.yuv`);
    const end = await decodeBatch(ffmpeg, request, { times: batch, tickSeconds }, paths);
    if (end.cancelled) return end;
    for (const [i, time] of batch.entries()) {
      const picture = await readFile(paths[i] ?? "").catch(() => null);
      if (picture?.length === pictureBytes) previous = picture;
      // One that is damaged: what was there before stands.
      if (previous !== undefined) pictures.set(time, previous);
    }
  }
  const [any] = pictures.values();
  if (any === undefined) return { failure: noPicture(n), said: "", cancelled: false, facts: {} };
  const rawPath = `${outPath}.yuv`;
  await writeFile(rawPath, Buffer.concat(wanted.map((time) => pictures.get(time) ?? any)));
  return ffmpeg.run([
    ...[
      "-nostdin",
      "-y",
      "-v",
      "error",
      "-nostats",
      "-protocol_whitelist",
      "file",
      "-f",
      "rawvideo",
    ],
    ...["-pixel_format", "yuv420p", "-video_size", `${width}x${height}`, "-i", `file:${rawPath}`],
    ...["-vf", laidOut(rendition.recipe), ...jpegArgs(outPath)],
  ]);
}

/** Decodes a few key frames, each alone, to a file as large as a tile. */
async function decodeBatch(
  ffmpeg: TilesProcess,
  { frame, rendition, source }: SheetRequest,
  { times, tickSeconds }: KeyList,
  paths: readonly string[],
): Promise<RunEnd> {
  const shape = shapeFilters(rendition.recipe).join(",");
  let end: RunEnd = { failure: null, said: "", cancelled: false, facts: {} };
  for (let caution = 0; caution < cautions; caution++) {
    const feeds = times.map((seconds, i) => {
      const seeks = seeksFor(seconds, source);
      const seekSeconds = seeks[Math.min(caution, seeks.length - 1)] ?? null;
      const { track } = rendition;
      const only = { seconds, tickSeconds };
      const key = { frame, track, source, seekSeconds, untilSeconds: seconds, only };
      return { args: keyFrameArgs(key), fifoPath: `${paths[i]}.${caution}.nut` };
    });
    const graph = times.map((_, i) => `[${i}:0]${shape}[p${i}]`).join(";");
    end = await ffmpeg.run(
      [
        ...["-nostdin", "-y", "-v", "error", "-nostats", ...inputLimitArgs],
        ...feeds.flatMap(({ fifoPath }) => keyFrameInputArgs(fifoPath, 1)),
        ...["-filter_complex", graph],
        ...paths.flatMap((path, i) => [
          ...["-map", `[p${i}]`, "-frames:v", "1", "-f", "rawvideo", `file:${path}`],
        ]),
      ],
      feeds,
    );
    if (end.cancelled || end.failure === null) return end;
  }
  return end;
}

/** As many places as `seeksFor` has at most. */
const cautions = 4;
