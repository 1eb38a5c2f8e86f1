import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  readPictureEvents,
  type PictureCodec,
  type PicturePacket,
} from "../../../src/subtitle/pictures/picture-events.ts";
import { vobsubUnit } from "./write-vobsub.ts";
import { dvbPage, type DvbRegionWish } from "./write-dvb.ts";
import { pgsPacket, pgsSegments } from "./write-pgs.ts";

const film = { width: 320, height: 180 };
const pixels = Uint8Array.from({ length: 40 * 20 }, (_, i) => (i >> 3) % 4);
const bitmap = { width: 40, height: 20, pixels };

const pgs = [
  [
    { ...bitmap, x: 3, y: 5 },
    { ...bitmap, x: 90, y: 70, crop: { x: 1, y: 1, width: 9, height: 9 } },
  ],
  [],
].map((objects, i) =>
  pgsPacket(
    pgsSegments({
      timeMs: 1000 * i,
      canvas: film,
      palette: [0, 1, 2, 3].map((n) => [50 * n, 128, 90, 255] as const),
      objects,
      pieceBytes: 50,
    }),
  ),
);

const region: Omit<DvbRegionWish, "id" | "x" | "y"> = {
  depth: 4,
  ...{ isFilled: true, background: 3, width: 200, height: 40, objectX: 3, objectY: 4 },
  colours: [[1, 99, 9, 200, 0]],
  ...{ isFullRange: true, map: null },
  fields: [[[{ bits: 2, runs: [{ colour: 1, length: 90 }] }]], null],
};
const dvb = [0, 1].map((version) =>
  Uint8Array.from(
    dvbPage(
      {
        ...{ state: 2, version, timeOutSeconds: 5 },
        regions: [
          { ...region, id: 0, x: 5, y: 10 },
          { ...region, id: 1, x: 9, y: 90, depth: 8 },
        ],
      },
      { width: 320, height: 180, window: { x: 2, y: 3 } },
    ).flat(),
  ),
);

const xsub = Uint8Array.from([
  ...new TextEncoder().encode("[00:00:01.000-00:00:03.000]"),
  ...[40, 0, 6, 0, 9, 0, 9, 0, 48, 0, 14, 0, 6, 0],
  ...[0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255],
  ...[0x64, 0x02, 0x40, 0x26, 0x40, 0x24, 0, 1, 0, 2, 0, 3],
]);

const vobsub = vobsubUnit({
  area: { x: 8, y: 9, width: 40, height: 20 },
  pixels,
  steps: [
    { ticks: 0, start: true, numbers: [0, 1, 2, 3], opacities: [0, 15, 15, 15] },
    { ticks: 30, opacities: [0, 7, 7, 7] },
    { ticks: 60, stop: true },
  ],
});

const good: readonly [PictureCodec, readonly Uint8Array[]][] = [
  ["hdmv_pgs_subtitle", pgs],
  ["dvd_subtitle", [vobsub, vobsub]],
  ["dvb_subtitle", dvb],
  ["xsub", [xsub, xsub]],
];

const palette = new TextEncoder().encode(
  "size: 320x180\npalette: ff0000, 00ff00, 0000ff, ffffff\n",
);

const timed = (data: Uint8Array, i: number): PicturePacket => ({
  timeSeconds: 2 * i,
  durationSeconds: 1,
  data,
});

/** Draws all, and says how many there were. */
function drawAll(
  codec: PictureCodec,
  packets: readonly PicturePacket[],
  head: Uint8Array | null,
): number {
  const events = readPictureEvents(codec, packets, head, film);
  for (const [i, { startSeconds, endSeconds, canvas, draw }] of events.entries()) {
    expect(startSeconds).toBeLessThan(endSeconds);
    expect(endSeconds).toBeLessThanOrEqual(events[i + 1]?.startSeconds ?? Infinity);
    expect(canvas.width * canvas.height).toBeLessThanOrEqual(8192 * 4608);
    if (canvas.width * canvas.height < 2 ** 20)
      expect(draw().length).toBe(4 * canvas.width * canvas.height);
  }
  return events.length;
}

test.each(good)("good packets of %s make events", (codec, packets) => {
  expect(drawAll(codec, packets.map(timed), palette)).toBeGreaterThan(0);
});

const edits = fc.array(
  fc.record({
    packet: fc.nat({ max: 7 }),
    place: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 4 }),
      fc.constantFrom(Uint8Array.of(255, 255), Uint8Array.of(0, 0), Uint8Array.of(127, 255, 255)),
    ),
    kind: fc.constantFrom("over", "in", "cut", "twice"),
  }),
  { maxLength: 6 },
);
const anyTime = fc.oneof(fc.double(), fc.integer({ min: -5, max: 50 }));

test.each(good)("damaged packets of %s throw nothing and take little time", (codec, packets) => {
  const head = fc.oneof(fc.constant(palette), fc.constant(null), fc.uint8Array({ maxLength: 40 }));
  fc.assert(
    fc.property(edits, head, fc.array(anyTime), (damages, privateData, times) => {
      const damaged = packets.map((data) => [...data]);
      for (const { packet, place, bytes, kind } of damages) {
        const data = damaged[packet % damaged.length] ?? [];
        const at = Math.floor(place * data.length);
        if (kind === "over") data.splice(at, bytes.length, ...bytes);
        if (kind === "in") data.splice(at, 0, ...bytes);
        if (kind === "cut") data.splice(at);
        if (kind === "twice") data.push(...data.slice(at));
      }
      const started = performance.now();
      drawAll(
        codec,
        damaged.map((data, i) => ({
          timeSeconds: times[i] ?? i,
          durationSeconds: times[i + 3] ?? null,
          data: Uint8Array.from(data),
        })),
        privateData,
      );
      expect(performance.now() - started).toBeLessThan(1000);
    }),
    { numRuns: 600, endOnFailure: true },
  );
});

test.each(good)("bytes of any kind are no events of %s, or some", (codec) => {
  const firstBytes = { hdmv_pgs_subtitle: 0x16, dvd_subtitle: 0, dvb_subtitle: 0x0f, xsub: 0x5b };
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 90 }), { maxLength: 5 }), (packets) => {
      const headed = packets.map((data) => Uint8Array.of(firstBytes[codec], ...data));
      drawAll(codec, headed.map(timed), null);
      drawAll(codec, packets.map(timed), null);
    }),
    { numRuns: 300, endOnFailure: true },
  );
});

test.each(good)(
  "no canvas of %s is larger than pictures of 8K, and none is empty",
  (codec, packets) => {
    for (const size of [0, -1, Number.NaN, 8193, 1e9, 0.5]) {
      const canvas = { width: size, height: size };
      for (const event of readPictureEvents(codec, packets.map(timed), null, canvas))
        expect(event.canvas).toEqual(film);
    }
  },
);

/** What a packet says that is made to take long: so many bytes must not take more than this. */
const mostMs = 4000;

test("objects of 65535 × 65535 pixels, thousands of placements and endless runs end soon", () => {
  const u16 = (value: number): number[] => [value >> 8, value & 255];
  const pgsSegment = (type: number, body: readonly number[]): number[] => [
    type,
    ...u16(body.length),
    ...body,
  ];
  const composition = [...u16(8192), ...u16(4608), 16, 0, 1, 0x80, 0, 0, 2];
  const place = [...u16(0), 0, 0, ...u16(0), ...u16(0)];
  const runs = Array.from({ length: 65_000 }, (_, i) => [0, 0xff, 0xff, 7][i % 4] ?? 0);
  const objectHead = [0, 0, 0, 0xc0, 0xff, 0xff, 0xff, ...u16(65_535), ...u16(65_535)];
  const huge = [
    ...pgsSegment(0x16, [...composition, ...place, ...place]),
    ...pgsSegment(0x14, [0, 0, 7, 99, 99, 99, 255]),
    ...pgsSegment(0x15, [...objectHead, ...runs]),
    ...pgsSegment(0x80, []),
  ];
  const dvbSegment = (type: number, body: readonly number[]): number[] => [
    15,
    type,
    0,
    1,
    ...u16(body.length),
    ...body,
  ];
  const many = (length: number, item: readonly number[]): number[] =>
    Array.from({ length }, () => item).flat();
  const places = many(10_000, [0, 0, 0, 0, 0, 0]);
  const object = [0, 9, 0, ...u16(60_000), 0, 0, ...many(15_000, [0x12, 0, 0x81, 5])];
  const crowded = [
    ...dvbSegment(0x14, [0, 0x1f, 0xff, 0x11, 0xff]),
    ...dvbSegment(0x10, [9, 0x18, ...places]),
    ...dvbSegment(0x11, [
      0,
      8,
      255,
      255,
      255,
      255,
      0x6c,
      0,
      0,
      0,
      ...many(10_000, [0, 9, 0, 0, 0, 0]),
    ]),
    ...many(20, dvbSegment(0x13, object)),
    ...dvbSegment(0x80, []),
  ];
  const started = performance.now();
  for (const [codec, bytes] of [
    ["hdmv_pgs_subtitle", huge],
    ["dvb_subtitle", crowded],
  ] as const) {
    const [event] = readPictureEvents(codec, [timed(Uint8Array.from(bytes), 0)], null, film);
    expect(event?.canvas).toEqual({ width: 8192, height: 4608 });
    expect(event?.draw().length).toBe(4 * 8192 * 4608);
  }
  expect(performance.now() - started).toBeLessThan(mostMs);
});
