import { expect, test } from "bun:test";
import fc from "fast-check";
import { plainCue } from "../../src/subtitle/cue.ts";
import { readWebVtt, webVtt } from "../../src/subtitle/webvtt.ts";

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

test.each([
  ["tags that stay open", "00:01.000 --> 00:02.000\n<i>A <b>B\n", ["<i>A <b>B</b></i>"]],
  ["tags that cross", "00:01.000 --> 00:02.000\n<i>A<b>B</i>C</b>D\n", ["<i>A<b>BC</b>D</i>"]],
  ["what closes nothing", "00:01.000 --> 00:02.000\n</b>A</i>\n", ["A"]],
  ["annotations", "00:01.000 --> 00:02.000\n<ruby>A<rt>B</ruby>C\n", ["<ruby>A<rt>B</rt></ruby>C"]],
  ["who speaks", "00:01.000 --> 00:02.000\n<v.loud Fred>A\n", ["<v.loud Fred>A</v>"]],
  ["unknown tags, and times", "00:01.000 --> 00:02.000\n<x>A</x><00:01.500> B\n", ["A B"]],
  [
    "names of HTML",
    "00:01.000 --> 00:02.000\n&eacute; &lt; & &#233; &unknown; &amp;lt; a<b\n",
    ["é &lt; &amp; é &amp;unknown; &amp;lt; a&lt;b"],
  ],
  ["an arrow that is none of times", "00:01.000 --> 00:02.000\nA\na --> b\nB\n", ["A"]],
  ["times without space, one hour", "1:00:01.000-->1:00:02.000line:0\nA\n", ["A"]],
  [
    "notes, styles and names",
    "NOTE\nx\n\nSTYLE\n::cue {}\n\nname\n00:01.000 --> 00:02.000\nA\n",
    ["A"],
  ],
  ["nothing of bad times", "00:61.000 --> 00:62.000\nA\n\n00:01.00 --> 00:02.000\nB\n", []],
])("as browsers do, a reader knows %s", (_, file, texts) => {
  expect(readWebVtt(`WEBVTT\n\n${file}`).map(({ markup }) => markup)).toEqual(texts);
});
