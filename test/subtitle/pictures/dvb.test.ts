import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  readPictureEvents,
  type PicturePacket,
} from "../../../src/subtitle/pictures/picture-events.ts";
import { createTempFolder } from "../../support/temp-folder.ts";
import { drawnByFfmpeg, emptyMd5, md5Of } from "./ffmpeg-track.ts";
import {
  dvbPage,
  type DvbDisplayWish,
  type DvbPageWish,
  type DvbRegionWish,
  type DvbRowWish,
} from "./write-dvb.ts";
import { writeTrack } from "./write-track.ts";

const bits = fc.constantFrom(2 as const, 4 as const, 8 as const);
const byte = fc.nat({ max: 255 });
const regionWidth = 300;

/** Strings of a row fill less than the region: FFmpeg takes a full row for damage. */
const rows: fc.Arbitrary<readonly DvbRowWish[]> = fc.array(
  fc.array(
    fc.record({
      bits,
      runs: fc.array(fc.record({ colour: byte, length: fc.integer({ min: 1, max: 30 }) }), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
    { maxLength: 2 },
  ),
  { minLength: 1, maxLength: 8 },
);

const fields: fc.Arbitrary<DvbRegionWish["fields"]> = fc.tuple(
  rows,
  fc.option(rows, { nil: null }),
);

const regionOf = (id: number): fc.Arbitrary<DvbRegionWish> =>
  fc.record({
    id: fc.constant(id),
    depth: bits,
    isFilled: fc.boolean(),
    background: byte,
    x: fc.nat({ max: 300 }),
    // One above the other.
    y: fc.nat({ max: 60 }).map((y) => 100 * id + y),
    width: fc.constant(regionWidth),
    height: fc.constant(33),
    objectX: fc.nat({ max: 60 }),
    objectY: fc.nat({ max: 12 }),
    fields,
    colours: fc.option(fc.array(fc.tuple(byte, byte, byte, byte, byte), { maxLength: 30 })),
    isFullRange: fc.boolean(),
    map: fc.option(fc.array(byte, { minLength: 16, maxLength: 16 })),
  });

const displays: fc.Arbitrary<DvbDisplayWish | null> = fc.option(
  fc.record({
    width: fc.constantFrom(720, 1280),
    height: fc.constantFrom(576, 720),
    window: fc.option(fc.record({ x: fc.nat({ max: 40 }), y: fc.nat({ max: 40 }) })),
  }),
);

const pages = fc.array(
  fc.record({
    state: fc.constantFrom(0 as const, 1 as const, 2 as const),
    timeOutSeconds: fc.integer({ min: 1, max: 9 }),
    regions: fc
      .uniqueArray(fc.constantFrom(0, 1, 2), { maxLength: 3 })
      .chain((ids) => fc.tuple(...ids.map((id) => regionOf(id)))),
    isSplit: fc.boolean(),
    isHeaded: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);

/** A region keeps its depth and table from page to page, or nobody knows what its pixels are. */
function withSteadyRegions(wishes: readonly DvbPageWish[]): DvbPageWish[] {
  const known = new Map<number, DvbRegionWish>();
  return wishes.map((page) => ({
    ...page,
    regions: page.regions.map((region) => {
      const first = known.get(region.id) ?? region;
      known.set(region.id, first);
      const { depth, background } = first;
      const colours = region.colours?.map(
        ([number, ...colour]) => [number % 2 ** depth, ...colour] as const,
      );
      return { ...region, depth, background: background % 2 ** depth, colours: colours ?? null };
    }),
  }));
}

test("pages of any depth, maps and tables are drawn as FFmpeg draws them", async () => {
  await using folder = await createTempFolder("dvb");
  const path = folder.file("a.mkv");
  await fc.assert(
    fc.asyncProperty(pages, displays, async (wishes, display) => {
      const numbered = wishes.map((page, version) => ({ ...page, version }));
      const packets = withSteadyRegions(numbered).map((page, i) => ({
        timeMs: 1000 + 4000 * i,
        durationMs: null,
        segments: dvbPage(page, display),
      }));
      const whole = packets.map(({ segments, ...packet }) => ({
        ...packet,
        data: Uint8Array.from(segments.flat()),
      }));
      await Bun.write(path, writeTrack("S_DVBSUB", Uint8Array.of(0, 7, 0, 7, 0), whole));
      const canvas = { width: display?.width ?? 720, height: display?.height ?? 576 };
      const drawn = await drawnByFfmpeg(path, canvas, ["-compute_clut", "0"]);
      const cut = packets.flatMap(({ segments, timeMs }, i) => {
        const { isSplit = false, isHeaded = false } = wishes[i] ?? {};
        const parts = isSplit ? segments : [segments.flat()];
        return parts.map((part) => ({
          timeSeconds: timeMs / 1000,
          durationSeconds: null,
          data: Uint8Array.from([...(isHeaded ? [0x20, 0] : []), ...part]),
        }));
      });
      const events = readPictureEvents("dvb_subtitle", cut, null, { width: 8, height: 8 });
      for (const [i, { timeMs }] of packets.entries()) {
        const event = events.find(({ startSeconds }) => startSeconds === timeMs / 1000);
        const md5 = event === undefined ? emptyMd5(canvas) : md5Of(event.draw());
        expect(md5).toBe(drawn.get(timeMs / 1000) ?? "nothing drawn");
        if (event === undefined) continue;
        expect(event.canvas).toEqual(canvas);
        const timeOut = event.startSeconds + (wishes[i]?.timeOutSeconds ?? 0);
        const next = packets[i + 1]?.timeMs ?? Infinity;
        expect(event.endSeconds).toBe(Math.min(timeOut, next / 1000));
      }
      expect(events.length).toBe(wishes.filter(({ regions }) => regions.length > 0).length);
    }),
    { numRuns: 25, endOnFailure: true },
  );
}, 60_000);

const steady: DvbRegionWish = {
  ...{ id: 0, depth: 4, isFilled: true, background: 0, x: 0, y: 0, width: 40, height: 2 },
  ...{ objectX: 0, objectY: 0, colours: null, isFullRange: true, map: null },
  fields: [[[{ bits: 4, runs: [{ colour: 3, length: 20 }] }]], null],
};

const packetOf = (page: DvbPageWish, timeSeconds: number): PicturePacket => ({
  ...{ timeSeconds, durationSeconds: null },
  data: Uint8Array.from(dvbPage(page, null).flat()),
});

test("pixels of the colour that changes nothing leave those of the page before", () => {
  const over: DvbRegionWish = {
    ...{ ...steady, isFilled: false, isNonModifying: true },
    fields: [[[{ bits: 4, runs: [1, 2, 1, 5].map((colour) => ({ colour, length: 4 })) }]], null],
  };
  const pages = [steady, over].map((region, version) =>
    packetOf(
      { state: version === 0 ? 2 : 0, version, timeOutSeconds: 9, regions: [region] },
      version,
    ),
  );
  const events = readPictureEvents("dvb_subtitle", pages, null, { width: 8, height: 8 });
  const [before, after] = events.map(({ draw }) => [...draw().subarray(0, 4 * 24)]);
  // The standard's colours of 4 bits: 2 is green, 3 yellow, 5 magenta.
  const [none, green, yellow, magenta] = [0, 2, 3, 5].map((number) =>
    number === 0
      ? [0, 0, 0, 0]
      : [number & 1 ? 255 : 0, number & 2 ? 255 : 0, number & 4 ? 255 : 0, 255],
  );
  const four = (colour: readonly number[] = []): number[] => [1, 2, 3, 4].flatMap(() => colour);
  expect(before).toEqual([yellow, yellow, yellow, yellow, yellow, none].flatMap(four));
  expect(after).toEqual([yellow, green, yellow, magenta, yellow, none].flatMap(four));
});

test("only the page that the container names counts, or all where none is of it", () => {
  const page = packetOf({ state: 2, version: 0, timeOutSeconds: 9, regions: [steady] }, 0);
  const other = packetOf({ state: 2, version: 1, timeOutSeconds: 9, regions: [steady] }, 1);
  // The page's number is in the third and fourth byte of every segment.
  const data = other.data.slice();
  for (let at = 0; at < data.length; at += 6 + ((data[at + 4] ?? 0) << 8) + (data[at + 5] ?? 0))
    data[at + 3] = 8;
  const startsOf = (pageId: number | null): number[] =>
    readPictureEvents(
      "dvb_subtitle",
      [page, { ...other, data }],
      pageId === null ? null : Uint8Array.of(0, pageId, 0, pageId, 0),
      { width: 8, height: 8 },
    ).map(({ startSeconds }) => startSeconds);
  expect([null, 7, 8, 9].map(startsOf)).toEqual([[0, 1], [0], [1], [0, 1]]);
});
