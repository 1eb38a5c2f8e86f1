import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  readPictureEvents,
  type PicturePacket,
} from "../../../src/subtitle/pictures/picture-events.ts";
import { createTempFolder } from "../../support/temp-folder.ts";
import { drawnByFfmpeg, emptyMd5, md5Of, readTrack } from "./ffmpeg-track.ts";
import { displaySetsOf, trackWishes } from "./random-pictures.ts";
import { runTool } from "../../support/run-tool.ts";
import {
  pgsPacket,
  pgsSegments,
  supFile,
  supPacket,
  type DisplaySet,
  type PgsPalette,
} from "./write-pgs.ts";

const film = { width: 64, height: 36 };
const codec = "hdmv_pgs_subtitle";

test("what a track shows, from when to when, is what FFmpeg draws, with the headers of .sup or without", async () => {
  await using folder = await createTempFolder("pgs");
  await fc.assert(
    fc.asyncProperty(trackWishes(256, 2), async (wish) => {
      const sets = displaySetsOf(wish);
      await Bun.write(folder.file("a.sup"), supFile(sets));
      await runTool([
        ...["ffmpeg", "-v", "error", "-y", "-copyts", "-i", folder.file("a.sup")],
        ...["-map", "0", "-c", "copy", folder.file("a.mkv")],
      ]);
      const { canvas } = wish;
      const { packets } = await readTrack(folder.file("a.mkv"));
      const drawn = await drawnByFfmpeg(folder.file("a.mkv"), canvas);
      const events = readPictureEvents(codec, packets, null, film);
      const shown = sets.filter(({ objects }) => objects.length > 0);
      expect(events.map(({ startSeconds }) => startSeconds)).toEqual(
        shown.map(({ timeMs }) => timeMs / 1000),
      );
      for (const [i, event] of events.entries()) {
        expect(event.canvas).toEqual(canvas);
        expect(event.isForced).toBe(shown[i]?.objects.some(({ isForced }) => isForced) ?? false);
        expect(md5Of(event.draw())).toBe(drawn.get(event.startSeconds) ?? "nothing drawn");
        expect(drawn.has(event.endSeconds)).toBe(true);
        if (events[i + 1]?.startSeconds !== event.endSeconds)
          expect(drawn.get(event.endSeconds)).toBe(emptyMd5(canvas));
      }
      const headed = sets.map((set) => ({
        timeSeconds: set.timeMs / 1000,
        durationSeconds: null,
        data: supPacket(pgsSegments(set), set.timeMs),
      }));
      const again = readPictureEvents(codec, headed, null, film);
      expect(again.map(({ draw }) => md5Of(draw()))).toEqual(
        events.map(({ draw }) => md5Of(draw())),
      );
    }),
    { numRuns: 12, endOnFailure: true },
  );
}, 60_000);

const grey = (level: number): PgsPalette => [0, 1, 2].map((i) => [level + 20 * i, 128, 128, 255]);
const canvas = { width: 32, height: 24 };

/** Rows of the canvas, a red value for each pixel; nothing where it is transparent. */
function redsOf(pixels: Uint8Array): (number | null)[][] {
  return Array.from({ length: canvas.height }, (_, y) =>
    Array.from({ length: canvas.width }, (_, x) => {
      const at = 4 * (y * canvas.width + x);
      return pixels[at + 3] === 0 ? null : (pixels[at] ?? null);
    }),
  );
}

test("a palette that comes alone changes the picture from then on, and not the one before", () => {
  const object = { width: 2, height: 2, pixels: Uint8Array.of(0, 1, 2, 0), x: 4, y: 5 };
  const first = { timeMs: 1000, canvas, palette: grey(16), objects: [object] };
  const second = { ...first, timeMs: 2000, palette: grey(116), isPaletteUpdate: true };
  const events = readPictureEvents(codec, [first, second].map(packetOf), null, film);
  expect(events.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds])).toEqual([
    [1, 2],
    [2, Infinity],
  ]);
  const [before, after] = events.map(({ draw }) => redsOf(draw())[5]?.slice(4, 6));
  expect(before).toEqual([0, 23]);
  expect(after).toEqual([116, 140]);
});

const packetOf = (set: DisplaySet): PicturePacket => ({
  timeSeconds: set.timeMs / 1000,
  durationSeconds: null,
  data: pgsPacket(pgsSegments(set)),
});

test("of an object that is cropped, the part stands at the object's place; what is off the canvas is cut off", () => {
  const side = fc.nat({ max: 9 });
  fc.assert(
    fc.property(
      fc.record({ x: fc.nat({ max: 40 }), y: fc.nat({ max: 40 }) }),
      fc.option(fc.record({ x: side, y: side, width: side, height: side }), { nil: undefined }),
      (place, crop) => {
        const pixels = Uint8Array.from({ length: 64 }, (_, i) => i + 1);
        const object = { width: 8, height: 8, pixels, ...place, ...(crop && { crop }) };
        const palette = Array.from({ length: 65 }, (_, i) => [16 + 3 * i, 128, 128, 255] as const);
        const set = { timeMs: 0, canvas, palette, objects: [object] };
        const [event] = readPictureEvents(codec, [packetOf(set)], null, film);
        const reds = redsOf(event?.draw() ?? new Uint8Array());
        const shown = crop ?? { x: 0, y: 0, width: 8, height: 8 };
        for (const [y, row] of reds.entries())
          for (const [x, red] of row.entries()) {
            const [column, line] = [x - place.x, y - place.y];
            const isPart = column >= 0 && line >= 0 && column < shown.width && line < shown.height;
            const [u, v] = [column + shown.x, line + shown.y];
            const isShown = isPart && u < 8 && v < 8;
            const expected = isShown ? Math.round((3 * (8 * v + u + 1) * 255) / 219) : null;
            if (red !== expected) expect([x, y, red]).toEqual([x, y, expected]);
          }
      },
    ),
  );
});
