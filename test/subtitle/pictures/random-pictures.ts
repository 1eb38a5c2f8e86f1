import fc from "fast-check";
import type { Bitmap, DisplaySet, PgsPalette } from "./write-pgs.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Few numbers that pictures follow from, so that a counterexample can be read. */
interface BitmapWish extends Size {
  readonly runs: readonly { readonly colour: number; readonly length: number }[];
}

interface ObjectWish extends BitmapWish {
  readonly x: number;
  readonly y: number;
  readonly isForced: boolean;
}

interface SetWish {
  readonly paletteSeed: number;
  readonly objects: readonly ObjectWish[];
  readonly shownTicks: number;
  /** Cleared for so long; 0: the next set takes its place. */
  readonly goneTicks: number;
  readonly pieceBytes: number;
}

export interface TrackWish {
  readonly canvas: Size;
  readonly sets: readonly SetWish[];
}

/** Sizes of SD and of HD, whose colours differ. */
const canvases = fc.constantFrom(
  { width: 720, height: 480 },
  { width: 720, height: 576 },
  { width: 1280, height: 720 },
);

/** Tracks of a few pictures; all times are in ticks of 1/25 s. */
export function trackWishes(colours: number, mostObjects: 1 | 2): fc.Arbitrary<TrackWish> {
  return canvases.chain((canvas) =>
    fc.record({
      canvas: fc.constant(canvas),
      sets: fc.array(
        fc.record({
          paletteSeed: fc.nat(),
          objects: fc.array(objectWishes(canvas, colours), {
            minLength: 1,
            maxLength: mostObjects,
          }),
          shownTicks: fc.integer({ min: 2, max: 100 }),
          goneTicks: fc.oneof(fc.constant(0), fc.integer({ min: 2, max: 50 })),
          pieceBytes: fc.constantFrom(17, 300, 60_000),
        }),
        { minLength: 1, maxLength: 4 },
      ),
    }),
  );
}

function objectWishes(canvas: Size, colours: number): fc.Arbitrary<ObjectWish> {
  return bitmapWishes({ width: 400, height: 60 }, colours).chain((bitmap) =>
    fc
      .record({
        x: fc.nat({ max: canvas.width - evenAbove(bitmap.width) }),
        y: fc.nat({ max: canvas.height - evenAbove(bitmap.height) }),
        isForced: fc.boolean(),
      })
      .map((place) => ({ ...bitmap, ...place })),
  );
}

/** Some encoders make sizes even, and what then is not inside the canvas FFmpeg does not draw at all. */
const evenAbove = (length: number): number => length + (length % 2);

/** Runs of many lengths, short ones and those longer than what a code of few bits holds. */
function bitmapWishes(largest: Size, colours: number): fc.Arbitrary<BitmapWish> {
  const run = fc.record({
    colour: fc.nat({ max: colours - 1 }),
    length: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 400 })),
  });
  return fc.record({
    width: fc.integer({ min: 1, max: largest.width }),
    height: fc.integer({ min: 2, max: largest.height }),
    runs: fc.array(run, { minLength: 1, maxLength: 60 }),
  });
}

/** The display sets of a track; the last one clears the screen. */
export function displaySetsOf({ canvas, sets }: TrackWish): DisplaySet[] {
  let ticks = 25;
  return sets.flatMap(({ shownTicks, goneTicks, paletteSeed, pieceBytes, objects }, i) => {
    const common = { canvas, palette: paletteOf(paletteSeed), pieceBytes };
    const drawn = objects.map((object) => ({ ...object, ...bitmapOf(object) }));
    const shown = { ...common, objects: drawn, timeMs: 40 * ticks };
    ticks += shownTicks;
    const gone = { ...common, objects: [], timeMs: 40 * ticks };
    ticks += goneTicks;
    return goneTicks > 0 || i === sets.length - 1 ? [shown, gone] : [shown];
  });
}

/** The runs over and over until all is filled. */
function bitmapOf({ width, height, runs }: BitmapWish): Bitmap {
  const pixels = new Uint8Array(width * height);
  for (let at = 0, i = 0; at < pixels.length; i++) {
    const { colour, length } = runs[i % runs.length] ?? { colour: 0, length: 1 };
    pixels.fill(colour, at, at + length);
    at += length;
  }
  return { width, height, pixels };
}

/** 256 colours of any kind, most of them not transparent. */
function paletteOf(seed: number): PgsPalette {
  let state = seed;
  const byte = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
  return Array.from({ length: 256 }, () => [byte(), byte(), byte(), byte()] as const);
}
