import { rational, toNumber, type Rational } from "../media/rational.ts";
import type { FfprobeStream } from "./ffprobe-output.ts";
import type { StreamTail } from "./packet-tail.ts";
import { statistics } from "./stream-tags.ts";

export interface FramePace {
  readonly frameRate: Rational | null;
  readonly isVariable: boolean;
}

/** More than this between nominal and average rate is no rounding of time stamps. */
const steadyTolerance = 0.005;
/** Phones film at up to 960; what is above is a clock's tick, not a rate. */
const highestRate = 1000;

/**
 * The rate of a video stream, and whether its pictures come evenly.
 *
 * ffprobe tells two: `r_frame_rate`, a guess at the lowest common rate of the first time stamps, which is
 * right for even streams, though it counts fields in interlaced ones; and `avg_frame_rate`, pictures by
 * time, over the whole file in MP4 and over its beginning in others. Where both agree the stream is even.
 * The last pictures of the file are a third witness, and mkvmerge's statistics replace the average.
 */
export function framePace(stream: FfprobeStream, container: string, tail?: StreamTail): FramePace {
  const nominal = plausible(stream.r_frame_rate);
  const average = statisticsRate(stream) ?? plausible(stream.avg_frame_rate);
  if (nominal === undefined) return { frameRate: average ?? null, isVariable: true };
  if (average === undefined) return { frameRate: nominal, isVariable: false };
  const steady = steadyRate(nominal, average, container);
  if (steady === undefined) return { frameRate: average, isVariable: true };
  if (tail !== undefined && !agrees(tail, steady)) return { frameRate: average, isVariable: true };
  return { frameRate: exactAverage(stream, average) ?? steady, isVariable: false };
}

function plausible(rate: Rational | undefined): Rational | undefined {
  return rate !== undefined && toNumber(rate) <= highestRate ? rate : undefined;
}

/** mkvmerge writes each track's number of pictures and its length. */
function statisticsRate(stream: FfprobeStream): Rational | undefined {
  const { frames, durationSeconds } = statistics(stream);
  if (frames === undefined || durationSeconds === undefined || frames < 2) return undefined;
  const milliseconds = Math.round(durationSeconds * 1000);
  return milliseconds > 0 ? plausible(rational(frames * 1000, milliseconds)) : undefined;
}

function steadyRate(nominal: Rational, average: Rational, container: string): Rational | undefined {
  const near = (rate: Rational): boolean =>
    Math.abs(toNumber(average) / toNumber(rate) - 1) <= steadyTolerance;
  if (near(nominal)) return nominal;
  // Fields counted as pictures: 50 where 25 come.
  const halved = rational(nominal.num, nominal.den * 2);
  if (near(halved)) return halved;
  // H.264 in AVI: the clock ticks twice a picture and the average counts ticks.
  if (container === "avi" && near(rational(nominal.num * 2, nominal.den))) return nominal;
  return undefined;
}

/** Rates that differ by a thousandth and that a guess from a few rounded time stamps mixes up. */
const twins = [24, 30, 60].flatMap((rate) => [rational(rate), rational(rate * 1000, 1001)]);

/** A long file's average that hits a standard rate exactly knows better than the guess. */
function exactAverage(stream: FfprobeStream, average: Rational): Rational | undefined {
  if ((stream.nb_frames ?? 0) < 500) return undefined;
  return twins.find((rate) => Math.abs(toNumber(average) / toNumber(rate) - 1) < 1e-5);
}

/** Enough to make a millisecond's rounding vanish in the mean. */
const fewestTimes = 32;
/** At either end of the tail, reordering leaves holes. */
const reordered = 4;

function agrees(tail: StreamTail, steady: Rational): boolean {
  if (tail.untimedPackets > 0 || tail.times.length < fewestTimes) return true;
  const times = tail.times.toSorted((a, b) => a - b).slice(reordered, -reordered);
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const ratio = (times.length - 1) / span / toNumber(steady);
  return [1, 2, 0.5].some((expected) => Math.abs(ratio / expected - 1) <= 2 * steadyTolerance);
}
