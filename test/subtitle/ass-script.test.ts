import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  assCue,
  assEvent,
  mergedCues,
  printAss,
  readAssHeader,
  type AssEvent,
} from "../../src/subtitle/ass-script.ts";
import { plainCue } from "../../src/subtitle/cue.ts";
import { subRip } from "../../src/subtitle/subrip.ts";
import { readWebVtt, webVtt } from "../../src/subtitle/webvtt.ts";

const script = readAssHeader(
  [
    ...["[Script Info]", "PlayResX: 1000", "PlayResY: 500", "[V4+ Styles]"],
    ...["Format: Name, Bold, Italic, Underline, Alignment", "Style: Default,0,0,0,2"],
    ...["Style: Thought,0,-1,0,8", "Style: Loud,-1,0,0,5"],
  ].join("\n"),
);
const event = (text: string, style = "Default"): AssEvent => ({
  ...{ startMs: 1000, endMs: 2000 },
  fields: `0,0,${style},,0,0,0,,${text}`,
});
const said = (text: string, style?: string): string[] =>
  assCue(script, event(text, style)).map(({ markup, settings }) => `${markup}|${settings}`);

describe("an event becomes a cue", () => {
  test.each([
    ["a, b", "Default", ["a, b|"]],
    [String.raw`one\Ntwo\nthree\hfour`, "Default", ["one\ntwo three\u{A0}four|"]],
    [String.raw`a {\i1}b{\i0} c`, "Default", ["a <i>b</i> c|"]],
    [String.raw`{\b1\i1}a{\b0}b`, "Default", ["<i><b>a</b></i><i>b</i>|"]],
    [String.raw`thinks {\i0}aloud{\i}`, "Thought", ["<i>thinks </i>aloud|line:0"]],
    [
      String.raw`loud{\r} still{\rThought} else`,
      "Loud",
      ["<b>loud still</b><i> else</i>|line:47%"],
    ],
    [String.raw`{\an7}corner`, "Default", ["corner|line:0 position:5% align:left"]],
    [String.raw`{\an3}corner`, "Default", ["corner|position:95% align:right"]],
    [String.raw`{\a6}old top`, "Default", ["old top|line:0"]],
    [String.raw`{\an8\pos(250,100)}sign`, "Default", ["sign|line:20% position:25%"]],
    [String.raw`{\move(0,0,1,1)\fad(1,2)\c&HFF&}plain`, "Default", ["plain|"]],
    [String.raw`{\an8\alpha&H80&\bord3}{\b1\blur2\be1}a`, "Default", ["<b>a</b>|line:0"]],
    [String.raw`{\p1}m 0 0 l 1 1{\p0}`, "Default", []],
    [String.raw`{\p1}m 0 0{\p0}word`, "Default", ["word|"]],
    [String.raw`{comment}word`, "Default", ["word|"]],
    [String.raw`\{not a tag\}`, "Default", ["{not a tag}|"]],
    ["{never closed", "Default", ["{never closed|"]],
    ["<b>1 & 2</b> -->", "Default", ["&lt;b&gt;1 &amp; 2&lt;/b&gt; --&gt;|"]],
    ["", "Default", []],
    [String.raw`\N\N `, "Default", []],
    [String.raw`a\N\N\Nb`, "Default", ["a\nb|"]],
  ])("%s (%s)", (text, style, expected) => {
    expect(said(text, style)).toEqual(expected);
  });

  test("whatever it says, WebVTT reads it back as it is, tags in balance", () => {
    const parts = fc.constantFrom(
      ...[
        String.raw`{\i1}`,
        String.raw`{\i0}`,
        String.raw`{\b1}`,
        String.raw`{\r}`,
        String.raw`\N`,
      ],
      ...[String.raw`{\an8}`, "{", "}", "\\", "<i>", "</i>", "-->", "&amp;", " ", "\n", "\r", "\0"],
      ...["word", "\u{202E}", "ü", "{\\pos(1,", String.raw`{\pos(-9,1e9)}`, String.raw`{\p1}`],
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(parts, fc.string({ unit: "binary" })), { maxLength: 30 }),
        (all) => {
          const cues = mergedCues(assCue(script, event(all.join(""))));
          expect(readWebVtt(webVtt(cues))).toEqual(cues);
          for (const { markup } of cues) {
            for (const tag of ["i", "b", "u"]) {
              const count = (text: string): number => markup.split(text).length;
              expect(count(`<${tag}>`)).toBe(count(`</${tag}>`));
            }
            expect(markup.replaceAll(/<\/?[ibu]>/g, "")).not.toMatch(/[<>]/);
          }
          expect(subRip(cues)).not.toContain("\n\n\n");
        },
      ),
    );
  });
});

test("what is shown twice at once, or on and on, is one cue", () => {
  const at = (startMs: number, endMs: number, text: string): AssEvent => ({
    ...event(text),
    ...{ startMs, endMs },
  });
  const events = [at(0, 40, "sign"), at(40, 80, "sign"), at(60, 90, "other"), at(200, 240, "sign")];
  const cues = mergedCues(events.flatMap((one) => assCue(script, one)));
  expect(cues.map(({ startMs, endMs, markup }) => [startMs, endMs, markup])).toEqual([
    [0, 80, "sign"],
    [60, 90, "other"],
    [200, 240, "sign"],
  ]);
});

test("a cue as an event is the same cue, and a script of events a script", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const cue = plainCue(1, 2, text.replaceAll(/[\\{}]/g, ""));
      fc.pre(cue.markup.trim() !== "");
      const [back] = assCue(readAssHeader(""), assEvent(cue));
      expect(back?.markup.trim()).toBe(cue.markup.trim());
    }),
  );
  const printed = printAss("", [assEvent(plainCue(3599.996, 3600.5, "one\ntwo"))], 0);
  expect(printed).toContain(String.raw`Dialogue: 0,1:00:00.00,1:00:00.50,Default,,0,0,0,,one\Ntwo`);
  expect(printed).toStartWith("[Events]\nFormat: Layer, Start, End, ");
});

test("a million braces take no time", () => {
  const [cue] = assCue(script, event("{".repeat(1_000_000)));
  expect(cue?.markup.length).toBe(1_000_000);
});
