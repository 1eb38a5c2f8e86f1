import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  readPictureEvents,
  type PictureEvent,
  type PicturePacket,
} from "../../../src/subtitle/pictures/picture-events.ts";
import { createTempFolder } from "../../support/temp-folder.ts";
import { drawnByFfmpeg, emptyMd5, md5Of } from "./ffmpeg-track.ts";
import { writeTrack } from "./write-track.ts";
import { vobsubUnit, type VobsubWish } from "./write-vobsub.ts";

const canvas = { width: 720, height: 576 };
const codec = "dvd_subtitle";
const size = new TextEncoder().encode("size: 720x576\n");

const fours = (max: number): fc.Arbitrary<number[]> =>
  fc.array(fc.nat({ max }), { minLength: 4, maxLength: 4 });

const units: fc.Arbitrary<VobsubWish & { readonly isForced: boolean; readonly ticks: number }> = fc
  .record({
    width: fc.integer({ min: 1, max: 120 }),
    height: fc.integer({ min: 2, max: 30 }),
    x: fc.nat({ max: 600 }),
    y: fc.nat({ max: 540 }),
    pattern: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 20 }),
    numbers: fours(15),
    opacities: fours(15),
    isForced: fc.boolean(),
    ticks: fc.integer({ min: 20, max: 80 }),
  })
  .map(({ x, y, width, height, pattern, numbers, opacities, isForced, ticks }) => ({
    area: { x, y, width, height },
    pixels: Uint8Array.from(
      { length: width * height },
      (_, i) => pattern[Math.floor(i / 7) % pattern.length] ?? 0,
    ),
    steps: [
      {
        ticks: 0,
        start: !isForced,
        forced: isForced,
        // FFmpeg cuts transparent edges off, so that the colour of what is transparent has to be that of nothing.
        numbers: numbers.map((number, i) => (opacities[i] === 0 ? 0 : number)),
        opacities,
      },
      { ticks, stop: true },
    ],
    isForced,
    ticks,
  }));

const palettes = fc.option(
  fc
    .array(fc.nat({ max: 0xffffff }), { minLength: 15, maxLength: 15 })
    .map((colours) => [0, ...colours]),
  { nil: null },
);

test("units with a palette or without one are drawn as FFmpeg draws them, whole or in pieces", async () => {
  await using folder = await createTempFolder("vobsub");
  const path = folder.file("a.mkv");
  await fc.assert(
    fc.asyncProperty(
      fc.array(units, { minLength: 1, maxLength: 4 }),
      palettes,
      async (wishes, palette) => {
        const colours = palette?.map((colour) => colour.toString(16).padStart(6, "0")).join(", ");
        const head = Buffer.concat([
          size,
          new TextEncoder().encode(colours === undefined ? "" : `palette: ${colours}\n`),
        ]);
        const packets = wishes.map((wish, i) => ({
          timeMs: 2000 * (i + 1),
          durationMs: 500,
          data: vobsubUnit(wish),
        }));
        await Bun.write(path, writeTrack("S_VOBSUB", head, packets));
        const drawn = await drawnByFfmpeg(path, canvas);
        const pieces = packets.flatMap(({ timeMs, data }) => {
          const packet = { timeSeconds: timeMs / 1000, durationSeconds: 0.5 };
          // As FFmpeg puts them together: as long as the control sequences are to come.
          const control = ((data[2] ?? 0) << 8) | (data[3] ?? 0);
          const half = control < 10 ? data.length : control;
          return [
            { ...packet, data: data.subarray(0, half) },
            { ...packet, data: data.subarray(half) },
          ];
        });
        const whole = pieces.flatMap((piece, i) =>
          i % 2 === 0 ? [{ ...piece, data: packets[i / 2]?.data ?? piece.data }] : [],
        );
        for (const given of [whole, pieces]) {
          const events = readPictureEvents(codec, given, head, { width: 8, height: 8 });
          expect(events).toHaveLength(wishes.length);
          for (const [i, event] of events.entries()) {
            expect(event.canvas).toEqual(canvas);
            expect(event.isForced).toBe(wishes[i]?.isForced ?? false);
            const seconds = event.endSeconds - event.startSeconds;
            expect(seconds).toBeCloseTo(((wishes[i]?.ticks ?? 0) * 1024) / 90_000, 9);
            // FFmpeg shows nothing of what is all transparent.
            expect(md5Of(event.draw())).toBe(drawn.get(event.startSeconds) ?? emptyMd5(canvas));
          }
        }
      },
    ),
    { numRuns: 25, endOnFailure: true },
  );
}, 60_000);

const square = { area: { x: 0, y: 0, width: 4, height: 4 }, pixels: new Uint8Array(16).fill(1) };
const packetOf = (wish: VobsubWish, packet: Partial<PicturePacket> = {}): PicturePacket => ({
  timeSeconds: 10,
  durationSeconds: 3,
  ...packet,
  data: vobsubUnit(wish),
});

/** Dates are multiples of 1024/90000 s, which no binary fraction is. */
function expectStarts(events: readonly PictureEvent[], seconds: readonly number[]): void {
  expect(events).toHaveLength(seconds.length);
  for (const [i, { startSeconds }] of events.entries())
    expect(startSeconds).toBeCloseTo(seconds[i] ?? Number.NaN, 9);
}

test("a fade is a picture for each of its steps, and what has not come yet gives way to the next unit", () => {
  const numbers = [0, 1, 2, 3];
  const fade: VobsubWish = {
    ...square,
    steps: [
      { ticks: 0, start: true, numbers, opacities: [0, 3, 0, 0] },
      { ticks: 90, opacities: [0, 9, 0, 0] },
      { ticks: 180, opacities: [0, 15, 0, 0] },
      { ticks: 900, stop: true },
    ],
  };
  const events = readPictureEvents(codec, [packetOf(fade)], size, canvas);
  expect(events.map(({ draw }) => draw()[3])).toEqual([3 * 17, 9 * 17, 255]);
  expectStarts(events, [10, 11.024, 12.048]);
  expect(events.at(-1)?.endSeconds).toBeCloseTo(20.24, 9);
  const late = packetOf(fade, { timeSeconds: 11.5 });
  const both = readPictureEvents(codec, [packetOf(fade), late], size, canvas);
  expectStarts(both, [10, 11.024, 11.5, 12.524, 13.548]);
  expect(both[1]?.endSeconds).toBe(11.5);
});

test("a unit that nothing stops ends with its packet, or with nothing", () => {
  const steps = [{ ticks: 0, start: true, opacities: [15, 15, 15, 15] }];
  const endOf = (durationSeconds: number | null): number | undefined =>
    readPictureEvents(codec, [packetOf({ ...square, steps }, { durationSeconds })], size, canvas)[0]
      ?.endSeconds;
  expect([endOf(3), endOf(null), endOf(0)]).toEqual([13, Infinity, Infinity]);
});

test("without a size places are meant in the film's pictures", () => {
  const steps = [{ ticks: 0, start: true, opacities: [15, 15, 15, 15] }];
  const film = { width: 64, height: 48 };
  const [event] = readPictureEvents(codec, [packetOf({ ...square, steps })], null, film);
  expect(event?.canvas).toEqual(film);
});
