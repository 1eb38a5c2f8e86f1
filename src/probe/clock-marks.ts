/** A time stamp met in the bytes of an MPEG stream. */
export interface ClockMark {
  /** Of the packet that carries it, from the beginning of the file. */
  readonly byte: number;
  /** PID in a transport stream; 0 in a program stream, whose packs have one clock. */
  readonly stream: number;
  /** Decides about the clock: pictures, or a program stream's own clock. Sound and the rest follow. */
  readonly isLeading: boolean;
  /** 90 kHz, modulo 2^33 (ISO/IEC 13818-1, 2.4.3.7 and 2.5.3.4). */
  readonly ticks: number;
}

export type MpegContainer = "mpegts" | "mpeg";

/** The time stamps in a stretch of a file that begins at `offset`, in file order. */
export function readMarks(
  container: MpegContainer,
  bytes: Uint8Array,
  offset: number,
): ClockMark[] {
  return container === "mpegts" ? transportMarks(bytes, offset) : programMarks(bytes, offset);
}

export interface PacketLayout {
  /** 188; 192 with a time code before each packet (M2TS), 204 with a checksum after it. */
  readonly packetBytes: number;
  /** Where the first sync byte stands. */
  readonly first: number;
}

const sync = 0x47;
/** So many sync bytes in a row are no accident. */
const fewestSyncs = 5;

/** How transport packets lie in these bytes; undefined where they do not. */
export function packetLayout(bytes: Uint8Array): PacketLayout | undefined {
  for (let first = bytes.indexOf(sync); first !== -1 && first < 1024;) {
    for (const packetBytes of [188, 192, 204]) {
      const last = Math.min(bytes.length, first + fewestSyncs * packetBytes);
      let at = first;
      while (at < last && bytes[at] === sync) at += packetBytes;
      if (at >= last && last > first + packetBytes) return { packetBytes, first };
    }
    first = bytes.indexOf(sync, first + 1);
  }
  return undefined;
}

/** The PID of the packet whose sync byte stands at `at`. */
export function packetId(bytes: Uint8Array, at: number): number {
  return (((bytes[at + 1] ?? 0) & 0x1f) << 8) | (bytes[at + 2] ?? 0);
}

function transportMarks(bytes: Uint8Array, offset: number): ClockMark[] {
  const layout = packetLayout(bytes);
  if (layout === undefined) return [];
  const { packetBytes, first } = layout;
  const marks: ClockMark[] = [];
  for (let at = first; at + 188 <= bytes.length; at += packetBytes) {
    if (bytes[at] !== sync) continue;
    const [flags = 0, control = 0] = [bytes[at + 1], bytes[at + 3]];
    const startsUnit = (flags & 0x40) !== 0;
    const hasPayload = (control & 0x10) !== 0;
    const isDamagedOrScrambled = (flags & 0x80) !== 0 || (control & 0xc0) !== 0;
    if (!startsUnit || !hasPayload || isDamagedOrScrambled) continue;
    const payload = at + 4 + ((control & 0x20) === 0 ? 0 : 1 + (bytes[at + 4] ?? 0));
    const ticks = elementaryTicks(bytes, payload, at + 188);
    if (ticks === undefined) continue;
    const id = bytes[payload + 3] ?? 0;
    const isPictures = (id & 0xf0) === 0xe0 || id === 0xfd;
    // In M2TS a packet begins with its time code.
    const byte = offset + at - (packetBytes === 192 ? 4 : 0);
    marks.push({
      byte: Math.max(0, byte),
      stream: packetId(bytes, at),
      isLeading: isPictures,
      ticks,
    });
  }
  return marks;
}

/** The decoding, else presentation time of the packet of an elementary stream that begins at `at`. */
function elementaryTicks(bytes: Uint8Array, at: number, end: number): number | undefined {
  if (at + 19 > end || bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== 1)
    return undefined;
  if (((bytes[at + 6] ?? 0) & 0xc0) !== 0x80) return undefined;
  const stamps = (bytes[at + 7] ?? 0) >> 6;
  if (stamps < 2) return undefined;
  return stampTicks(bytes, stamps === 3 ? at + 14 : at + 9);
}

function stampTicks(bytes: Uint8Array, at: number): number | undefined {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = bytes.subarray(at, at + 5);
  if ((a & 1) === 0 || (c & 1) === 0 || (e & 1) === 0) return undefined;
  return ((a >> 1) & 7) * 2 ** 30 + (b << 22) + ((c >> 1) << 15) + (d << 7) + (e >> 1);
}

const packStart = new Uint8Array([0, 0, 1, 0xba]);

function programMarks(bytes: Uint8Array, offset: number): ClockMark[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const marks: ClockMark[] = [];
  for (let at = buffer.indexOf(packStart); at !== -1; at = buffer.indexOf(packStart, at + 4)) {
    const ticks = packTicks(bytes, at + 4);
    if (ticks !== undefined) marks.push({ byte: offset + at, stream: 0, isLeading: true, ticks });
  }
  return marks;
}

/** The system clock reference of a pack: ISO/IEC 13818-1, 2.5.3.4; ISO/IEC 11172-1, 2.4.3.2. */
function packTicks(bytes: Uint8Array, at: number): number | undefined {
  if (at + 6 > bytes.length) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = bytes.subarray(at, at + 5);
  if ((a & 0xf0) === 0x20) return stampTicks(bytes, at);
  if ((a & 0xc4) !== 0x44 || (c & 4) === 0 || (e & 4) === 0) return undefined;
  const high = ((a >> 3) & 7) * 2 ** 30 + ((a & 3) << 28) + (b << 20);
  return high + ((c >> 3) << 15) + ((c & 3) << 13) + (d << 5) + (e >> 3);
}
