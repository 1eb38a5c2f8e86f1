import { expect, test } from "bun:test";
import fc from "fast-check";
import { labelPlaces } from "../../src/plugin/cue/label-places.ts";
import { syntaxPlace } from "../../src/plugin/cue/syntax-place.ts";

type Tree = number | { readonly [name: string]: Tree };
const name = fc.stringMatching(/^[a-z_$][a-z0-9_$]{0,5}$/);
const tree: fc.Arbitrary<{ readonly [name: string]: Tree }> = fc.letrec<{
  node: Tree;
  struct: { readonly [name: string]: Tree };
}>((tie) => ({
  node: fc.oneof({ depthSize: "small" }, fc.integer(), tie("struct")),
  struct: fc.dictionary(name, tie("node"), { maxKeys: 4 }),
})).struct;

const isStruct = (value: Tree): value is { readonly [name: string]: Tree } =>
  typeof value === "object";

/** A tree as CUE in one of the ways in which it may be written, and where each field then stands. */
function write(root: { readonly [name: string]: Tree }, ways: () => number) {
  const lines: string[] = [""];
  const places: { path: string[]; line: number; column: number }[] = [];
  const put = (text: string): void => {
    const [first = "", ...rest] = text.split("\n");
    lines[lines.length - 1] += first;
    lines.push(...rest);
  };
  const field = (path: string[], value: Tree): void => {
    const label = path.at(-1) ?? "";
    places.push({ path, line: lines.length, column: (lines.at(-1) ?? "").length + 1 });
    put(ways() % 2 === 0 ? `"${label}": ` : `${label}: `);
    if (!isStruct(value)) return put(String(value));
    const inner = Object.entries(value);
    const [only] = inner;
    if (inner.length === 1 && only !== undefined && ways() % 2 === 0)
      return field([...path, only[0]], only[1]);
    put("{");
    for (const [each, next] of inner) {
      put(["\n  ", "\n\n// { a: 1\n", '\n_x: [{ b: 2 }, "c: {"]\n'][ways() % 3] ?? "");
      if ((lines.at(-2) ?? "").startsWith("_x"))
        places.push({ path: [...path, "_x"], line: lines.length - 1, column: 1 });
      field([...path, each], next);
      put(ways() % 2 === 0 ? "," : "\n");
    }
    put("}");
  };
  for (const [each, next] of Object.entries(root)) {
    field([each], next);
    put("\n");
  }
  return { text: lines.join("\n"), places };
}

test("every field of a text is found where it stands, however it is written", () => {
  fc.assert(
    fc.property(tree, fc.infiniteStream(fc.nat(5)), (root, stream) => {
      const { text, places } = write(root, () => Number(stream.next().value));
      expect(labelPlaces(text)).toEqual(places);
    }),
    { numRuns: 500, seed: 3 },
  );
});

test("a fault of syntax stands where the shortest beginning of the text ends that has it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("a", "\n", " "), { maxLength: 60 }),
      fc.nat(60),
      (all, at) => {
        const text = [...all.slice(0, at), "!", ...all.slice(at)].join("");
        const parse = (part: string): string | null =>
          part.includes("!") ? `found '!' (and ${part.length} more errors)` : null;
        const before = text.slice(0, text.indexOf("!"));
        expect(syntaxPlace(text, "found '!'", parse)).toEqual({
          line: before.split("\n").length,
          column: before.length - before.lastIndexOf("\n"),
        });
      },
    ),
    { seed: 3 },
  );
});
