import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { findJoints } from "../../src/probe/clock-joints.ts";

setDefaultTimeout(60_000);

/** A transport stream of any size that exists only where it is read. */
interface Recording {
  readonly packetBytes: 188 | 192 | 204;
  readonly sizeBytes: number;
  /** Bytes a second at a moment of it, for a bit rate that goes up and down. */
  readonly isUneven: boolean;
  /** Where clocks begin, in packets, and their 90 kHz value there. */
  readonly clocks: readonly { readonly packet: number; readonly ticks: number }[];
}

const video = 0x100;
const sound = 0x101;
/** A picture begins with each so many packets: 25 a second at 4.7 Mbit/s. */
const packetsPerPicture = 125;
const ticksPerPicture = 3600;

function pictureTicks(recording: Recording, packet: number): number {
  const clock = recording.clocks.findLast((each) => each.packet <= packet);
  if (clock === undefined) throw new Error("expected a clock from the first packet on");
  const picture = Math.floor((packet - clock.packet) / packetsPerPicture);
  // Within minutes twice as fast, then half: what a quiet scene does to a bit rate.
  const swing = recording.isUneven ? Math.round(2500 * Math.sin(picture / 2500) * 2500) : 0;
  return (clock.ticks + picture * ticksPerPicture + swing + 2 ** 33) % 2 ** 33;
}

function packetAt(recording: Recording, packet: number): Uint8Array {
  const bytes = new Uint8Array(188).fill(0xaa);
  const clock = recording.clocks.findLast((each) => each.packet <= packet);
  const phase = (packet - (clock?.packet ?? 0)) % packetsPerPicture;
  // Tables come first, then a picture, then the sound that belongs to it.
  const pid = phase === 0 ? 0 : phase === 60 ? sound : video;
  const startsUnit = phase === 0 || phase === 1 || phase === 60;
  bytes.set([0x47, (startsUnit ? 0x40 : 0) | (pid >> 8), pid & 0xff, 0x10 | (packet & 15)]);
  if (phase === 1 || phase === 60) {
    const ticks = pictureTicks(recording, packet);
    const high = Math.floor(ticks / 2 ** 30);
    const low = ticks % 2 ** 30;
    const id = phase === 1 ? 0xe0 : 0xc0;
    const stamp = [
      ...[0x21 | (high << 1), (low >> 22) & 0xff, ((low >> 14) & 0xfe) | 1],
      ...[(low >> 7) & 0xff, ((low << 1) & 0xfe) | 1],
    ];
    bytes.set([0, 0, 1, id, 0, 0, 0x80, 0x80, 5, ...stamp], 4);
  }
  return bytes;
}

function reader(recording: Recording): {
  readAt: (offset: number, length: number) => Promise<Uint8Array>;
  readBytes: () => number;
} {
  let total = 0;
  const { packetBytes } = recording;
  return {
    readBytes: () => total,
    readAt: async (offset, length) => {
      const end = Math.min(recording.sizeBytes, offset + length);
      total += end - offset;
      const bytes = new Uint8Array(Math.max(0, end - offset));
      const before = packetBytes === 192 ? 4 : 0;
      for (let n = Math.floor(offset / packetBytes); n * packetBytes < end; n++) {
        const at = n * packetBytes + before - offset;
        const packet = packetAt(recording, n);
        const [from, to] = [Math.max(0, -at), Math.min(188, bytes.length - at)];
        if (to > from) bytes.set(packet.subarray(from, to), at + from);
      }
      return bytes;
    },
  };
}

const GiB = 2 ** 30;
const hour = 3600 * 90_000;
const packetBytesList = [188, 192, 204] as const;
const sizes = [1_000_000, 30_000_000, 3 * GiB];
const patterns: readonly (readonly [string, readonly (readonly [number, number])[]])[] = [
  ["runs from zero", [[0, 0]]],
  ["runs from the middle", [[0, 12 * hour]]],
  ["wraps", [[0, 2 ** 33 - 90_000]]],
  [
    "jumps an hour forward",
    [
      [0, 0],
      [0.4, 20 * hour],
    ],
  ],
  [
    "jumps back",
    [
      [0, 20 * hour],
      [0.6, hour],
    ],
  ],
  [
    "begins again",
    [
      [0, 90_000],
      [0.5, 90_000],
    ],
  ],
  [
    "jumps three times",
    [
      [0, 5 * hour],
      [0.21, 20 * hour],
      [0.5, 5 * hour],
      [0.9, 0],
    ],
  ],
];

describe("the bytes at which the clock of a transport stream jumps are found", () => {
  for (const packetBytes of packetBytesList) {
    for (const size of sizes) {
      for (const isUneven of size > GiB ? [packetBytes !== 192] : [false, true]) {
        for (const [pattern, starts] of patterns) {
          const name = `${size} bytes in packets of ${packetBytes}${isUneven ? ", uneven" : ""}: ${pattern}`;
          test(name, async () => {
            const packets = Math.floor(size / packetBytes);
            const clocks = starts.map(([share, ticks]) => ({
              ...{ packet: Math.floor(packets * share), ticks },
            }));
            const sizeBytes = packets * packetBytes;
            const recording = { packetBytes, sizeBytes, isUneven, clocks };
            const { readAt, readBytes } = reader(recording);
            const found = await findJoints({ container: "mpegts", sizeBytes, readAt });
            expect(found).toEqual(clocks.slice(1).map(({ packet }) => packet * packetBytes));
            // An ordinary recording is not read through, and a joined one not much more than it must be.
            if (clocks.length === 1) expect(readBytes()).toBeLessThan(2_500_000);
            if (size > GiB) expect(readBytes()).toBeLessThan(100_000_000);
          });
        }
      }
    }
  }

  test("a single wrong time stamp is no jump", async () => {
    const clocks = [
      { packet: 0, ticks: hour },
      { packet: 2500, ticks: 9 * hour },
      { packet: 2625, ticks: hour + 21 * ticksPerPicture },
    ];
    const recording = { packetBytes: 188, sizeBytes: 188 * 5000, isUneven: false, clocks } as const;
    const { readAt } = reader(recording);
    const { sizeBytes } = recording;
    expect(await findJoints({ container: "mpegts", sizeBytes, readAt })).toEqual([]);
  });

  test("bytes that are no stream have no joints", async () => {
    for (const container of ["mpegts", "mpeg"] as const) {
      for (const fill of [0, 0x47, 0xff]) {
        const readAt = async (_: number, length: number) => new Uint8Array(length).fill(fill);
        expect(await findJoints({ container, sizeBytes: 50_000_000, readAt })).toEqual([]);
      }
    }
  });
});
