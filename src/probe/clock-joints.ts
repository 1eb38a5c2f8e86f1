import {
  packetId,
  packetLayout,
  readMarks,
  type ClockMark,
  type MpegContainer,
} from "./clock-marks.ts";

/** Reads up to so many bytes of the file from there; fewer at its end. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>;

export interface SurveyedFile {
  readonly container: MpegContainer;
  readonly sizeBytes: number;
  readonly readAt: ReadAt;
}

const ticksPerSecond = 90_000;
const wrapTicks = 2 ** 33;

/** From one clock value to a later one, in seconds: between −13 and 13 hours, whatever wraps between. */
function elapsedSeconds(from: number, to: number): number {
  const difference = (((to - from) % wrapTicks) + wrapTicks) % wrapTicks;
  return (difference < wrapTicks / 2 ? difference : difference - wrapTicks) / ticksPerSecond;
}

/** What FFmpeg, too, takes for a jump: a step of more than ten seconds, or of a tenth back. */
function isJump(from: ClockMark, to: ClockMark): boolean {
  const step = elapsedSeconds(from.ticks, to.ticks);
  return step < -0.1 || step > 10;
}

/** Looks spread over a file: few enough to cost a disk no more than opening the file does. */
const looks = 48;
const closerLooks = 1024;
const shortestLookBytes = 32 * 1024;
const longestLookBytes = 512 * 1024;
/** Files and stretches up to these sizes are read whole. */
const wholeAtFirstBytes = 2 * 1024 * 1024;
const wholeWhenJointBytes = 256 * 1024 * 1024;
const stretchBytes = 4 * 1024 * 1024;
const chunkBytes = 1024 * 1024;
/** How much is read in all before the search is given up. */
const mostBytes = 768 * 1024 * 1024;

/**
 * The bytes at which the clock of an MPEG stream jumps, ascending; none for a clock that only runs, wraps
 * at 2^33 (which is no jump) or pauses shortly. An ordinary file costs some looks at its time stamps, no
 * more; where those do not fit the bytes between them, the places are looked for.
 */
export async function findJoints(file: SurveyedFile): Promise<number[]> {
  const budget = { leftBytes: mostBytes };
  const readAt: ReadAt = async (offset, length) => {
    budget.leftBytes -= length;
    return file.readAt(offset, Math.min(length, file.sizeBytes - offset));
  };
  const counted = { ...file, readAt };
  if (file.sizeBytes <= wholeAtFirstBytes) return scan(counted, 0, file.sizeBytes);
  const first = await search(counted, looks, budget);
  if (first.length === 0) return [];
  // Where there is one joint there may be many, closer to each other than the first looks.
  return file.sizeBytes <= wholeWhenJointBytes
    ? scan(counted, 0, file.sizeBytes)
    : search(counted, closerLooks, budget);
}

interface Budget {
  leftBytes: number;
}

async function search(file: SurveyedFile, count: number, budget: Budget): Promise<number[]> {
  const marks = sameStream(await spreadMarks(file, count));
  const bytesPerSecond = medianRate(marks);
  const joints: number[] = [];
  for (const [i, to] of marks.entries()) {
    const from = marks[i - 1];
    if (from && isSuspicious(from, to, bytesPerSecond)) {
      joints.push(...(await narrow(file, from, to, bytesPerSecond, budget)));
    }
  }
  return [...new Set(joints)];
}

async function spreadMarks(file: SurveyedFile, count: number): Promise<ClockMark[][]> {
  const places: ClockMark[][] = [];
  for (let i = 0; i <= count; i++) {
    const byte = Math.round(((file.sizeBytes - shortestLookBytes) * i) / count);
    places.push(await marksNear(file, byte));
  }
  return places;
}

/** The time stamps that stand first from there on. */
async function marksNear(file: SurveyedFile, byte: number): Promise<ClockMark[]> {
  for (let length = shortestLookBytes; length <= longestLookBytes; length *= 4) {
    const marks = readMarks(file.container, await file.readAt(byte, length), byte);
    if (marks.some((mark) => mark.isLeading) || byte + length >= file.sizeBytes) return marks;
    if (length === longestLookBytes) return marks;
  }
  return [];
}

/** Of each place the first mark of the stream that is met most often, pictures before sound. */
function sameStream(places: readonly ClockMark[][]): ClockMark[] {
  const met = new Map<number, number>();
  for (const marks of places) {
    const streams = new Map(marks.map((mark) => [mark.stream, mark.isLeading]));
    for (const [stream, isLeading] of streams) {
      met.set(stream, (met.get(stream) ?? 0) + (isLeading ? 1000 : 1));
    }
  }
  const [stream] = [...met].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  return places.flatMap((marks) => marks.find((mark) => mark.stream === stream) ?? []);
}

function medianRate(marks: readonly ClockMark[]): number {
  const rates = marks
    .slice(1)
    .flatMap((to, i) => {
      const from = marks[i] ?? to;
      const seconds = elapsedSeconds(from.ticks, to.ticks);
      return seconds > 0 ? [(to.byte - from.byte) / seconds] : [];
    })
    .toSorted((a, b) => a - b);
  return rates[rates.length >> 1] ?? Infinity;
}

/** Whether a jump must be suspected between two marks: time runs back, or far from what the bytes hold. */
function isSuspicious(from: ClockMark, to: ClockMark, bytesPerSecond: number): boolean {
  const seconds = elapsedSeconds(from.ticks, to.ticks);
  const expected = (to.byte - from.byte) / bytesPerSecond;
  return seconds < -0.1 || seconds > 3 * expected + 10 || seconds < expected / 3 - 3;
}

async function narrow(
  file: SurveyedFile,
  from: ClockMark,
  to: ClockMark,
  bytesPerSecond: number,
  budget: Budget,
): Promise<number[]> {
  if (budget.leftBytes <= 0) return [];
  if (to.byte - from.byte <= stretchBytes) return scan(file, from.byte, to.byte + chunkBytes);
  const near = await marksNear(file, Math.round((from.byte + to.byte) / 2));
  const middle = near.find((mark) => mark.stream === from.stream && mark.byte < to.byte);
  if (middle === undefined) return [];
  const halves = [
    [from, middle],
    [middle, to],
  ] as const;
  const suspicious = halves.filter(([a, b]) => isSuspicious(a, b, bytesPerSecond));
  const joints: number[] = [];
  for (const [a, b] of suspicious) {
    joints.push(...(await narrow(file, a, b, bytesPerSecond, budget)));
  }
  return joints;
}

/** Every time stamp of a stretch. */
async function scan(file: SurveyedFile, from: number, to: number): Promise<number[]> {
  const marks: ClockMark[] = [];
  const end = Math.min(to, file.sizeBytes);
  for (let at = from; at < end; at += chunkBytes) {
    // A packet that two chunks share is read with the first.
    const bytes = await file.readAt(at, chunkBytes + 256);
    for (const mark of readMarks(file.container, bytes, at)) {
      if (mark.byte < at + chunkBytes || at + chunkBytes >= end) marks.push(mark);
    }
  }
  const joints: number[] = [];
  for (const jump of jumps(marks)) joints.push(await jointBefore(file, marks, jump));
  return joints.filter((byte) => byte > 0);
}

interface Jump {
  readonly from: ClockMark;
  readonly to: ClockMark;
}

/** The jumps of the stream that leads, but for single time stamps that are wrong. */
function jumps(marks: readonly ClockMark[]): Jump[] {
  const leading = leadingStream(marks);
  const found: Jump[] = [];
  let last: ClockMark | undefined;
  for (const [i, mark] of leading.entries()) {
    if (last !== undefined && isJump(last, mark)) {
      const before = last;
      const returns = leading.slice(i + 1, i + 4).some((next) => !isJump(before, next));
      if (returns) continue;
      found.push({ from: before, to: mark });
    }
    last = mark;
  }
  return found;
}

function leadingStream(marks: readonly ClockMark[]): ClockMark[] {
  const counts = new Map<number, number>();
  for (const { stream, isLeading } of marks) {
    counts.set(stream, (counts.get(stream) ?? 0) + (isLeading ? 1000 : 1));
  }
  const [stream] = [...counts].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  return marks.filter((mark) => mark.stream === stream);
}

/**
 * Where the new clock's part begins: with the first packet of any stream that follows the new clock, and
 * the tables before it, without which its streams are not known.
 */
async function jointBefore(
  file: SurveyedFile,
  marks: readonly ClockMark[],
  { from, to }: Jump,
): Promise<number> {
  const between = marks.filter((mark) => mark.byte > from.byte && mark.byte <= to.byte);
  const isNew = ({ ticks }: ClockMark): boolean =>
    Math.abs(elapsedSeconds(to.ticks, ticks)) < Math.abs(elapsedSeconds(from.ticks, ticks));
  const first = between.find(isNew)?.byte ?? to.byte;
  if (file.container !== "mpegts") return first;
  const streams = new Set(marks.map((mark) => mark.stream));
  const start = Math.max(0, first - tablesBytes);
  const bytes = await file.readAt(start, first - start + 188 * 8);
  const layout = packetLayout(bytes);
  if (layout === undefined) return first;
  const lead = layout.packetBytes === 192 ? 4 : 0;
  let at = first - start + lead;
  while (at - layout.packetBytes >= layout.first) {
    if (streams.has(packetId(bytes, at - layout.packetBytes))) break;
    at -= layout.packetBytes;
  }
  return Math.max(0, start + at - lead);
}

const tablesBytes = 64 * 188;
