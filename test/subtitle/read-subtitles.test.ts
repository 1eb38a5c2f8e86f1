import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { assCue, mergedCues, readAssHeader } from "../../src/subtitle/ass-script.ts";
import type { Cue } from "../../src/subtitle/cue.ts";
import { printAss } from "../../src/subtitle/print-ass.ts";
import type { AssFile } from "../../src/subtitle/read-ass.ts";
import { readSubtitles } from "../../src/subtitle/read-subtitles.ts";
import { subRip } from "../../src/subtitle/subrip.ts";
import { webVtt } from "../../src/subtitle/webvtt.ts";

const codecs: Readonly<Record<string, string>> = {
  ...{ srt: "subrip", ass: "ass", ssa: "ass", vtt: "webvtt", sbv: "sbv", ttml: "ttml" },
  ...{ dfxp: "ttml", smi: "sami", sub: "microdvd" },
};

/** A file with its cues, as they come of a script as well. */
function read(
  text: string,
  extension = "srt",
  framesPerSecond: number | null = 25,
  language = "und",
): { readonly script: AssFile | null; readonly cues: readonly Cue[] } | null {
  const codec = codecs[extension] ?? extension;
  const found = readSubtitles(text, { codec, language, framesPerSecond });
  if (found?.script == null) return found;
  const { header, events } = found.script;
  const script = readAssHeader(header);
  return { ...found, cues: mergedCues(events.flatMap((event) => assCue(script, event))) };
}

/** `1000-2000 <i>text</i> [line:0]` */
const told = (
  text: string,
  extension?: string,
  framesPerSecond?: number | null,
): string[] | undefined =>
  read(text, extension, framesPerSecond)?.cues.map(
    ({ startMs, endMs, markup, settings }) =>
      `${startMs}-${endMs} ${markup.replaceAll("\n", "|")}${settings && ` [${settings}]`}`,
  );

describe("SubRip is read as players read it", () => {
  const table: readonly (readonly [what: string, text: string, cues: readonly string[]])[] = [
    [
      "as it should be",
      "1\n00:00:01,000 --> 00:00:02,500\nA\nB\n\n2\n00:00:03,000 --> 00:00:04,000\nC\n",
      ["1000-2500 A|B", "3000-4000 C"],
    ],
    [
      "of Windows, with a mark",
      "\u{FEFF}1\r\n00:00:01,000 --> 00:00:02,500\r\nA\r\n\r\n",
      ["1000-2500 A"],
    ],
    ["of an old Mac", "1\r00:00:01,000 --> 00:00:02,500\rA\r\r", ["1000-2500 A"]],
    ["points, no hours, spaces, few digits", " 00:01.5-->0:2.50 \nA", ["1500-2500 A"]],
    ["spaces within times", "00: 00: 01, 000 --> 00:00:02,000\nA", ["1000-2000 A"]],
    [
      "no empty lines",
      "1\n00:00:01,000 --> 00:00:02,000\nA\n2\n00:00:03,000 --> 00:00:04,000\nB",
      ["1000-2000 A", "3000-4000 B"],
    ],
    [
      "numbers that are wrong",
      "7\n00:00:01,000 --> 00:00:02,000\nA\n\n7\n00:00:03,000 --> 00:00:04,000\nB",
      ["1000-2000 A", "3000-4000 B"],
    ],
    [
      "no numbers, and a text that is one",
      "00:00:01,000 --> 00:00:02,000\n42\n00:00:03,000 --> 00:00:04,000\nB",
      ["1000-2000 42", "3000-4000 B"],
    ],
    [
      "a text that is a number",
      "1\n00:00:01,000 --> 00:00:02,000\n42\n\n2\n00:00:03,000 --> 00:00:04,000\n7\n",
      ["1000-2000 42", "3000-4000 7"],
    ],
    [
      "an empty line after every line",
      "1\n\n00:00:01,000 --> 00:00:02,000\n\nA\n\nB\n\n2\n\n00:00:03,000 --> 00:00:04,000\n\nC\n",
      ["1000-2000 A|B", "3000-4000 C"],
    ],
    [
      "in no order",
      "1\n00:00:03,000 --> 00:00:04,000\nB\n\n2\n00:00:01,000 --> 00:00:02,000\nA\n",
      ["1000-2000 A", "3000-4000 B"],
    ],
    [
      "coordinates",
      "1\n00:00:01,000 --> 00:00:02,000  X1:40 X2:600 Y1:20 Y2:50\nA\n",
      ["1000-2000 A"],
    ],
    [
      "nothing, and no time",
      "1\n00:00:01,000 --> 00:00:02,000\n\n2\n00:00:03,000 --> 00:00:03,000\nA\n\n3\n00:00:05,0 --> 00:00:06,0\nB",
      ["3000-5000 A", "5000-6000 B"],
    ],
    ["an end before its beginning", "1\n00:00:03,000 --> 00:00:01,000\nA\n", ["3000-13000 A"]],
    [
      "cues over each other",
      "1\n00:00:01,000 --> 00:00:09,000\nA\n\n2\n00:00:03,000 --> 00:00:04,000\nB\n",
      ["1000-9000 A", "3000-4000 B"],
    ],
    [
      "zeros among its letters",
      "\0\x001\n00:00:01,000 -->\0 00:00:02,000\nA\0B\0\0\n\0\n",
      ["1000-2000 AB"],
    ],
    ["before the film", "1\n-00:00:01,000 --> 00:00:02,000\nA\n", ["0-2000 A"]],
    [
      "tags",
      '1\n00:00:01,000 --> 00:00:02,000\n<i>A</i> <B>B</B> <font color="#ff0000">C</font> <u>D\n',
      ["1000-2000 <i>A</i> <b>B</b> C <u>D</u>"],
    ],
    [
      "tags that cross",
      "1\n00:00:01,000 --> 00:00:02,000\n<i>A<b>B</i>C</b>D</b>\n",
      ["1000-2000 <i>A</i><i><b>B</b></i><b>C</b>D"],
    ],
    [
      "what is no tag",
      "1\n00:00:01,000 --> 00:00:02,000\n<3 a<b {x} <John> &amp; &eacute;\n",
      ["1000-2000 &lt;3 a&lt;b {x} &lt;John&gt; &amp;amp; &amp;eacute;"],
    ],
    [
      "tags that nobody knows",
      "1\n00:00:01,000 --> 00:00:02,000\n<foo>A</foo> <c.red>B</c><br>C <i\n",
      ["1000-2000 &lt;foo&gt;A&lt;/foo&gt; B|C &lt;i"],
    ],
    [
      "places",
      "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}A {\\i1}B{\\i0}\n",
      ["1000-2000 A <i>B</i> [line:0]"],
    ],
    [
      "a number and a text that has an arrow",
      "1\n00:00:01,000 --> 00:00:02,000\na --> b\n",
      ["1000-2000 a --&gt; b"],
    ],
  ];
  test.each(table)("%s", (...row) => {
    expect(told(row[1])).toEqual([...row[2]]);
  });
});

describe("other notations are told by what they look like", () => {
  const ttml = (attributes: string, head: string, body: string): string =>
    `<?xml version="1.0"?>\n<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ${attributes}><head>${head}</head><body>${body}</body></tt>`;
  const table: readonly (readonly [
    what: string,
    text: string,
    extension: string,
    cues: readonly string[],
  ])[] = [
    [
      "MicroDVD at the film's rate",
      "{25}{50}A|B\n{75}{100}{y:i}C|D\n",
      "sub",
      ["1000-2000 A|B", "3000-4000 <i>C</i>|D"],
    ],
    [
      "MicroDVD at its own",
      "{1}{1}50.000\n{25}{50}{Y:b}A|/B\n",
      "txt",
      ["500-1000 <b>A|</b><i><b>B</b></i>"],
    ],
    [
      "MicroDVD with an open end",
      "{25}{}A\n{50}{75}B\n{100}{}C",
      "srt",
      ["1000-2000 A", "2000-3000 B", "4000-14000 C"],
    ],
    [
      "MicroDVD at the top, in colours",
      "{25}{50}{P:0}{c:$0000FF}A",
      "sub",
      ["1000-2000 A [line:0]"],
    ],
    ["MPL2", "[10][20]/A|B\n", "txt", ["1000-2000 <i>A</i>|B"]],
    [
      "SBV",
      "0:00:01.000,0:00:03.000\nA\nB\n\n0:00:04.000,0:00:05.000\nC\n",
      "sbv",
      ["1000-3000 A|B", "4000-5000 C"],
    ],
    [
      "SubViewer 2",
      "[INFORMATION]\n[TITLE]x\n[END INFORMATION]\n[SUBTITLE]\n00:00:01.00,00:00:03.50\nA[br]B\n",
      "sub",
      ["1000-3500 A|B"],
    ],
    [
      "WebVTT called SubRip",
      "WEBVTT\n\n00:01.000 --> 00:02.000 line:0\n<c.x>A</c> &amp;\n",
      "srt",
      ["1000-2000 <c.x>A</c> &amp; [line:0]"],
    ],
    [
      "WebVTT without its first line",
      "00:01.000 --> 00:02.000 line:0\nA\n",
      "vtt",
      ["1000-2000 A [line:0]"],
    ],
    ["SubRip called WebVTT", "1\n00:00:01,000 --> 00:00:02,000\nA\n", "vtt", ["1000-2000 A"]],
    [
      "TTML, clock times",
      ttml(
        "",
        "",
        `<div><p begin="00:00:01.000" end="00:00:02.5">A<br/>\n  B &amp; <span tts:fontStyle="italic">C <span tts:fontWeight="bold">D</span></span></p></div>`,
      ),
      "ttml",
      ["1000-2500 A|B &amp; <i>C </i><i><b>D</b></i>"],
    ],
    [
      "TTML, ticks",
      ttml('ttp:tickRate="10000000"', "", '<div><p begin="10000000t" dur="5000000t">A</p></div>'),
      "xml",
      ["1000-1500 A"],
    ],
    [
      "TTML, frames",
      ttml(
        'ttp:frameRate="24" ttp:frameRateMultiplier="1000 1001"',
        "",
        '<div><p begin="00:00:01:12" end="48f">A</p></div>',
      ),
      "dfxp",
      ["1501-2002 A"],
    ],
    [
      "TTML, offsets in what is around",
      ttml(
        "",
        "",
        '<div begin="1m"><p begin="500ms" dur="1.5s">A</p><p begin="0.001h" end="4s">B</p></div>',
      ),
      "ttml",
      ["60500-62000 A", "63600-64000 B"],
    ],
    [
      "TTML, styles and regions",
      ttml(
        "",
        '<styling><style xml:id="a" tts:fontStyle="italic"/><style xml:id="b" style="a b" tts:textDecoration="underline"/></styling><layout><region xml:id="top" tts:displayAlign="before"/><region xml:id="low"><style tts:displayAlign="after" tts:textAlign="left"/></region></layout>',
        '<div><p region="top" style="b" begin="1s" end="2s">A</p><p region="low" begin="3s" end="4s">B</p></div>',
      ),
      "ttml",
      ["1000-2000 <i><u>A</u></i> [line:0]", "3000-4000 B [position:5% align:left]"],
    ],
    [
      "TTML, space that is kept",
      ttml('xml:space="preserve"', "", '<div><p begin="1s" end="2s">A  B\nC</p></div>'),
      "ttml",
      ["1000-2000 A  B|C"],
    ],
    [
      "TTML, spans with times",
      ttml(
        "",
        "",
        '<div><p><span begin="1s" end="2s">A</span><span begin="2s" end="3s">B</span></p></div>',
      ),
      "ttml",
      ["1000-2000 A", "2000-3000 B"],
    ],
    [
      "TTML, references",
      ttml("", "", '<p begin="1s" end="2s">x&#233;&#xE9;&lt;i&gt;&amp;lt;</p>'),
      "ttml",
      ["1000-2000 xéé&lt;i&gt;&amp;lt;"],
    ],
    [
      "SAMI",
      "<SAMI><HEAD><STYLE><!-- .EN {Name: English; lang: en-US;} --></STYLE></HEAD><BODY>\n<SYNC Start=1000><P Class=EN>A &eacute;&nbsp;&amp;eacute; &#233; &unknown; AT&T<br>\n<i>b</i> &lt;i&gt;<font color=red>c</font>\n<SYNC Start=2500><P Class=EN>&nbsp;\n<SYNC Start='4000'><P Class=EN>D</P></SYNC></BODY></SAMI>",
      "smi",
      [
        "1000-2500 A é\u{A0}&amp;eacute; é &amp;unknown; AT&amp;T|<i>b</i> &lt;i&gt;c",
        "4000-14000 D",
      ],
    ],
    [
      "SAMI by its look",
      "<sami><body><sync start=1000><p>A</p><sync start=2000><p>B</p></body></sami>",
      "srt",
      ["1000-2000 A", "2000-12000 B"],
    ],
    [
      "a script without its section of events",
      "[Script Info]\nTitle: x\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,A\n",
      "ass",
      ["1000-2000 A"],
    ],
    [
      "a script whose fields stand in another order",
      "[V4+ Styles]\nFormat: Alignment, Name, Italic\nStyle: 8,Top,-1\n[Events]\nFormat: Style, Text, End, Start, Layer\nDialogue: Top,A, b, c,0:00:02.00,0:00:01.00,0\n",
      "ass",
      ["1000-2000 <i>A, b, c</i> [line:0]"],
    ],
    [
      "a script whose order of fields leaves out the times, and styles of no stated order",
      "[V4+ Styles]\nStyle: Default,Arial,20,&H0,&H0,&H0,&H0,0,-1,0,0,100,100,0,0,1,2,2,8,10,10,10,1\n[Events]\nFormat: Layer\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,A, b\n",
      "ass",
      ["1000-2000 <i>A, b</i> [line:0]"],
    ],
    [
      "a script",
      "[Script Info]\nPlayResX: 100\nPlayResY: 100\n\n[V4+ Styles]\nFormat: Name, Italic, Alignment\nStyle: Default,-1,8\n\n[Events]\nFormat: Start, End, Style, Text\nComment: 0:00:00.00,0:00:09.00,Default,no\nDialogue: 0:00:03.00,0:00:04.00,Default,B\nDialogue: 0:00:01.00,0:00:02.50,*Default,{\\i0}A, a\\Nb\n",
      "srt",
      ["1000-2500 A, a|b [line:0]", "3000-4000 <i>B</i> [line:0]"],
    ],
    [
      "an old script",
      "[Script Info]\nScriptType: v4.00\n[V4 Styles]\nFormat: Name, Bold, Alignment\nStyle: Default,-1,6\n[Events]\nFormat: Marked, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\nDialogue: Marked=0,0:00:01.00,0:00:02.50,Default,NTP,0000,0000,0000,!Effect,A\n",
      "ssa",
      ["1000-2500 <b>A</b> [line:0]"],
    ],
  ];
  test.each(table)("%s", (...row) => {
    expect(told(row[1], row[2])).toEqual([...row[3]]);
  });

  test("of SAMI in several languages the one that is wanted is read, or all", () => {
    const text =
      "<SAMI><STYLE>.KRCC {lang: ko-KR;} .ENCC {Name: English; lang: en-US;}</STYLE><SYNC Start=1000><P Class=KRCC>K<P Class=ENCC>E<SYNC Start=2000><P Class=KRCC>&nbsp;<SYNC Start=3000><P Class=ENCC>&nbsp;</SAMI>";
    const told = (language: string): string[] | undefined =>
      read(text, "smi", null, language)?.cues.map(
        ({ startMs, endMs, markup }) => `${startMs}-${endMs} ${markup}`,
      );
    expect(told("en")).toEqual(["1000-3000 E"]);
    expect(told("ko")).toEqual(["1000-2000 K"]);
    expect(told("und")).toEqual(["1000-2000 K", "1000-3000 E"]);
  });

  test("a script keeps what it is made of", () => {
    const text = table.find(([what]) => what === "a script")?.[1] ?? "";
    const script = read(text)?.script;
    expect(script?.events.map(({ fields }) => fields)).toEqual([
      "0,0,Default,,,,,,B",
      String.raw`1,0,*Default,,,,,,{\i0}A, a\Nb`,
    ]);
    const again = read(printAss(script?.header ?? "", script?.events ?? [], 0), "ass");
    expect(again?.cues).toEqual(read(text)?.cues);
    expect(again?.script?.header).toBe(script?.header);
  });

  test("what is no subtitles is none", () => {
    for (const text of [
      "",
      "\n\n",
      "Hello.",
      "1\n2\n3",
      "<html><body>x</body></html>",
      "{a}{b}c",
      "\0\0\0\x01",
      "# VobSub index file, v7\nsize: 720x576\n",
      "00:00:01 nothing",
      "<tt",
      "{}{}",
      // What stands for what stands for more.
      `<!DOCTYPE tt [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>${ttml("", "", '<p begin="1s" end="2s">x&b;</p>')}`,
      "[Script Info]\nTitle: x\n",
    ]) {
      expect([text, read(text, "srt")]).toEqual([text, null]);
      expect([text, read(text, "vtt")]).toEqual([text, null]);
    }
  });
});

const pieces = fc.constantFrom(
  ...'1|\n|\r\n|\n\n|00:00:01,000 --> 00:00:02,000|00:01.000 --> 00:02.000|-->|<i>|</i>|<b|{\\an8}|{\\|}|{1}{2}|[1][2]|0:00:01.000,0:00:03.000|WEBVTT|[Script Info]|[Events]|Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,|Format: Text|<tt>|<body>|<p begin="1s" end="2s">|</p>|</body></tt>|<span>|<br/>|&amp;|&#0;|&nbsp;|&#10;|&#x20;|\0|,|x|漢|<SAMI>|<SYNC Start=1000>|<P Class=EN>|<br>|&eacute;'.split(
    "|",
  ),
);
const anyFile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.array(pieces, { maxLength: 40 }).map((all) => all.join("")),
);

/** What a Cue promises. */
function expectWell(cues: readonly Cue[]): void {
  for (const [i, { startMs, endMs, markup, settings }] of cues.entries()) {
    expect(Number.isSafeInteger(startMs) && Number.isSafeInteger(endMs) && startMs >= 0).toBe(true);
    expect(endMs).toBeGreaterThan(startMs);
    expect(startMs).toBeGreaterThanOrEqual(cues[i - 1]?.startMs ?? 0);
    expect(markup.split("\n").every((line) => line.replaceAll(/<[^>]*>/g, "").trim() !== "")).toBe(
      true,
    );
    expect(`${markup}${settings}`).not.toMatch(/-->|\0|\r/);
    const open: string[] = [];
    for (const [, slash, name] of markup.matchAll(/<(\/?)([a-z]+)[^>]*>/g)) {
      if (slash === "") open.push(name ?? "");
      else expect(open.pop()).toBe(name ?? "");
    }
    expect(open).toEqual([]);
  }
}

test("any text at all gives cues that are well, and never throws", () => {
  fc.assert(
    fc.property(
      anyFile,
      fc.constantFrom("srt", "vtt", "sub", "ass", "ttml", "smi", "txt"),
      (text, extension) => {
        const found = read(text, extension, null);
        expectWell(found?.cues ?? []);
      },
    ),
    { numRuns: 3000 },
  );
});

/** Words without tags, and as they are where nobody sees a difference. */
const seen = (markup: string): string =>
  markup
    .replaceAll(/<[^>]*>|\u{2060}/gu, "")
    .replaceAll(/&(?:nbsp|#x20|#10);/g, " ")
    .replaceAll("&#0;", "\u{FFFD}")
    .replaceAll("&amp;", "&")
    .replaceAll(/\s+/g, " ")
    .trim();

test("what is printed is read as the same, in both notations", () => {
  fc.assert(
    fc.property(anyFile, fc.constantFrom("srt", "vtt"), (text, extension) => {
      const cues = read(text, extension)?.cues ?? [];
      expect(read(webVtt(cues), "vtt")?.cues).toEqual([...cues]);
      // SubRip has one way to write what WebVTT may write in several.
      const once = read(subRip(cues))?.cues ?? [];
      expect(once.map(({ markup }) => seen(markup))).toEqual(
        cues.map(({ markup }) => seen(markup)).filter((words) => words !== ""),
      );
      expect(read(subRip(once))?.cues ?? []).toEqual([...once]);
    }),
    { numRuns: 3000 },
  );
});

test("no file of a quarter of a million characters takes long, whatever is repeated in it", () => {
  const size = 250_000;
  const units =
    "<|{|{\\|[|<i|<i>|</i>|&|&#|-->|-->\n|00:00:01,000 --> 00:00:02,000\n|00:00:01,000 --> 00:00:02,000\n<i>a\n\n| |\n|1\n|{1}{2}|{1}{2}{y:i\n|[1][2]\n|0:00:01.000,0:00:03.000\n|:|1:|\t|a|<a>|<a |<!--|<![CDATA[|\\|(|{\\t(|<sync start=1>|<p class=a>|.a{|00:00:01.000 --> 00:00:02.000 line:".split(
      "|",
    );
  const heads = [
    "",
    "WEBVTT\n\n00:01.000 --> 00:02.000\n",
    "1\n00:00:01,000 --> 00:00:02,000\n",
    "<tt><body><p begin='1s' end='2s'>",
    "<SAMI><STYLE>",
    "<SAMI><SYNC Start=1000><P>",
    "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,",
    "{1}{2}",
  ];
  const slow: unknown[] = [];
  for (const head of heads) {
    for (const unit of units) {
      const text = head + unit.repeat(size / unit.length);
      const start = performance.now();
      read(text, "vtt");
      if (head.startsWith("[")) read(text, "ass");
      const tookMs = performance.now() - start;
      if (tookMs > 1000) slow.push([head, unit, Math.round(tookMs)]);
    }
  }
  expect(slow).toEqual([]);
}, 120_000);
