import { toNumber, type Rational } from "../../media/rational.ts";
import { shownSize } from "../../media/display-size.ts";
import type { VideoTrack } from "../../media/source.ts";
import type { PictureCodec } from "../../media/picture-codecs.ts";

/** One quality of a ladder: picture size (even, square samples) and its bit-rate ceiling. */
export interface Rung {
  /** `v` and the class height: `v720`; no other rung's of the ladder. */
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly maxBitrateBps: number;
}

export interface LadderLimits {
  /** Tallest class offered, e.g. 1080; null for no limit. */
  readonly maxHeight: number | null;
  /** Highest bit rate of one rung; null for no limit. */
  readonly maxBitrateBps: number | null;
  /** false: the best rung alone. */
  readonly adaptive: boolean;
}

/** What the codec that a ladder is made in asks of its rungs. */
export interface RungLimits {
  readonly codec: PictureCodec;
  /** Class height; null for no limit. */
  readonly maxHeight: number | null;
  /** Of one rung; null for no limit. */
  readonly maxBitrateBps: number | null;
  /** What can be made in time, samples a second; null for no limit. */
  readonly maxSamplesPerSecond: number | null;
}

/** H.264 at 30 frames a second or fewer: class height → ceiling. Apple's HLS authoring table, rounded. */
const classes: readonly { readonly height: number; readonly bitrateBps: number }[] = [
  { height: 240, bitrateBps: 400_000 },
  { height: 360, bitrateBps: 900_000 },
  { height: 480, bitrateBps: 1_600_000 },
  { height: 720, bitrateBps: 3_500_000 },
  { height: 1080, bitrateBps: 6_500_000 },
  { height: 1440, bitrateBps: 11_000_000 },
  { height: 2160, bitrateBps: 20_000_000 },
];

/** How many bits H.264 needs where the other codec needs one. */
const efficiency: Readonly<Record<string, number>> = { hevc: 1.6, vp9: 1.5, av1: 1.9, vvc: 2.2 };

const noLimits: RungLimits = {
  ...{ codec: "h264", maxHeight: null, maxBitrateBps: null, maxSamplesPerSecond: null },
};

/** What encoders of the other codecs take, of either side. */
const smallestSide: Readonly<Record<PictureCodec, number>> = { h264: 0, hevc: 64, av1: 64, vp9: 0 };

/** A rung this close to the next one's size is not worth its storage. */
const smallestStep = 0.87;
const lowestBitrateBps = 120_000;

/**
 * The rungs for a source, lowest first: the class heights below it and its own size on top. A class is a
 * box (16:9, or 9:16 for upright pictures), so 1920×800 counts as 1080 and keeps its shape everywhere.
 * Never above the source's size; bit rates never above what the source itself spends, codec considered.
 */
export function createLadder(
  track: VideoTrack,
  frameRate: Rational,
  limits: LadderLimits,
  own: RungLimits = noLimits,
): Rung[] {
  const size = shownSize(track);
  const long = Math.max(size.width, size.height);
  const short = Math.min(size.width, size.height);
  const maxHeight = Math.min(limits.maxHeight ?? Infinity, own.maxHeight ?? Infinity);
  const sized: { id: string; scale: number }[] = [];
  for (const { height } of classes) {
    const scale = Math.min((height * 16) / 9 / long, height / short);
    const isTop = scale >= 0.999 || height === classes.at(-1)?.height;
    const isLimit = nextClass(height) > maxHeight;
    // Smaller than its class in both directions: named by what it is.
    const id = scale > 1.02 ? `v${even(short)}` : `v${height}`;
    sized.push({ id, scale: scale >= 0.999 ? 1 : scale });
    if (isTop || isLimit) break;
  }
  const steps = sized.filter((rung, i) => {
    const next = sized[i + 1];
    return next === undefined || rung.scale / next.scale < smallestStep;
  });
  const maxBitrate = Math.min(limits.maxBitrateBps ?? Infinity, own.maxBitrateBps ?? Infinity);
  const fast = toNumber(frameRate) > 32 ? 1.5 : 1;
  const gain = efficiency[own.codec] ?? 1;
  const sourceCap = sourceBitrate(track) / gain;
  const rungs = steps.map(({ id: usual, scale }, i) => {
    // A wide film of 720 lines is larger than the rung of that class: it is named by the box that it fills.
    const isTaken = steps.slice(0, i).some(({ id }) => id === usual);
    const id = isTaken ? `v${even(Math.max(short, (long * 9) / 16))}` : usual;
    const { width, height } = fitted(size, scale);
    const wanted = (bitrateFor(width * height) / gain) * fast;
    // A smaller picture of the same film needs fewer bits, but not in proportion to its area.
    const capped = Math.min(wanted, sourceCap * scale ** 1.5, maxBitrate);
    const maxBitrateBps = Math.max(lowestBitrateBps, Math.round(capped / 1000) * 1000);
    return { id, width, height, maxBitrateBps };
  });
  const made = rungs.filter(
    ({ width, height }) =>
      Math.min(width, height) >= smallestSide[own.codec] &&
      width * height * toNumber(frameRate) <= (own.maxSamplesPerSecond ?? Infinity),
  );
  return limits.adaptive ? distinct(made) : made.slice(-1);
}

function nextClass(height: number): number {
  return classes.find((entry) => entry.height > height)?.height ?? Infinity;
}

/** Ceiling for a picture of so many samples, between the classes by power law. */
function bitrateFor(samples: number): number {
  const points = classes.map(({ height, bitrateBps }) => ({
    samples: (height * height * 16) / 9,
    bitrateBps,
  }));
  let [lower, upper] = [points[0], points[1]];
  for (let i = 1; i < points.length; i++) {
    [lower, upper] = [points[i - 1], points[i]];
    if (upper !== undefined && samples <= upper.samples) break;
  }
  if (lower === undefined || upper === undefined) return lowestBitrateBps;
  const exponent =
    Math.log(upper.bitrateBps / lower.bitrateBps) / Math.log(upper.samples / lower.samples);
  return lower.bitrateBps * (samples / lower.samples) ** exponent;
}

function sourceBitrate(track: VideoTrack): number {
  if (track.bitrateBps === null || track.bitrateBps <= 0) return Infinity;
  // A tenth on top: the source's figure is an average, ours a ceiling.
  return track.bitrateBps * (efficiency[track.codec] ?? 1) * 1.1;
}

/** A rung that costs as much as the next better one, or is as large, has no use; keeps the better. */
function distinct(rungs: Rung[]): Rung[] {
  return rungs.filter((rung, i) => {
    const next = rungs[i + 1];
    if (next === undefined) return true;
    const isSmaller = rung.width < next.width || rung.height < next.height;
    return isSmaller && rung.maxBitrateBps < next.maxBitrateBps;
  });
}

/** Encoders take nothing narrower. */
const narrowestSamples = 16;
/** By how much rounding may change a picture's shape. */
const shapeTolerance = 0.008;

/**
 * A size scaled, rounded for 4:2:0 and brought up to what encoders take. Where that would change the shape
 * the longer side follows the shorter one, up to the source's own: what then remains is padded (`fitInto`).
 */
function fitted(size: { width: number; height: number }, scale: number) {
  const [width, height] = [even(size.width * scale), even(size.height * scale)];
  const shape = size.width / size.height;
  if (Math.abs(width / height / shape - 1) <= shapeTolerance) return { width, height };
  return shape > 1
    ? { width: Math.min(even(height * shape), even(size.width)), height }
    : { width, height: Math.min(even(width / shape), even(size.height)) };
}

function even(size: number): number {
  return Math.max(narrowestSamples, Math.round(size / 2) * 2);
}
