import { decodeTrack } from "./decode.ts";
import { readFrameCode } from "./frame-code.ts";
import { ssim } from "./ssim.ts";

/** A decoded video track, small and grey: enough to tell any picture of a film from its neighbours. */
export interface Pictures {
  readonly width: number;
  readonly height: number;
  readonly grey: readonly Uint8Array[];
  /** Seconds on the container's clock. */
  readonly times: readonly number[];
  /** Seconds that the last picture lasts; 0 where the container does not say. */
  readonly lastDuration: number;
  /** The picture number read out of each picture; null where it is not legible. */
  readonly numbers: readonly (number | null)[];
  readonly warnings: string;
}

/** Decodes a video track to its end. A film that is shown turned by 90° is turned back to be read. */
export async function decodePictures(
  input: string,
  track = "0:v:0",
  isTurned = false,
): Promise<Pictures> {
  const [width, height] = [192, 108];
  const filter = `${isTurned ? "transpose=clock," : ""}scale=${width}:${height}:flags=area,format=gray`;
  const decoded = await decodeTrack(input, track, ["-vf", filter, "-c:v", "rawvideo"]);
  const size = width * height;
  const count = Math.floor(decoded.bytes.byteLength / size);
  const grey = Array.from({ length: count }, (_, i) =>
    decoded.bytes.subarray(i * size, (i + 1) * size),
  );
  return {
    width,
    height,
    grey,
    times: decoded.times,
    lastDuration: decoded.durations.at(-1) ?? 0,
    numbers: grey.map((picture) => readFrameCode(picture, width, height)),
    warnings: decoded.warnings,
  };
}

export interface PictureFault {
  /** Position in the output, from 0. */
  readonly index: number;
  readonly outputTime: number;
  readonly problem: string;
}

export interface PictureReport {
  readonly faults: readonly PictureFault[];
  readonly lowestSsim: number;
  /**
   * Output time minus source time (from the source's first moment) of the pictures, in seconds: the
   * median at a constant rate, else 0. Sound must be moved by the same.
   */
  readonly shiftSeconds: number;
}

export interface PictureExpectation {
  /** Pictures a second of the output. */
  readonly rate: number;
  /** The source's own clock at its start; pictures of the source are timed from there. */
  readonly sourceStart: number;
  /** Source pictures come at the output's rate, one for one: every number must be exact. */
  readonly constantRate: boolean;
  /** SSIM below which a picture counts as wrong: 0.8 unless told. */
  readonly lowestSsim?: number;
}

/**
 * Judges every output picture: on the output's grid, holding the source picture of that moment by its
 * number, and more like that picture than like the one before or after. A film that is moved by one
 * picture, or repeats or drops one, has faults.
 */
export function comparePictures(
  source: Pictures,
  output: Pictures,
  expected: PictureExpectation,
): PictureReport {
  const { rate, sourceStart, constantRate, lowestSsim: floor = 0.8 } = expected;
  const faults: PictureFault[] = [];
  const shifts: number[] = [];
  let lowestSsim = 1;
  const lead = leadingPictures(source, output, rate, sourceStart);
  const sourceIndex = new Map(source.numbers.map((number, i) => [number, i]));
  for (const [index, picture] of output.grey.entries()) {
    const outputTime = output.times[index] ?? Number.NaN;
    const fault = (problem: string): void => void faults.push({ index, outputTime, problem });
    if (!(Math.abs(outputTime - index / rate) < 0.002)) {
      fault(`expected at ${(index / rate).toFixed(4)} s, got ${outputTime.toFixed(4)} s`);
    }
    const number = output.numbers[index] ?? null;
    const at = number === null ? undefined : sourceIndex.get(number);
    if (number === null || at === undefined) {
      fault(`no legible number of a source picture (${number})`);
      continue;
    }
    const exact = Math.max(0, index - lead);
    if (constantRate && number !== exact) fault(`expected picture ${exact}, got ${number}`);
    const shownFrom = (source.times[at] ?? Number.NaN) - sourceStart;
    const shownUntil = (source.times[at + 1] ?? Infinity) - sourceStart;
    shifts.push(outputTime - shownFrom);
    const slack = 0.5 / rate + 0.002;
    const isOff = outputTime < shownFrom - slack || outputTime > shownUntil + slack;
    if (isOff && !constantRate) {
      fault(`picture ${number} is shown ${shownFrom.toFixed(4)}..${shownUntil.toFixed(4)} s`);
    }
    const likeness = (i: number): number => {
      const other = source.grey[i];
      return other === undefined ? 0 : ssim(picture, other, source.width, source.height);
    };
    const same = likeness(at);
    lowestSsim = Math.min(lowestSsim, same);
    if (same < floor) fault(`SSIM ${same.toFixed(3)} with source picture ${number}`);
    if (same <= Math.max(likeness(at - 1), likeness(at + 1))) {
      fault(`more like a neighbour than like source picture ${number}`);
    }
  }
  const expectedCount = source.grey.length + lead;
  if (constantRate && output.grey.length !== expectedCount) {
    const problem = `expected ${expectedCount} pictures, got ${output.grey.length}`;
    faults.push({ index: output.grey.length, outputTime: Number.NaN, problem });
  }
  const sorted = shifts.toSorted((a, b) => a - b);
  const shiftSeconds = constantRate ? (sorted[sorted.length >> 1] ?? 0) : 0;
  if (Math.abs(shiftSeconds) > 0.6 / rate) {
    faults.push({ index: 0, outputTime: 0, problem: `the film is moved by ${shiftSeconds} s` });
  }
  return { faults, lowestSsim, shiftSeconds };
}

/**
 * Where the source's sound begins before its pictures, the output may begin with copies of the first
 * picture, as many as fit into that time: how many it has.
 */
function leadingPictures(
  source: Pictures,
  output: Pictures,
  rate: number,
  sourceStart: number,
): number {
  const most = Math.ceil(((source.times[0] ?? 0) - sourceStart) * rate - 0.01);
  const copies = output.numbers.findIndex((number) => number !== source.numbers[0]) - 1;
  return Math.max(0, Math.min(most, copies));
}
