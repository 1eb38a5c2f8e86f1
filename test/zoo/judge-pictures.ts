import { readFrameCode } from "../support/frame-code.ts";
import { boxAspect, cardArea, lumaOf, type Area, type Planes } from "../support/read-card.ts";
import type { Expected } from "./shape.ts";

export interface DecodedPictures {
  readonly pictures: readonly Planes[];
  /** Seconds on the output's clock. */
  readonly times: readonly number[];
}

/** How much later pictures come than in the source, about a moment of the output, seconds. */
export type Lag = (at: number) => number;

export interface PictureVerdict {
  readonly faults: readonly string[];
  readonly lag: Lag;
  readonly middleLag: number;
}

const nearSeconds = 0.6;

/**
 * Every picture of the output: on the grid, the right one of the source, and all of them there. `lead` is how
 * much later than the source's first moment its pictures are due, seconds.
 */
export function judgePictures(
  { pictures, times }: DecodedPictures,
  rate: number,
  expected: Expected,
  lead = 0,
): PictureVerdict {
  const faults: string[] = [];
  const source = expected.pictures;
  if (expected.rate !== null && Math.abs(rate / expected.rate - 1) > 1e-4) {
    faults.push(`${rate.toFixed(3)} pictures a second, expected ${expected.rate.toFixed(3)}`);
  }
  const sourceStep = expected.seconds / Math.max(1, source.length);
  const slack = 0.5 / rate + 0.002 + expected.clockSeconds;
  const most = Math.max(1.5 / rate, 1.5 * sourceStep) + 0.05;
  const lasts = expected.seconds;
  if (Math.abs(pictures.length / rate - lasts) > most) {
    const seen = `${pictures.length} pictures (${(pictures.length / rate).toFixed(2)} s)`;
    faults.push(`${seen}, expected ${lasts.toFixed(2)} s`);
  }
  const offGrid = times.findIndex((time, i) => !(Math.abs(time - i / rate) < 0.002));
  if (offGrid !== -1) {
    faults.push(`picture ${offGrid} at ${times[offGrid]?.toFixed(4)} s, not on the grid`);
  }
  if (!expected.isLegible) return { faults, lag: () => 0, middleLag: 0 };

  const position = new Map(source.map(({ number }, i) => [number, i]));
  const numbers = pictures.map((picture) => {
    const area = areaOf(picture, expected);
    return readFrameCode(lumaOf(picture, area), area.width, area.height);
  });
  const illegible = numbers.flatMap((number, i) =>
    number === null || !position.has(number) ? [i] : [],
  );
  if (illegible.length > 0) {
    const shown = illegible.slice(0, 3).map((i) => `${i}: ${numbers[i]}`);
    faults.push(
      `${illegible.length} pictures without a number of the source (${shown.join(", ")})`,
    );
  }
  const lags = numbers.flatMap((number, i) => {
    const at = number === null ? undefined : position.get(number);
    const time = times[i] ?? Number.NaN;
    return at === undefined ? [] : [{ time, at, lag: time - (source[at]?.time ?? Number.NaN) }];
  });
  // A picture that is held does not move the film: only the first showing of each tells the time.
  const firsts = lags.filter(({ at }, i) => i === 0 || lags[i - 1]?.at !== at);
  const middleLag = median(firsts.map(({ lag }) => lag));
  // A lead as short as an encoder's priming may be left out, and pictures begin at once.
  const moved = Math.min(Math.abs(middleLag), Math.abs(middleLag - lead));
  if (moved > 0.6 / rate + 0.002) {
    faults.push(`the film is moved by ${(middleLag * 1000).toFixed(0)} ms`);
  }
  const wrong = lags.filter(({ time, at }) => {
    const from = source[at]?.time ?? Number.NaN;
    const until = source[at + 1]?.time ?? Infinity;
    const moment = time - middleLag;
    const isLead = at === 0 && moment < from;
    return !isLead && (moment < from - slack || moment > until + slack);
  });
  const [bad] = wrong;
  if (bad !== undefined) {
    const off = `at ${bad.time.toFixed(2)} s picture ${source[bad.at]?.number}`;
    faults.push(
      `${wrong.length} pictures at the wrong time (${off}, ${(bad.lag * 1000).toFixed(0)} ms late)`,
    );
  }
  const backwards = lags.filter(({ at }, i) => i > 0 && at < (lags[i - 1]?.at ?? 0)).length;
  if (backwards > 0) faults.push(`the film goes back ${backwards} times`);
  const seen = new Set(lags.map(({ at }) => at));
  const missing = source.flatMap(({ number }, i) => (seen.has(i) ? [] : [number]));
  if (
    expected.rate !== null &&
    rate >= source.length / expected.seconds - 0.01 &&
    missing.length > 0
  ) {
    faults.push(`${missing.length} pictures are missing (${missing.slice(0, 5).join(", ")})`);
  }
  const lag: Lag = (at) => {
    const near = firsts.filter(({ time }) => Math.abs(time - at) < nearSeconds);
    return near.length === 0 ? middleLag : median(near.map((one) => one.lag));
  };
  return { faults, lag, middleLag };
}

/** The picture's own shape, and that of a square in it. */
export function judgeShape(
  { pictures }: DecodedPictures,
  sampleAspect: number,
  expected: Expected,
): string[] {
  const faults: string[] = [];
  const [first] = pictures;
  if (first === undefined) return ["no pictures"];
  const { width, height } = first;
  const aspect = (width * sampleAspect) / height;
  const error = Math.abs(aspect / expected.displayAspect - 1);
  if (!expected.mayHaveBars && error > 0.012) {
    const wanted = `expected ${expected.displayAspect.toFixed(3)}`;
    faults.push(`${width}×${height} is shown as ${aspect.toFixed(3)}, ${wanted}`);
  }
  if (!expected.isLegible) return faults;
  for (const index of probes(pictures.length)) {
    const picture = pictures[index];
    if (picture === undefined) continue;
    const area = areaOf(picture, expected);
    const box = boxAspect(lumaOf(picture, area), area.width, area.height);
    if (box === null) faults.push(`picture ${index}: no box to be seen`);
    else if (Math.abs(box * sampleAspect - 1) > 0.04 + 2 / height) {
      faults.push(`picture ${index}: a square is ${(box * sampleAspect).toFixed(3)} wide`);
    }
  }
  return faults;
}

/** Start, middle and end. */
export function probes(count: number): number[] {
  return [...new Set([0.05, 0.5, 0.95].map((part) => Math.floor(part * count)))];
}

export function areaOf(picture: Planes, { mayHaveBars }: Expected): Area {
  const { width, height } = picture;
  return mayHaveBars ? cardArea(picture) : { left: 0, top: 0, width, height };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
