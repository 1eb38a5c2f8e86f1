import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { matchesStrongly, matchesWeakly } from "../../src/http/entity-tag.ts";

/** An entity tag as RFC 9110 8.8.3 has it. Commas, stars and `W/` inside are ordinary characters. */
interface Tag {
  readonly isWeak: boolean;
  readonly opaque: string;
}

const character = fc.oneof(
  fc.constantFrom(",", "*", "W/", "\\", "'", "a"),
  fc.integer({ min: 0x21, max: 0xff }).map((code) => {
    return code === 0x22 || code === 0x7f ? "!" : String.fromCharCode(code);
  }),
);
const opaque = fc.oneof(
  fc.constantFrom("", ",", "a,b", "a,*,b", ",W/", "sha256-0"),
  fc.array(character, { maxLength: 6 }).map((characters) => characters.join("")),
);
const tag = fc.record({ isWeak: fc.boolean(), opaque });
const space = fc.array(fc.constantFrom(" ", "\t"), { maxLength: 3 }).map((all) => all.join(""));
/** A list, written with any white space, and elements that are empty. */
const list = fc.array(fc.tuple(space, fc.option(tag), space), { maxLength: 6 });
type List = readonly (readonly [string, Tag | null, string])[];

const write = ({ isWeak, opaque: text }: Tag): string => `${isWeak ? "W/" : ""}"${text}"`;
const writeList = (elements: List): string =>
  elements
    .map(([before, each, after]) => before + (each === null ? "" : write(each)) + after)
    .join(",");

describe("a field that lists entity tags", () => {
  test("names those it lists and no other, weakly whatever is weak, strongly where nothing is", () => {
    fc.assert(
      fc.property(list, tag, fc.nat(6), (elements, other, pick) => {
        const field = writeList(elements);
        const listed = elements.flatMap(([, each]) => (each === null ? [] : [each]));
        for (const ours of [other, listed[pick] ?? other]) {
          const alike = listed.filter((each) => each.opaque === ours.opaque);
          const isStrong = !ours.isWeak && alike.some(({ isWeak }) => !isWeak);
          expect(matchesWeakly(field, write(ours))).toBe(alike.length > 0);
          expect(matchesStrongly(field, write(ours))).toBe(isStrong);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("names every one as a lone star, and none as a star among tags", () => {
    fc.assert(
      fc.property(space, space, tag, (before, after, ours) => {
        expect(matchesWeakly(`${before}*${after}`, write(ours))).toBe(true);
        expect(matchesStrongly(`${before}*${after}`, write(ours))).toBe(true);
        for (const field of [`*,${before}"x"`, `"x"${after},*`, "*,*", "**"]) {
          expect(matchesWeakly(field, '"y"')).toBe(false);
          expect(matchesStrongly(field, '"y"')).toBe(false);
        }
      }),
    );
  });

  test("names none when anything in it is no tag, even beside ours", () => {
    const ours = '"ours"';
    const junk = fc.constantFrom(
      ...["ours", "'ours'", 'w/"x"', 'W/ "x"', "W/", '"x', 'x"', '"x" "y"', '"x""y"', '"a b"'],
      ...["*", ";", '"x";q=1', '"\u007f"', '"\u0100"', "\n"],
    );
    fc.assert(
      fc.property(list, junk, list, (before, broken, after) => {
        const mine = [...before, ["", { isWeak: false, opaque: "ours" }, ""] as const];
        for (const parts of [
          [writeList(mine), broken, writeList(after)],
          [broken, writeList(mine)],
        ]) {
          const field = parts.join(",");
          expect(matchesWeakly(field, ours), field).toBe(false);
          expect(matchesStrongly(field, ours), field).toBe(false);
        }
      }),
    );
  });

  test("is read in time that grows with its length, whatever it holds", () => {
    const megabyte = 2 ** 20;
    const took = [" ", "\t ", ",", ", ", '"', '"",', 'W/"', "W/", '"a', "*"].map((piece) => {
      const field = `${piece.repeat(megabyte / piece.length)}x`;
      const began = performance.now();
      matchesWeakly(field, '"ours"');
      matchesStrongly(field, '"ours"');
      return performance.now() - began;
    });
    // Squared it would be minutes.
    expect(Math.max(...took)).toBeLessThan(2000);
  });
});
