import { inputLimitArgs } from "../../media/ffmpeg-limits.ts";
import { shapeFilters } from "../encode/video-filters.ts";
import type { LocatedSource } from "../located-source.ts";
import type { PlanFrame } from "../rendition.ts";
import type { TilesRecipe, TilesRendition } from "./tiles-rendition.ts";
import { sheetTiles } from "./tiles-timeline.ts";

/** One sheet. */
export interface SheetRequest {
  readonly frame: PlanFrame;
  readonly rendition: TilesRendition;
  readonly source: LocatedSource;
  /** From 1. */
  readonly n: number;
  readonly outPath: string;
}

/** The moments of a sheet's tiles, seconds of the title. */
export function sheetMoments({ frame, rendition, n }: SheetRequest): number[] {
  const { first, end } = sheetTiles(frame, rendition, n);
  const { intervalSeconds } = rendition.recipe;
  return Array.from({ length: end - first }, (_, i) => (first + i) * intervalSeconds);
}

/** The time of the picture that each moment gets: the last at or before it, the first one where none is. */
export function picturesAt(moments: readonly number[], times: readonly number[]): number[] {
  return moments.map((moment) => times.findLast((time) => time <= moment) ?? times[0] ?? Infinity);
}

/** Where the pictures of a sheet come from. */
export interface SheetInput {
  /** FFmpeg's options of the one input. */
  readonly args: readonly string[];
  /** Index of the track in it. */
  readonly track: number;
  /** A filter that moves its clock to the title's. */
  readonly clock: string;
}

/**
 * FFmpeg's arguments to make a sheet of key frames. Standard output carries a line with the time of each, as
 * `parsePictureLine` reads it.
 */
export function sheetArgs(request: SheetRequest, input: SheetInput): string[] {
  const { rendition, outPath } = request;
  const { recipe } = rendition;
  const { width, height, intervalSeconds } = recipe;
  const moments = sheetMoments(request);
  const [start = 0] = moments;
  const graph = [
    // FFmpeg's `fps` would do, but that it loses a last picture which nothing follows.
    `color=black:size=${width}x${height}:rate=1/${intervalSeconds},setpts=PTS+${start}/TB[raster]`,
    [
      `[0:${input.track}]${input.clock}`,
      ...["metadata=mode=add:key=viewra:value=1", "metadata=mode=print:file=-:direct=1"],
      // Where no picture is as early, the first one stands in.
      `setpts=if(eq(N\\,0)\\,min(PTS\\,${start}/TB)\\,PTS)`,
      `${shapeFilters(recipe).join(",")}[pictures]`,
    ].join(","),
    // Each moment gets the last picture at or before it.
    `[raster][pictures]overlay=eof_action=repeat,trim=end_frame=${moments.length},${laidOut(recipe)}`,
  ].join(";");
  return [
    ...["-nostdin", "-y", "-v", "error", "-nostats", ...inputLimitArgs, "-copyts"],
    ...input.args,
    ...["-filter_complex", `${graph}[sheet]`, "-map", "[sheet]", "-map_metadata", "-1"],
    ...jpegArgs(outPath),
  ];
}

/** Tiles, one after the other, on a sheet in the colours of a JPEG. */
export function laidOut({ columns, rows }: TilesRecipe): string {
  return `tile=${columns}x${rows},scale=in_range=tv:out_range=pc,format=yuvj420p`;
}

/** Of more threads than one other bytes would come. */
export function jpegArgs(outPath: string): string[] {
  return [
    ...["-frames:v", "1", "-c:v", "mjpeg", "-threads:v", "1", "-q:v", "4", "-flags:v", "+bitexact"],
    ...["-update", "1", "-f", "image2", `file:${outPath}`],
  ];
}

/** The time of a picture, seconds of the title, of a line that FFmpeg's `metadata` filter prints; null for others. */
export function parsePictureLine(line: string): number | null {
  const seconds = /\bpts_time:(-?[\d.]+(?:e[-+]?\d+)?)/.exec(line)?.[1];
  return seconds === undefined ? null : Number(seconds);
}
