import * as fc from "fast-check";
import {
  characters,
  command,
  letters,
  midRow,
  padding,
  preamble,
  tab,
  type Pair,
  type Service,
} from "./line21-encoder.ts";

type Piece =
  | { readonly do: "say"; readonly text: string }
  | { readonly do: "look"; readonly italic: boolean; readonly underline: boolean }
  | { readonly do: "mistake"; readonly text: string };

export interface RowShape {
  readonly indent: number;
  readonly tab: 0 | 1 | 2 | 3;
  readonly style: "plain" | "italic" | "underlined";
  readonly pieces: readonly Piece[];
}

export type CaptionShape =
  | {
      readonly kind: "pop-on" | "paint-on";
      readonly topRow: number;
      readonly rows: readonly RowShape[];
      readonly holdPictures: number;
      /** Whether the screen is cleared before the next one. */
      readonly isErased: boolean;
    }
  | {
      readonly kind: "roll-up";
      readonly depth: 2 | 3 | 4;
      readonly baseRow: number;
      readonly rows: readonly RowShape[];
      readonly holdPictures: number;
    };

/** Half of what is said is of plain letters. */
const letter = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...characters.basic) },
  { weight: 2, arbitrary: fc.constant(" ") },
  { weight: 1, arbitrary: fc.constantFrom(...characters.special) },
  { weight: 1, arbitrary: fc.constantFrom(...characters.extended) },
);
const word = fc.array(letter, { minLength: 1, maxLength: 7 }).map((all) => all.join(""));
const plainWord = fc
  .array(fc.constantFrom(...characters.basic), { minLength: 1, maxLength: 3 })
  .map((all) => all.join(""));
const piece: fc.Arbitrary<Piece> = fc.oneof(
  { weight: 4, arbitrary: word.map((text): Piece => ({ do: "say", text })) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("look" as const),
      italic: fc.boolean(),
      underline: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: plainWord.map((text): Piece => ({ do: "mistake", text })) },
);
const row: fc.Arbitrary<RowShape> = fc.record({
  indent: fc.constantFrom(0, 4, 8, 12),
  tab: fc.constantFrom<RowShape["tab"]>(0, 1, 2, 3),
  style: fc.constantFrom<RowShape["style"]>("plain", "plain", "italic", "underlined"),
  pieces: fc
    .array(piece, { minLength: 0, maxLength: 3 })
    // A row on which nothing is seen is none.
    .map((pieces): Piece[] => [{ do: "say", text: "A" }, ...pieces]),
});
const rowsOf = (most: number): fc.Arbitrary<RowShape[]> =>
  fc.array(row, { minLength: 1, maxLength: most });
const holdPictures = fc.integer({ min: 2, max: 45 });

const screen = (kind: "pop-on" | "paint-on"): fc.Arbitrary<CaptionShape> =>
  rowsOf(4).chain((rows) =>
    fc.record({
      kind: fc.constant(kind),
      topRow: fc.integer({ min: 1, max: 16 - rows.length }),
      rows: fc.constant(rows),
      holdPictures,
      isErased: fc.boolean(),
    }),
  );
const rolled: fc.Arbitrary<CaptionShape> = fc.record({
  kind: fc.constant("roll-up" as const),
  depth: fc.constantFrom<2 | 3 | 4>(2, 3, 4),
  baseRow: fc.integer({ min: 4, max: 15 }),
  rows: rowsOf(5),
  holdPictures,
});

export const anyProgramme = fc.array(fc.oneof(screen("pop-on"), screen("paint-on"), rolled), {
  minLength: 1,
  maxLength: 5,
});

/** What is sent of a programme, a pair a picture; control codes twice. */
export function programmePairs(service: Service, programme: readonly CaptionShape[]): Pair[] {
  const pairs: Pair[] = [];
  const twice = (pair: Pair): void => void pairs.push(pair, pair);
  const hold = (pictures: number): void => {
    for (let i = 0; i < pictures; i++) pairs.push(padding);
  };
  const erase = (): void => {
    twice(command(service, "eraseShown"));
    hold(2);
  };
  hold(2);
  for (const shape of programme) {
    if (shape.kind === "roll-up") {
      erase();
      twice(command(service, `rollUp${shape.depth}`));
      for (const own of shape.rows) {
        twice(command(service, "carriageReturn"));
        writeRow(service, shape.baseRow, own, pairs);
      }
      hold(shape.holdPictures);
      erase();
      continue;
    }
    if (shape.kind === "paint-on") {
      erase();
      twice(command(service, "paintOn"));
    } else {
      twice(command(service, "popOn"));
      twice(command(service, "eraseHidden"));
    }
    for (const [i, own] of shape.rows.entries()) writeRow(service, shape.topRow + i, own, pairs);
    if (shape.kind === "pop-on") twice(command(service, "flip"));
    hold(shape.holdPictures);
    if (shape.isErased || shape.kind === "paint-on") erase();
  }
  erase();
  return pairs;
}

function writeRow(service: Service, at: number, own: RowShape, pairs: Pair[]): void {
  const twice = (pair: Pair): void => void pairs.push(pair, pair);
  twice(
    preamble(
      service,
      at,
      own.style === "italic" ? "italic" : { indent: own.indent },
      own.style === "underlined",
    ),
  );
  if (own.tab !== 0) twice(tab(service, own.tab));
  for (const one of own.pieces) {
    if (one.do === "look") twice(midRow(service, one.italic, one.underline));
    else pairs.push(...letters(service, one.text));
    if (one.do !== "mistake") continue;
    for (const _ of one.text) twice(command(service, "backspace"));
  }
}
