import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import * as v from "valibot";
import { createBoundaries } from "../../../src/media/boundaries.ts";
import type { PlanFrame } from "../../../src/rendition/rendition.ts";
import { textMethod } from "../../../src/rendition/text/text-method.ts";
import type { TextRendition } from "../../../src/rendition/text/text-rendition.ts";
import { textSegment } from "../../../src/rendition/text/text-segment.ts";
import { onClockFrom, plainCue, type Cue } from "../../../src/subtitle/cue.ts";
import { readWebVtt } from "../../../src/subtitle/webvtt.ts";

const rendition = (manifest: "dash" | "hls"): TextRendition => ({
  ...{ id: manifest === "hls" ? "t1" : "w1", kind: "text", method: "text", track: 2, manifest },
  ...{ language: "de", label: "German", isDefault: false, isForced: false, role: "subtitle" },
  recipe: { kind: "text", revision: 2, codec: "subrip" },
});

const frames = fc
  .tuple(
    fc.constantFrom(25, 24_000, 90_000),
    fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1, maxLength: 30 }),
  )
  .map(([timescale, steps]): PlanFrame => {
    const ticks = steps.reduce((all, step) => [...all, (all.at(-1) ?? 0) + step], [0]);
    return {
      source: { fingerprint: "sha256-sampled:1:00", originMicroseconds: 0 },
      boundaries: createBoundaries(timescale, ticks),
    };
  });

const cues = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 4_000_000 }), fc.integer({ min: 1, max: 60_000 }), fc.nat(9))
    .map(([start, length, n]) => plainCue(start / 1000, (start + length) / 1000, `cue ${n}`)),
  { maxLength: 40 },
);

const encoder = new TextEncoder();
const verdict = (frame: PlanFrame, made: TextRendition, n: number, text: string): string[] =>
  textMethod.verify(encoder.encode(text), { frame, rendition: made, n });

test("texts of an earlier revision are no more made, those of a later one are another's", () => {
  const of = (revision: number): unknown => {
    const made = rendition("hls");
    return { ...made, recipe: { ...made.recipe, revision } };
  };
  const { revision } = rendition("hls").recipe;
  expect(v.is(textMethod.schema, of(revision))).toBe(true);
  for (let other = 0; other < 5; other++) {
    if (other !== revision) expect(v.is(textMethod.schema, of(other))).toBe(false);
    expect(textMethod.revisionLead(of(other))).toBe(other - revision);
  }
});

describe("text on a plan's clock", () => {
  test("each cue stands, whole, in exactly the segments in which it is shown, and all in the file of DASH", () => {
    fc.assert(
      fc.property(frames, cues, (frame, all) => {
        const made = rendition("hls");
        const { timescale, boundaries } = textMethod.timeline(frame, made);
        const inOrder = all.toSorted((a, b) => a.startMs - b.startMs);
        for (let n = 1; n < boundaries.length; n++) {
          const text = textSegment(inOrder, frame, made, n);
          expect(verdict(frame, made, n, text)).toEqual([]);
          const [from = 0, to = 0] = [boundaries[n - 1], boundaries[n]];
          const isLast = n === boundaries.length - 1;
          const shown = inOrder.filter(
            ({ startMs, endMs }) =>
              (isLast || startMs * timescale < to * 1000) && endMs * timescale > from * 1000,
          );
          expect(readWebVtt(text)).toEqual(shown);
          expect(text).toContain("\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n");
        }
        const whole = textSegment(inOrder, frame, rendition("dash"), 1);
        expect(verdict(frame, rendition("dash"), 1, whole)).toEqual([]);
        expect(readWebVtt(whole)).toEqual(inOrder);
      }),
    );
  });

  test("what is of another segment, cut short or not ours is refused", () => {
    const frame: PlanFrame = {
      source: { fingerprint: "sha256-sampled:1:00", originMicroseconds: 0 },
      boundaries: createBoundaries(25, [0, 100, 200, 300]),
    };
    const made = rendition("hls");
    const all = [plainCue(1, 2, "one"), plainCue(5, 6, "two")];
    const [first, second] = [1, 2].map((n) => textSegment(all, frame, made, n));
    expect(verdict(frame, made, 1, first ?? "")).toEqual([]);
    expect(verdict(frame, made, 2, first ?? "")).not.toEqual([]);
    expect(verdict(frame, made, 1, second ?? "")).not.toEqual([]);
    expect(verdict(frame, rendition("dash"), 1, first ?? "")).not.toEqual([]);
    // Cut where the first cue would begin, it is a segment in which nothing is said.
    const empty = textSegment([], frame, made, 1).length;
    for (let end = 0; end < (first ?? "").length; end++) {
      if (end === empty) continue;
      expect(verdict(frame, made, 1, (first ?? "").slice(0, end))).not.toEqual([]);
    }
    const broken = encoder.encode(first);
    broken[broken.length - 3] = 0xff;
    expect(textMethod.verify(broken, { frame, rendition: made, n: 1 })).not.toEqual([]);
  });

  test("a clock that begins later takes its cues along, and cuts what began before it", () => {
    fc.assert(
      fc.property(cues, fc.integer({ min: 0, max: 5_000_000 }), (all, zeroMs) => {
        const moved = onClockFrom(all, zeroMs);
        const expected = all
          .filter(({ endMs }) => endMs > zeroMs)
          .map((cue): Cue => {
            const startMs = Math.max(0, cue.startMs - zeroMs);
            return { ...cue, startMs, endMs: cue.endMs - zeroMs };
          });
        expect(moved).toEqual(expected);
      }),
    );
  });
});
