import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  assCue,
  mergedCues,
  readAssHeader,
  type AssEvent,
  type AssScript,
} from "../../src/subtitle/ass-script.ts";
import { plainCue, type Cue } from "../../src/subtitle/cue.ts";
import { assEvent, printAss } from "../../src/subtitle/print-ass.ts";
import { readSubtitles } from "../../src/subtitle/read-subtitles.ts";
import { subRip } from "../../src/subtitle/subrip.ts";
import { readWebVtt, webVtt } from "../../src/subtitle/webvtt.ts";
import { launchChromium } from "../support/chromium.ts";
import { runTool } from "../support/run-tool.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const assCues = (script: AssScript, events: readonly AssEvent[]): Cue[] =>
  mergedCues(events.flatMap((event) => assCue(script, event)));

/** What is read of a file, be it a script or none. */
function readCues(text: string, codec: string): readonly Cue[] {
  const read = readSubtitles(text, { codec, language: "und", framesPerSecond: null });
  if (read === null) return [];
  if (read.script === null) return read.cues;
  return assCues(readAssHeader(read.script.header), read.script.events);
}

const header =
  "[Script Info]\nPlayResX: 100\nPlayResY: 100\n[V4+ Styles]\nFormat: Name, Bold, Italic, Underline, Alignment\n" +
  "Style: Default,0,0,0,2\nStyle: Top,-1,0,0,8\nStyle: Side,0,-1,0,4\n";

const shown = (text: string, style = "Default"): string => {
  const fields = `0,0,${style},,0,0,0,,${text}`;
  const [cue] = assCues(readAssHeader(header), [{ startMs: 0, endMs: 1000, fields }]);
  return cue === undefined ? "" : `${cue.markup}${cue.settings && ` [${cue.settings}]`}`;
};

test.each([
  ["a style has a place", "A", "Top", "<b>A</b> [line:0]"],
  [
    "tags that begin as others do are not those",
    String.raw`{\bord2\blur3\be1\alpha&HFF&\iclip(1,2,3,4)}A`,
    "Top",
    "<b>A</b> [line:0]",
  ],
  [
    "nor do they end what was begun",
    String.raw`{\b1\i1\an8\bord2\blur3\alpha&HFF&\iclip(1,2,3,4)}A`,
    "Default",
    "<i><b>A</b></i> [line:0]",
  ],
  [
    "of two places the first counts",
    String.raw`{\an8}{\an2\pos(50,50)\pos(1,1)}A`,
    "Default",
    "A [line:50% position:50%]",
  ],
  ["of two alignments the first counts", String.raw`{\an8\an2}A{\a1}`, "Default", "A [line:0]"],
  [
    "one that is none is its style's, and counts",
    String.raw`{\an0\an7}A`,
    "Top",
    "<b>A</b> [line:0]",
  ],
  [
    "what moves to another look has none of it",
    String.raw`{\t(0,500,\i1\b1)}A{\i1\t(\clip(1,2,3,4)\i0)\b1}B`,
    "Default",
    "A<i><b>B</b></i>",
  ],
  ["a weight", String.raw`{\b400}A{\b700}B{\b}C`, "Top", "A<b>BC</b> [line:0]"],
  [
    "an italic of its style",
    String.raw`A{\i0}B{\i}C{\rTop}D{\r}E`,
    "Side",
    "<i>A</i>B<i>C</i><b>D</b><i>E</i> [line:47% position:5% align:left]",
  ],
  ["braces that stay open, and those that are text", String.raw`A{\i1 {b \{c\}`, "Default", "A"],
  ["a drawing", String.raw`{\p1}m 0 0 l 1 1{\p0}A`, "Default", "A"],
  ["lines", String.raw`A\N\N{\i1}\N\hB\nC`, "Default", "A\n<i>\u{A0}B C</i>"],
  [
    "what looks like a tag",
    "a <i>b</i> & c --> d",
    "Default",
    "a &lt;i&gt;b&lt;/i&gt; &amp; c --&gt; d",
  ],
])("of an event %s", (_, text, style, wanted) => {
  expect(shown(text, style)).toBe(wanted);
});

describe("an event becomes a cue", () => {
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

  test("what is shown twice at once, or on and on, is one cue", () => {
    const at = (startMs: number, endMs: number, text: string): AssEvent => ({
      ...event(text),
      ...{ startMs, endMs },
    });
    const events = [
      at(0, 40, "sign"),
      at(40, 80, "sign"),
      at(60, 90, "other"),
      at(200, 240, "sign"),
    ];
    const cues = mergedCues(events.flatMap((one) => assCue(script, one)));
    expect(cues.map(({ startMs, endMs, markup }) => [startMs, endMs, markup])).toEqual([
      [0, 80, "sign"],
      [60, 90, "other"],
      [200, 240, "sign"],
    ]);
  });
});

test("a cue as an event is the same cue, words, place and all, and a script of events a script", () => {
  const words = fc.array(
    fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("\\", "{", "}", "\\N", "\\h", "{\\an8}", "<i>", "&nbsp;", "\n"),
    ),
  );
  const places = fc.constantFrom("", "line:0", "position:95% align:right");
  fc.assert(
    fc.property(words, places, fc.boolean(), (all, settings, isItalic) => {
      const { markup, ...times } = plainCue(1, 2, all.join(""));
      fc.pre(markup.trim() !== "");
      const cue = { ...times, settings, markup: isItalic ? `<i>${markup}</i>` : markup };
      const [back] = readCues(printAss("", [assEvent(cue)], 0), "ass");
      const plain = (text = ""): string => text.replaceAll(/\u{2060}|\\(?=\\)/gu, "").trim();
      const seen = (text = ""): string => plain(text.replaceAll(/<[^>]*>/g, ""));
      expect(seen(back?.markup).replaceAll("\\", "")).toBe(seen(markup).replaceAll("\\", ""));
      expect(back?.markup.startsWith("<i>")).toBe(isItalic);
      expect(back?.settings).toBe(settings);
    }),
  );
  const printed = printAss("", [assEvent(plainCue(3599.996, 3600.5, "one\ntwo"))], 0);
  expect(printed).toContain(String.raw`Dialogue: 0,1:00:00.00,1:00:00.50,Default,,0,0,0,,one\Ntwo`);
  expect(printed).toStartWith("[Script Info]\nScriptType: v4.00+\n");
});

const tags = fc.constantFrom(
  ..."\\i1 \\i0 \\i \\b1 \\b0 \\u1 \\u0 \\an8 \\an5 \\a6 \\pos(10,90) \\r \\rTop \\p1 \\p0 \\bord2 \\t(\\i1) \\fs20".split(
    " ",
  ),
);
const said = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    "a",
    "b c",
    "\\N",
    "\\n",
    "\\h",
    "<i>",
    "</i>",
    "&lt;",
    "&",
    "-->",
    "00:00:01,000 --> 00:00:02,000",
    "{",
    "}",
    "\\{",
    "\\",
    "<",
    "\n\n",
    "42",
    "NOTE",
    "1\\N2",
    "{\\",
    "漢",
  ),
  fc.array(tags).map((all) => `{${all.join("")}}`),
);
const event = fc
  .tuple(
    fc.nat(10_000),
    fc.integer({ min: 1, max: 5000 }),
    fc.constantFrom("Default", "Top", "Side", "x"),
    fc.array(said, { maxLength: 8 }),
  )
  .map(([startMs, lengthMs, style, text]): AssEvent => ({
    ...{ startMs, endMs: startMs + lengthMs },
    fields: `0,0,${style},,0,0,0,,${text.join("")}`,
  }));
const events = fc.array(event, { maxLength: 12 });
const cuesOf = (all: readonly AssEvent[]): Cue[] => assCues(readAssHeader(header), all);

test("whatever the events, tags are balanced and what is printed is read as the same", () => {
  fc.assert(
    fc.property(events, (all) => {
      const cues = cuesOf(all);
      for (const { markup } of cues) {
        const open: string[] = [];
        for (const [tag] of markup.matchAll(/<[^>]*>/g)) {
          expect(tag).toMatch(/^<\/?[ibu]>$/);
          if (tag.startsWith("</")) expect(`</${open.pop()}>`).toBe(tag);
          else open.push(tag.slice(1, -1));
        }
        expect(open).toEqual([]);
      }
      expect(readWebVtt(webVtt(cues))).toEqual(cues);
      const printed = subRip(cues);
      const read = readCues(printed, "subrip");
      expect(read.map(wordsOf)).toEqual(cues.map(wordsOf));
      expect(subRip(read)).toBe(printed);
    }),
    { numRuns: 2000 },
  );
});

test("a script that is printed shows the same, to a hundredth of a second", () => {
  fc.assert(
    fc.property(events, (all) => {
      const aligned = all.map((each) => ({
        // Of what is read zeros go.
        fields: each.fields.replaceAll("\0", ""),
        startMs: each.startMs * 10,
        endMs: each.endMs * 10,
      }));
      const read = readCues(printAss(header, aligned, 0), "ass");
      expect(read.map(wordsOf)).toEqual(cuesOf(aligned).map(wordsOf));
    }),
    { numRuns: 500 },
  );
});

/** Without what is not seen. */
const wordsOf = ({ startMs, endMs, markup }: Cue): unknown => [
  ...[startMs, endMs],
  markup.replaceAll("\u{2060}", ""),
];

test("Chromium reads what is printed as the same cues", async () => {
  const cues = fc.sample(events, { numRuns: 150, seed: 7 }).flatMap((all, i) =>
    cuesOf(all).map((cue) => ({
      ...cue,
      startMs: cue.startMs + i * 60_000,
      endMs: cue.endMs + i * 60_000,
    })),
  );
  expect(cues.length).toBeGreaterThan(300);
  const browser = await launchChromium();
  try {
    const page = await (await browser.newContext()).newPage();
    const read = await page.evaluate(async (file) => {
      const video = document.createElement("video");
      const element = document.createElement("track");
      element.src = URL.createObjectURL(new Blob([file], { type: "text/vtt" }));
      element.default = true;
      video.append(element);
      document.body.append(video);
      element.track.mode = "showing";
      await new Promise((resolve, reject) => {
        element.addEventListener("load", resolve);
        element.addEventListener("error", reject);
      });
      return [...(element.track.cues ?? [])].map((cue) => {
        if (!(cue instanceof VTTCue)) return null;
        const shown = cue.getCueAsHTML();
        return [
          cue.startTime,
          cue.endTime,
          cue.text,
          shown.textContent,
          shown.querySelectorAll("*").length,
        ];
      });
    }, webVtt(cues));
    const text = (markup: string): string =>
      markup
        .replaceAll(/<[^>]*>/g, "")
        .replaceAll("&lt;", "<")
        .replaceAll("&gt;", ">")
        .replaceAll("&amp;", "&");
    const wanted = cues.map(({ startMs, endMs, markup }) => [
      ...[
        startMs / 1000,
        endMs / 1000,
        markup,
        text(markup),
        (markup.match(/<[ibu]>/g) ?? []).length,
      ],
    ]);
    // Of what begins at one moment browsers have what ends last first.
    const sorted = (all: typeof wanted): string[] =>
      all.map((cue) => JSON.stringify(cue)).toSorted();
    expect(sorted(read.map((cue) => cue ?? []))).toEqual(sorted(wanted));
  } finally {
    await browser.close();
  }
}, 60_000);

test("SubRip that FFmpeg has made a script of keeps its words and italics", async () => {
  await using temp = await createTempFolder("script");
  const lines = [
    "Hello.",
    "<i>Two</i> of\nthem",
    "a & b, <b>c</b>, {\\an8}d",
    "<u>e <i>f</i></u>",
    "漢字 é",
  ];
  const file = lines
    .map((line, i) => `${i + 1}\n00:00:0${i},000 --> 00:00:0${i},900\n${line}\n`)
    .join("\n");
  await Bun.write(temp.file("x.srt"), file);
  await runTool([
    "ffmpeg",
    "-v",
    "error",
    "-i",
    temp.file("x.srt"),
    "-c:s",
    "ass",
    temp.file("x.ass"),
  ]);
  const read = async (name: string): Promise<unknown> => {
    const text = await Bun.file(temp.file(name)).text();
    return readCues(text, "");
  };
  expect(await read("x.ass")).toEqual(await read("x.srt"));
}, 60_000);

test("ten million characters of events take no time, and no event is dearer than it is long", () => {
  const script = readAssHeader(header);
  const took = (all: readonly AssEvent[]): number => {
    const start = performance.now();
    webVtt(assCues(script, all));
    return performance.now() - start;
  };
  const usual = String.raw`{\an8\pos(10,20)\blur3}Some {\i1}words{\i0} that are said\Nin two lines. `;
  const fields = `0,0,Default,,0,0,0,,${usual.repeat(14)}`;
  const many = Array.from({ length: Math.ceil(1e7 / fields.length) }, (_, i) => ({
    ...{ startMs: i, endMs: i + 1, fields: `${fields}${i}` },
  }));
  expect(took(many)).toBeLessThan(5000);
  const units = [
    "{",
    "}",
    "{}",
    "\\",
    "{\\",
    "{\\i1}",
    "{\\t(",
    "(",
    "\\N",
    "\n",
    "<",
    "{\\i1}a",
    "{\\pos(",
    ",",
    "\\{",
  ];
  for (const unit of units) {
    for (const [open, close] of [
      ["", ""],
      ["{", "}"],
      ["{\\t(", ")}"],
    ]) {
      const text = `${open}${unit.repeat(1e6 / unit.length)}${close}`;
      const tookMs = took([{ startMs: 0, endMs: 1, fields: `0,0,Default,,0,0,0,,${text}` }]);
      expect([unit, open, Math.floor(tookMs / 2000)]).toEqual([unit, open, 0]);
    }
  }
}, 60_000);
