import { expect, test } from "bun:test";
import fc from "fast-check";
import { plainCue } from "../../src/subtitle/cue.ts";
import { webVtt } from "../../src/subtitle/webvtt.ts";

test("times have hours and milliseconds, text is text", () => {
  const cues = [
    plainCue(0, 1.5, "One"),
    plainCue(3599.9996, 360_000, "a < b && c --> d\r\n\r\nsecond <i>line</i>"),
  ];
  expect(webVtt(cues)).toBe(
    [
      "WEBVTT\n",
      "00:00:00.000 --> 00:00:01.500\nOne\n",
      "01:00:00.000 --> 100:00:00.000\na &lt; b &amp;&amp; c --&gt; d\nsecond &lt;i&gt;line&lt;/i&gt;\n",
    ].join("\n"),
  );
});

/** The cues of a file, read as the standard has it: blocks between empty lines. */
function readCues(file: string): { start: number; end: number; text: string }[] {
  const [head, ...blocks] = file.split(/\n\n+/);
  expect(head?.trim()).toBe("WEBVTT");
  return blocks.map((block) => {
    const [times = "", ...lines] = block.trimEnd().split("\n");
    const [start = NaN, end = NaN] = times.split(" --> ").map((time) => {
      const [hours = NaN, minutes = NaN, seconds = NaN] = time.split(":").map(Number);
      return hours * 3600 + minutes * 60 + seconds;
    });
    return { start, end, text: lines.join("\n") };
  });
}

test("no text breaks out of its cue, and none is lost", () => {
  const cue = fc.record({
    start: fc.double({ min: 0, max: 1e6, noNaN: true }),
    end: fc.double({ min: 0, max: 1e6, noNaN: true }),
    text: fc.oneof(
      fc.string({ unit: "binary", minLength: 1 }),
      fc.constantFrom("-->", "a\n\nb", "WEBVTT", "NOTE x", "\r\r", "<v Fred>hi", "&lt;"),
    ),
  });
  fc.assert(
    fc.property(fc.array(cue), (cues) => {
      const shown = cues.filter(({ text }) => /[^\s\0]/.test(text.toWellFormed()));
      const read = readCues(
        webVtt(shown.map(({ start, end, text }) => plainCue(start, end, text))),
      );
      expect(read).toHaveLength(shown.length);
      for (const [i, { start, end, text }] of read.entries()) {
        expect(Math.abs(start - (shown[i]?.start ?? NaN))).toBeLessThan(0.00051);
        expect(Math.abs(end - (shown[i]?.end ?? NaN))).toBeLessThan(0.00051);
        expect(text).not.toMatch(/-->|<|>/);
      }
    }),
  );
});
