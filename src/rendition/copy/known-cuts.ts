import { deflateRawSync, inflateRawSync } from "node:zlib";
import * as v from "valibot";
import type { RandomAccessPoint, TrackIndex } from "../../demux/demuxer.ts";

/** What a look at a film's track for certain cuts gave. It follows from the file alone. */
export interface KnownCuts {
  readonly index: TrackIndex;
  /** Why its pictures are not copied, found by looking at them: sentences. */
  readonly looked: readonly string[];
}

/**
 * Where looks at films are kept, by the film's fingerprint and what was looked for. What it does not hold is looked
 * for in the film: it may forget whatever it likes.
 */
export interface CutMemory {
  get(fingerprint: string, key: string): Promise<Uint8Array | null>;
  put(fingerprint: string, key: string, bytes: Uint8Array): Promise<void>;
}

/** Raised when the same file would be cut elsewhere, or the bytes below mean something else. */
export const cutsVersion = 1;

const checksumBytes = 8;
/** Some 100,000 points: a film of two hours has 1,400. */
const longestBytes = 1024 * 1024;
/** Unpacked; what claims more is none of ours. */
const longestUnpackedBytes = 16 * 1024 * 1024;

/** Numbers of which the difference of any two is exact, and twice it. */
const integer = v.pipe(v.number(), v.integer(), v.minValue(-(2 ** 50)), v.maxValue(2 ** 50));
const headSchema = v.strictObject({
  startTicks: integer,
  endTicks: integer,
  frame: v.nullable(v.strictObject({ samples: v.number(), rateHz: v.number() })),
  obstacles: v.array(
    v.strictObject({
      code: v.picklist([
        ...(["codec", "configuration", "edit-list", "encryption", "compression"] as const),
        ...(["sample-descriptions", "tables", "time-stamps", "beginning"] as const),
        ...(["random-access", "parameter-sets", "uneven-sound"] as const),
      ]),
      message: v.string(),
    }),
  ),
  looked: v.array(v.string()),
  points: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(longestUnpackedBytes)),
});

/**
 * As few bytes: version, checksum, and compressed a line of JSON with the columns of the points behind it, each number
 * as the difference to the one before. null for what has no place in it; it is then looked for anew each time.
 */
export function encodeCuts({ index, looked }: KnownCuts): Uint8Array | null {
  const { points, startTicks, endTicks, frame, obstacles } = index;
  const head = { startTicks, endTicks, frame, obstacles, looked, points: points.length };
  if (!v.is(headSchema, head)) return null;
  const numbers: number[] = [];
  for (const column of columns) {
    let before = 0;
    for (const point of points) {
      const value = column(point);
      if (!v.is(integer, value)) return null;
      numbers.push(value - before);
      before = value;
    }
  }
  const line = new TextEncoder().encode(`${JSON.stringify(head)}\n`);
  const body = Buffer.concat([line, packNumbers(numbers)]);
  if (body.length > longestUnpackedBytes) return null;
  const packed = deflateRawSync(body);
  if (packed.length > longestBytes) return null;
  return Buffer.concat([Buffer.from([cutsVersion]), checksum(packed), packed]);
}

/** null for bytes that are damaged, of another version, or none of ours. */
export function decodeCuts(bytes: Uint8Array): KnownCuts | null {
  const packed = bytes.subarray(1 + checksumBytes);
  const isWhole = Buffer.compare(checksum(packed), bytes.subarray(1, 1 + checksumBytes)) === 0;
  if (bytes[0] !== cutsVersion || !isWhole) return null;
  try {
    const body = inflateRawSync(packed, { maxOutputLength: longestUnpackedBytes });
    const lineEnd = body.indexOf(10);
    const {
      points: count,
      looked,
      ...facts
    } = v.parse(headSchema, JSON.parse(body.toString("utf8", 0, lineEnd)));
    const numbers = unpackNumbers(body.subarray(lineEnd + 1));
    if (numbers.length !== count * columns.length) return null;
    for (let i = 0; i < numbers.length; i++) {
      if (i % count > 0) numbers[i] = (numbers[i] ?? 0) + (numbers[i - 1] ?? 0);
    }
    const points = Array.from({ length: count }, (_, n) =>
      pointOf((column) => numbers[column * count + n] ?? 0),
    );
    return { index: { ...facts, points }, looked };
  } catch {
    return null;
  }
}

/** What is null stands as -1 before what is not; times are told from the point's own. */
const columns: readonly ((point: RandomAccessPoint) => number)[] = [
  ({ ptsTicks }) => ptsTicks,
  ({ ptsTicks, earliestPtsTicks }) => earliestPtsTicks - ptsTicks,
  ({ dtsTicks }) => (dtsTicks === null ? 0 : 1),
  ({ ptsTicks, dtsTicks }) => (dtsTicks === null ? 0 : dtsTicks - ptsTicks),
  ({ isClean }) => (isClean ? 1 : 0),
  ({ packet }) => packet ?? -1,
  ({ handle }) => handle[0],
  ({ handle }) => handle[1],
  ({ handle }) => handle[2],
];

function pointOf(at: (column: number) => number): RandomAccessPoint {
  const ptsTicks = at(0);
  const packet = at(5);
  return {
    ptsTicks,
    earliestPtsTicks: ptsTicks + at(1),
    dtsTicks: at(2) === 0 ? null : ptsTicks + at(3),
    isClean: at(4) === 1,
    packet: packet < 0 ? null : packet,
    handle: [at(6), at(7), at(8)],
  };
}

/** Seven bits a byte, the lowest first, the sign in the lowest of all. */
function packNumbers(numbers: readonly number[]): Buffer {
  const bytes: number[] = [];
  for (const number of numbers) {
    let rest = number < 0 ? -2 * number - 1 : 2 * number;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(128 + (rest % 128));
    bytes.push(rest);
  }
  return Buffer.from(bytes);
}

function unpackNumbers(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  let [rest, factor] = [0, 1];
  for (const byte of bytes) {
    rest += (byte % 128) * factor;
    factor *= 128;
    if (byte >= 128) continue;
    numbers.push(rest % 2 === 0 ? rest / 2 : -(rest + 1) / 2);
    [rest, factor] = [0, 1];
  }
  return numbers;
}

function checksum(bytes: Uint8Array): Buffer {
  return new Bun.CryptoHasher("sha256").update(bytes).digest().subarray(0, checksumBytes);
}
