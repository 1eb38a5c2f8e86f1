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
  // A stray time stamp spoils any average.
  const isSpoilt = tail?.endBeforeLeap !== undefined && nominal !== undefined;
  const measured = statisticsRate(stream) ?? plausible(stream.avg_frame_rate);
  const average = isSpoilt ? nominal : measured;
  if (nominal === undefined) return { frameRate: average ?? null, isVariable: true };
  if (average === undefined) return { frameRate: nominal, isVariable: false };
  const steady = steadyRate(nominal, average, container);
  const rate = steady && (exactTwin(stream, average, steady) ?? cameraRate(steady));
  const mayBeFields = stream.field_order !== "progressive";
  if (rate === undefined || (tail !== undefined && !isEven(tail, rate, mayBeFields))) {
    return { frameRate: variableRate(nominal, average, tail), isVariable: true };
  }
  return { frameRate: rate, isVariable: false };
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
  if (isNear(average, nominal)) return nominal;
  // Fields counted as pictures: 50 where 25 come.
  const halved = rational(nominal.num, nominal.den * 2);
  if (isNear(average, halved)) return halved;
  // H.264 in AVI: the clock ticks twice a picture and the average counts ticks.
  if (container === "avi" && isNear(average, rational(nominal.num * 2, nominal.den)))
    return nominal;
  return undefined;
}

function isNear(rate: Rational, other: Rational): boolean {
  return Math.abs(toNumber(rate) / toNumber(other) - 1) <= steadyTolerance;
}

const ntsc = (rate: number): Rational => rational(rate * 1000, 1001);

/** Film, its NTSC twin a thousandth slower, and their multiples. */
const twins = [24, 30, 48, 60, 120].flatMap((rate) => [rational(rate), ntsc(rate)]);

function twinWithin(tolerance: number, rate: Rational): Rational | undefined {
  return twins.find((twin) => Math.abs(toNumber(rate) / toNumber(twin) - 1) < tolerance);
}

/** A long file's average that hits 23.976 exactly knows better than a guess of 24 from rounded stamps. */
function exactTwin(stream: FfprobeStream, average: Rational, guess: Rational) {
  if ((stream.nb_frames ?? 0) < 500 || !isNear(average, guess)) return undefined;
  return twinWithin(1e-5, average);
}

const cameraDenominators = [1, 2, 3, 4, 1001];

/** The rate if a camera could run at it; 24211/808 is an average of uneven pictures. */
function cameraRate(rate: Rational): Rational | undefined {
  return twinWithin(2e-5, rate) ?? (cameraDenominators.includes(rate.den) ? rate : undefined);
}

/** Enough to make a millisecond's rounding vanish in the mean. */
const fewestTimes = 32;
/** At either end of the tail, reordering leaves holes. */
const reordered = 4;
/** Rounding to milliseconds shifts both ends of an interval. */
const roundingSeconds = 0.002;

/** A nominal rate that is more than this many times the average is a common multiple, and no pictures come at it. */
const mostTimesAverage = 2.1;
const highestOfPictures = 60;

/**
 * Of uneven pictures: no slower than any long stretch that is known of, the first pictures (the nominal rate), all
 * of them (the average), and the last. Two fields and three fields in turn are film; on a grid of fields each
 * of its pictures has its place, and where all of it is known to be film, its own rate has one for each.
 */
function variableRate(
  nominal: Rational,
  average: Rational,
  tail: StreamTail | undefined,
): Rational {
  if (tail && isTelecined(tail)) {
    const [film, fields] =
      nominal.den === 1001 ? [ntsc(24), ntsc(60)] : [rational(24), rational(60)];
    return isNear(average, film) ? film : fields;
  }
  const first = toNumber(nominal);
  const isOfPictures =
    cameraRate(nominal) !== undefined &&
    first <= highestOfPictures &&
    first <= mostTimesAverage * toNumber(average);
  const known = isOfPictures ? fasterOf(average, nominal) : average;
  return fasterOf(known, tail && tailRate(tail, nominal));
}

/** Whether the last pictures last two fields and three fields in turn, as a DVD's film does. */
function isTelecined(tail: StreamTail): boolean {
  const intervals = intervalsOf(tail);
  if (tail.untimedPackets > 0 || intervals.length < 3 * fewestAgreeing) return false;
  const sorted = intervals.toSorted((a, b) => a - b);
  const quartile = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  const [short, long] = [quartile(0.25), quartile(0.75)];
  const isNearly = (interval: number, expected: number): boolean =>
    Math.abs(interval - expected) <= roundingSeconds;
  const regular = intervals.filter(
    (interval) => isNearly(interval, short) || isNearly(interval, long),
  );
  return (
    isNearly(short, 2 / 59.94) &&
    isNearly(long, 3 / 59.94) &&
    regular.length >= 0.9 * intervals.length
  );
}

/** Enough where the first pictures of the file say the same. */
const fewestAgreeing = 4;

/**
 * The rate of the last pictures without their pauses. A film that begins at 24 and goes on at 30 loses a
 * picture in five on a grid of its average, and none on one of 30. Where the last pictures come as the first
 * ones do, a pause between has lowered the average, and the nominal rate is the exact one.
 */
function tailRate(tail: StreamTail, nominal: Rational): Rational | undefined {
  if (tail.untimedPackets > 0) return undefined;
  const intervals = intervalsOf(tail).filter((interval) => interval > 0);
  if (intervals.length < fewestAgreeing) return undefined;
  const median = intervals.toSorted((a, b) => a - b)[Math.floor(intervals.length / 2)] ?? 0;
  const usual = intervals.filter((interval) => interval <= 1.5 * median);
  const seconds = usual.reduce((total, interval) => total + interval, 0) / usual.length;
  const microseconds = Math.round(seconds * 1e6);
  const rate = microseconds > 0 ? plausible(rational(1_000_000, microseconds)) : undefined;
  if (rate === undefined) return undefined;
  const leeway = roundingSeconds / (seconds * usual.length) + steadyTolerance;
  if (Math.abs(seconds * toNumber(nominal) - 1) <= leeway) return cameraRate(nominal) ?? rate;
  return tail.times.length < fewestTimes ? undefined : rate;
}

function fasterOf(rate: Rational, other: Rational | undefined): Rational {
  const isFaster = other !== undefined && toNumber(other) > (1 + steadyTolerance) * toNumber(rate);
  return isFaster ? other : rate;
}

function intervalsOf(tail: StreamTail): number[] {
  const times = tail.times.toSorted((a, b) => a - b).slice(reordered, -reordered);
  return times.slice(1).map((time, i) => time - (times[i] ?? time));
}

/** Whether the last pictures come at that rate, or at half of it, or fields at twice it, and each on its beat. */
function isEven(tail: StreamTail, rate: Rational, mayBeFields: boolean): boolean {
  if (tail.untimedPackets > 0 || tail.times.length < fewestTimes) return true;
  const intervals = intervalsOf(tail);
  const mean = intervals.reduce((sum, interval) => sum + interval, 0) / intervals.length;
  const beats = 1 / mean / toNumber(rate);
  const usual = mayBeFields ? [1, 0.5, 2] : [1, 0.5];
  if (!usual.some((expected) => Math.abs(beats / expected - 1) <= 2 * steadyTolerance)) {
    return false;
  }
  const leeway = Math.max(roundingSeconds, 0.15 * mean);
  const uneven = intervals.filter((interval) => Math.abs(interval - mean) > leeway);
  return uneven.length <= 0.1 * intervals.length;
}
