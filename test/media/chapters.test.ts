import { expect, test } from "bun:test";
import fc from "fast-check";
import { chapterName, tidyChapters, type ClaimedChapter } from "../../src/media/chapters.ts";

const claimed: fc.Arbitrary<ClaimedChapter> = fc.record({
  startSeconds: fc.option(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { nil: undefined }),
  title: fc.option(fc.string({ minLength: 1 })),
});

test("whatever a file claims, chapters follow each other inside the film, each up to the next, and no title is made up", () => {
  const begin = fc.double({ min: -100, max: 100, noNaN: true });
  const length = fc.double({ min: 0.5, max: 8000, noNaN: true });
  fc.assert(
    fc.property(fc.array(claimed, { maxLength: 40 }), begin, length, (chapters, start, seconds) => {
      const end = start + seconds;
      const tidy = tidyChapters(chapters, start, end);
      const titles = chapters.map(({ title }) => title);
      for (const [i, { startSeconds, endSeconds, title }] of tidy.entries()) {
        expect(startSeconds).toBeGreaterThanOrEqual(start);
        expect(endSeconds).toBe(tidy[i + 1]?.startSeconds ?? end);
        expect(endSeconds - startSeconds).toBeGreaterThan(0.09);
        expect(titles).toContain(title);
      }
      // Nothing that is apart from others and inside is lost.
      // What begins before the film begins with it.
      const inside = (each: ClaimedChapter): number =>
        Math.max(start, each.startSeconds ?? Infinity);
      const isAlone = (each: ClaimedChapter): boolean =>
        inside(each) > start &&
        inside(each) < end - 0.1 &&
        chapters.filter((other) => Math.abs(inside(other) - inside(each)) < 0.3).length === 1;
      const found = tidy.map(({ startSeconds }) => startSeconds);
      const alone = chapters.filter(isAlone);
      const isKept = tidy.length > 0 || alone.length <= 1;
      expect(isKept).toBe(true);
      if (tidy.length > 0) {
        expect(found).toEqual(expect.arrayContaining(alone.map((each) => each.startSeconds)));
      }
    }),
    { numRuns: 1000 },
  );
});

test("a film has a thousand at most; the last of them is as long as it was", () => {
  const many = Array.from({ length: 5000 }, (_, i) => ({ startSeconds: i, title: null }));
  const tidy = tidyChapters(many, 0, 5000);
  expect(tidy).toHaveLength(1000);
  expect(tidy.at(-1)).toEqual({ startSeconds: 999, endSeconds: 1000, title: null });
});

test.each([
  [[], []],
  [[{ startSeconds: 0, title: null }], []],
  [[{ startSeconds: 0, title: "All of it" }], ["All of it"]],
  [
    [
      { startSeconds: 5, title: null },
      { startSeconds: 0, title: "A" },
    ],
    ["A", "Chapter 2"],
  ],
  [
    [
      { startSeconds: 0, title: null },
      { startSeconds: 0, title: "Inner" },
    ],
    ["Inner"],
  ],
  [
    [
      { startSeconds: 90, title: "Behind the end" },
      { startSeconds: 0, title: "A" },
    ],
    ["A"],
  ],
  [[{ startSeconds: undefined, title: "Nowhere" }], []],
])("%j are called %j", (chapters: readonly ClaimedChapter[], names) => {
  expect(tidyChapters(chapters, 0, 60).map(chapterName)).toEqual([...names]);
});
