import { inputLimitArgs } from "../../media/ffmpeg-limits.ts";
import { sourceInput } from "../../media/source-pieces.ts";
import { shapeFilters } from "../encode/video-filters.ts";
import { isBeforePictures, pictureSeek } from "../encode/seek.ts";
import type { LocatedSource } from "../located-source.ts";
import type { PlanFrame } from "../rendition.ts";
import type { TilesRendition } from "./tiles-rendition.ts";
import { sheetTiles } from "./tiles-timeline.ts";

/** One sheet, and how it is to be read. */
export interface SheetRequest {
  readonly frame: PlanFrame;
  readonly rendition: TilesRendition;
  readonly source: LocatedSource;
  /** From 1. */
  readonly n: number;
  /** What to tell `-ss`, seconds of the title; null to read from the film's beginning. */
  readonly seekSeconds: number | null;
  /** The named pipe through which the key frames come. */
  readonly fifoPath: string;
  readonly outPath: string;
}

/** A clock of whole milliseconds may put a picture so much behind its moment. */
const roundingMicroseconds = 1000;
/** NUT stores no time before zero, where packets may be decoded. */
const headroomSeconds = 60;
/** So much of the film is read behind a sheet: packets are decoded before they are shown. */
const behindSeconds = 10;

/** Where the first tile of a sheet stands, seconds of the title. */
export function sheetStart({ frame, rendition, n }: Omit<SheetRequest, "seekSeconds">): number {
  return sheetTiles(frame, rendition, n).first * rendition.recipe.intervalSeconds;
}

/**
 * Where to begin reading, one after the other until the first key frame found is not behind the sheet's first tile:
 * as near as the container lets one hope, further and further back, and from the beginning.
 */
export function seeksOf(startSeconds: number, source: LocatedSource): (number | null)[] {
  if (startSeconds === 0) return [null];
  const targets = [0, 1, 2].map((caution) => pictureSeek(startSeconds, source, caution));
  const within = targets.filter((target) => target > 0 && !isBeforePictures(target, source));
  return [...new Set(within), null];
}

/**
 * FFmpeg's arguments to write a film's key frames, as they are, to standard output as NUT. The decoder is not left to
 * choose them (`-skip_frame nokey`): VP9's and AV1's know no choice, and those of H.264, MPEG-2 and MPEG-4 hold pictures
 * back for others to be shown before, which they are then not given: they come out late, without their times, or never.
 */
export function keyFrameArgs({
  frame,
  rendition,
  source,
  n,
  seekSeconds,
}: Omit<SheetRequest, "outPath">): string[] {
  const { joined, originMicroseconds } = frame.source;
  const input = sourceInput(source.path, joined?.container ?? "", joined?.pieces);
  const { end } = sheetTiles(frame, rendition, n);
  const until = originMicroseconds / 1e6 + end * rendition.recipe.intervalSeconds + behindSeconds;
  // AVI has decoding times alone.
  const times = "setts=pts=if(eq(PTS\\,NOPTS)\\,DTS\\,PTS)";
  return [
    ...["-nostdin", "-v", "error", "-nostats", ...inputLimitArgs, "-copyts", "-noaccurate_seek"],
    ...(seekSeconds === null ? [] : ["-ss", seekSeconds.toFixed(6)]),
    ...[...input.options, "-i", input.url],
    ...["-map", `0:${rendition.track}`, "-map_metadata", "-1", "-map_chapters", "-1"],
    ...["-c:v", "copy", "-bsf:v", `noise=drop=not(key),${times}`],
    // Not until the next key frame, which may be the film's end away.
    ...(until > 0 ? ["-to", until.toFixed(6)] : []),
    ...["-output_ts_offset", String(headroom(frame)), "-avoid_negative_ts", "disabled"],
    ...["-f", "nut", "pipe:1"],
  ];
}

/**
 * FFmpeg's arguments to make a sheet of key frames. Standard output carries a line with the time of each, as
 * `parsePictureLine` reads it.
 */
export function sheetArgs({
  frame,
  rendition,
  n,
  fifoPath,
  outPath,
}: Omit<SheetRequest, "seekSeconds">): string[] {
  const { recipe } = rendition;
  const { columns, rows, intervalSeconds } = recipe;
  const { first, end } = sheetTiles(frame, rendition, n);
  const zero = frame.source.originMicroseconds + headroom(frame) * 1e6 + roundingMicroseconds;
  const { width, height } = recipe;
  const start = first * intervalSeconds;
  const graph = [
    // FFmpeg's `fps` would do, but that it loses a last picture which nothing follows.
    `color=black:size=${width}x${height}:rate=1/${intervalSeconds},setpts=PTS+${start}/TB[raster]`,
    [
      `[0:0]setpts=PTS-(${zero}/1000000)/TB`,
      ...["metadata=mode=add:key=viewra:value=1", "metadata=mode=print:file=-:direct=1"],
      // Where no picture is as early, the first one stands in.
      `setpts=if(eq(N\\,0)\\,min(PTS\\,${start}/TB)\\,PTS)`,
      ...shapeFilters(recipe),
    ].join(",") + "[pictures]",
    // Each moment gets the last picture at or before it.
    [
      "[raster][pictures]overlay=eof_action=repeat",
      `trim=end_frame=${end - first}`,
      `tile=${columns}x${rows}`,
      ...["scale=in_range=tv:out_range=pc", "format=yuvj420p[sheet]"],
    ].join(","),
  ].join(";");
  return [
    ...["-nostdin", "-v", "error", "-nostats", ...inputLimitArgs],
    // A key frame waits for no other.
    ...["-copyts", "-threads", "2", "-flags", "low_delay"],
    ...["-reinit_filter:v", "0", "-autorotate", "0", "-f", "nut", "-i", `file:${fifoPath}`],
    ...["-filter_complex", graph, "-map", "[sheet]", "-map_metadata", "-1"],
    // Of more threads other bytes would come.
    ...["-frames:v", "1", "-c:v", "mjpeg", "-threads:v", "1", "-q:v", "4", "-flags:v", "+bitexact"],
    ...["-update", "1", "-f", "image2", `file:${outPath}`],
  ];
}

/** The time of a picture, seconds of the title, of a line that FFmpeg's `metadata` filter prints; null for others. */
export function parsePictureLine(line: string): number | null {
  const seconds = /\bpts_time:(-?[\d.]+(?:e[-+]?\d+)?)/.exec(line)?.[1];
  return seconds === undefined ? null : Number(seconds);
}

/** Of a film whose clock begins before zero, as much more. */
function headroom({ source }: PlanFrame): number {
  return headroomSeconds + Math.ceil(Math.max(0, -source.originMicroseconds / 1e6));
}
