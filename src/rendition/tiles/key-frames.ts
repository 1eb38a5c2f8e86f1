import { inputLimitArgs } from "../../media/ffmpeg-limits.ts";
import { sourceInput } from "../../media/source-pieces.ts";
import { isBeforePictures, pictureSeek } from "../encode/seek.ts";
import type { LocatedSource } from "../located-source.ts";
import type { PlanFrame } from "../rendition.ts";

/** Which key frames of a film are to be given out. Times in seconds of the title. */
export interface KeyFrameRequest {
  readonly frame: PlanFrame;
  readonly track: number;
  readonly source: LocatedSource;
  /** What to tell `-ss`; null to read from the film's beginning. */
  readonly seekSeconds: number | null;
  /** None behind it is needed. */
  readonly untilSeconds: number;
  /** The one that is wanted, of a list; all when left out. */
  readonly only?: { readonly seconds: number; readonly tickSeconds: number };
  /** Where to list them, as `readKeyTimes` reads it. */
  readonly listPath?: string;
}

type FilmRequest = Pick<KeyFrameRequest, "frame" | "source" | "seekSeconds">;

/** A clock of whole milliseconds may put a picture so much behind its moment. */
const roundingSeconds = 0.001;
/** NUT stores no time before zero, where packets may be decoded. */
const headroomSeconds = 60;
/** Packets are decoded before they are shown: so much of the film is read behind what is wanted. */
const behindSeconds = 10;

/**
 * Where to begin reading, one after the other until the first key frame found is not behind the moment that one is
 * wanted for: as near as the container lets one hope, further and further back, and from the beginning.
 */
export function seeksFor(seconds: number, source: LocatedSource): (number | null)[] {
  if (seconds <= 0) return [null];
  const targets = [0, 1, 2].map((caution) => pictureSeek(seconds, source, caution));
  const within = targets.filter((target) => target > 0 && !isBeforePictures(target, source));
  return [...new Set(within), null];
}

/**
 * FFmpeg's arguments to write a film's key frames, as they are, to standard output as NUT. The decoder is not left to
 * choose them (`-skip_frame nokey`): VP9's and AV1's know no choice, and those of MPEG-2 and MPEG-4 hold pictures back
 * for others to be shown before, which they are then not given: they come late and without their times.
 */
export function keyFrameArgs(request: KeyFrameRequest): string[] {
  const { frame, track, untilSeconds, only, listPath } = request;
  const until = frame.source.originMicroseconds / 1e6 + untilSeconds + behindSeconds;
  // By number: the filter's own time base is not the one that it counts in.
  const others =
    only === undefined
      ? ""
      : `+gt(abs(pts-(${(only.seconds + zeroSeconds(frame)) / only.tickSeconds}))\\,${0.0005 / only.tickSeconds})`;
  const copy = [
    ...["-map", `0:${track}`, "-map_metadata", "-1", "-map_chapters", "-1", "-c:v", "copy"],
    // AVI has decoding times alone.
    ...["-bsf:v", `setts=pts=if(eq(PTS\\,NOPTS)\\,DTS\\,PTS),noise=drop=not(key)${others}`],
    // Not until the next key frame, which may be the film's end away.
    ...(until > 0 ? ["-to", until.toFixed(6)] : []),
    ...["-output_ts_offset", String(headroom(frame)), "-avoid_negative_ts", "disabled"],
  ];
  return [
    ...["-nostdin", "-v", "error", "-nostats", ...inputLimitArgs],
    ...["-copyts", ...readingArgs(request)],
    ...(listPath === undefined
      ? []
      : [...copy, "-flush_packets", "1", "-f", "framecrc", `file:${listPath}`]),
    ...[...copy, "-f", "nut", "pipe:1"],
  ];
}

/** Input options for key frames that come through a named pipe, each of which waits for no other. */
export function keyFrameInputArgs(fifoPath: string, threads: number): string[] {
  return [
    ...["-flags", "low_delay", ...decodingArgs(threads), "-f", "nut", "-i", `file:${fifoPath}`],
  ];
}

/** The filters take pictures that change in mid-film; how they are turned the plan says. */
function decodingArgs(threads: number): string[] {
  return ["-threads", String(threads), "-reinit_filter:v", "0", "-autorotate", "0"];
}

/** Moves the clock of such an input to the title's, on which a picture on its moment is not behind it. */
export function titleClock(frame: PlanFrame): string {
  return movedBack(zeroSeconds(frame) + headroom(frame));
}

/** Input options for the key frames of the film itself, chosen by its decoder. */
export function filmInputArgs(request: FilmRequest): string[] {
  return ["-skip_frame", "nokey", ...decodingArgs(2), ...readingArgs(request)];
}

/** Input options of the film, from where it is to be read. */
function readingArgs({ frame, source, seekSeconds }: FilmRequest): string[] {
  const { joined } = frame.source;
  const input = sourceInput(source.path, joined?.container ?? "", joined?.pieces);
  return [
    ...["-noaccurate_seek", ...(seekSeconds === null ? [] : ["-ss", seekSeconds.toFixed(6)])],
    ...[...input.options, "-i", input.url],
  ];
}

/** Moves the clock of the film to the title's, as `titleClock` does that of its key frames. */
export function filmClock(frame: PlanFrame): string {
  return movedBack(zeroSeconds(frame));
}

function movedBack(seconds: number): string {
  return `setpts=PTS-(${Math.round(seconds * 1e6)}/1000000)/TB`;
}

export interface KeyList {
  /** Seconds of the title, in the order of the file. */
  readonly times: readonly number[];
  /** What their packets count in on the way to NUT. */
  readonly tickSeconds: number;
}

/** Reads what FFmpeg's `framecrc` wrote of key frames. */
export function readKeyList(list: string, frame: PlanFrame): KeyList {
  const [num = 0, den = 1] = (/^#tb 0: (\d+)\/(\d+)$/m.exec(list) ?? []).slice(1).map(Number);
  const zero = zeroSeconds(frame) + headroom(frame);
  const stamps = list.matchAll(/^0,\s*-?\d+,\s*(-?\d+),/gm);
  const times = Array.from(stamps, ([, pts]) => (Number(pts) * num) / den - zero);
  return { times, tickSeconds: nutTick(num, den) };
}

/** NUT's writer makes a coarse clock as fine as this (FFmpeg: nutenc.c, ff_choose_timebase). */
const finestNut = 48_000;

function nutTick(num: number, den: number): number {
  let [above, below] = [num, den];
  for (const divisor of [2, 3, 5, 7, 9, 11, 13]) {
    while (above > 0 && below / above < finestNut && above % divisor === 0) above /= divisor;
  }
  while (below / above < finestNut && below < 2 ** 24) below *= 2;
  return above / below;
}

/** The title's zero on the source's clock. */
function zeroSeconds({ source }: PlanFrame): number {
  return source.originMicroseconds / 1e6 + roundingSeconds;
}

/** Of a film whose clock begins before zero, as much more. */
function headroom({ source }: PlanFrame): number {
  return headroomSeconds + Math.ceil(Math.max(0, -source.originMicroseconds / 1e6));
}
