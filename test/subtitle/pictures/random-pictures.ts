import fc from "fast-check";
import type { Bitmap, DisplaySet, PgsObjectWish, PgsPalette } from "./write-pgs.ts";

/** Sizes of SD and of HD, whose colours differ. */
const canvases = fc.constantFrom(
  { width: 720, height: 480 },
  { width: 720, height: 576 },
  { width: 1280, height: 720 },
);

/** Runs of many lengths, short ones and those longer than what a code of few bits holds. */
function bitmaps(
  { widest, highest }: { widest: number; highest: number },
  colours: number,
): fc.Arbitrary<Bitmap> {
  const run = fc.record({
    colour: fc.nat({ max: colours - 1 }),
    length: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 400 })),
  });
  return fc
    .record({
      width: fc.integer({ min: 1, max: widest }),
      height: fc.integer({ min: 2, max: highest }),
      runs: fc.array(run, { minLength: 1, maxLength: 60 }),
    })
    .map(({ width, height, runs }) => ({ width, height, pixels: spread(runs, width * height) }));
}

/** The runs over and over until all is filled. */
function spread(runs: readonly { colour: number; length: number }[], count: number): Uint8Array {
  const pixels = new Uint8Array(count);
  for (let at = 0, i = 0; at < count; i++) {
    const { colour, length } = runs[i % runs.length] ?? { colour: 0, length: 1 };
    pixels.fill(colour, at, at + length);
    at += length;
  }
  return pixels;
}

function palettes(colours: number): fc.Arbitrary<PgsPalette> {
  const byte = fc.nat({ max: 255 });
  return fc.array(fc.tuple(byte, byte, byte, byte), { minLength: colours, maxLength: colours });
}

/** Sets of one canvas: each shown for a while, cleared at times, ticks of 1/25 s apart; the last one clears. */
export function displaySets({
  colours,
  mostObjects,
}: {
  colours: number;
  mostObjects: 1 | 2;
}): fc.Arbitrary<DisplaySet[]> {
  return canvases.chain((canvas) =>
    fc
      .array(
        fc.record({
          palette: palettes(colours),
          objects: fc.array(placedIn(canvas, colours), { minLength: 1, maxLength: mostObjects }),
          shownTicks: fc.integer({ min: 2, max: 100 }),
          goneTicks: fc.oneof(fc.constant(0), fc.integer({ min: 2, max: 50 })),
          pieceBytes: fc.constantFrom(17, 300, 60_000),
        }),
        { minLength: 1, maxLength: 4 },
      )
      .map((wishes) => {
        let ticks = 25;
        return wishes.flatMap(({ shownTicks, goneTicks, ...set }, i) => {
          const shown = { ...set, canvas, timeMs: 40 * ticks };
          ticks += shownTicks;
          const gone = { ...set, canvas, objects: [], timeMs: 40 * ticks };
          ticks += goneTicks;
          return goneTicks > 0 || i === wishes.length - 1 ? [shown, gone] : [shown];
        });
      }),
  );
}

function placedIn(
  canvas: { width: number; height: number },
  colours: number,
): fc.Arbitrary<PgsObjectWish> {
  return bitmaps({ widest: 400, highest: 60 }, colours).chain((bitmap) =>
    fc
      .record({
        x: fc.nat({ max: canvas.width - bitmap.width }),
        y: fc.nat({ max: canvas.height - bitmap.height }),
        isForced: fc.boolean(),
      })
      .map((place) => ({ ...bitmap, ...place })),
  );
}
