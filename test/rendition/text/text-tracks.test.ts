import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import fc from "fast-check";
import { ViewraError } from "../../../src/errors/viewra-error.ts";
import { createProber } from "../../../src/probe/prober.ts";
import { createProcessRunner } from "../../../src/process/process-runner.ts";
import { encodedOrigin, planSource } from "../../../src/rendition/build-plan.ts";
import { sourceTraits } from "../../../src/rendition/located-source.ts";
import { createTextTracks } from "../../../src/rendition/text/text-tracks.ts";
import { onClockFrom, type Cue } from "../../../src/subtitle/cue.ts";
import { readSubtitles } from "../../../src/subtitle/read-subtitles.ts";
import { subRip as subRipOf } from "../../../src/subtitle/subrip.ts";
import { silentLog } from "../../store/silent-log.ts";
import { runTool } from "../../support/run-tool.ts";
import { createTempFolder, type TempFolder } from "../../support/temp-folder.ts";

let folder: TempFolder;
const runner = createProcessRunner({ log: silentLog, setprivPath: null });

beforeAll(async () => {
  folder = await createTempFolder("text-tracks");
  await Bun.write(folder.file("a.srt"), subRip);
  await Bun.write(folder.file("b.ass"), script);
});

afterAll(async () => {
  await runner.close();
  await folder[Symbol.asyncDispose]();
});

const subRip = `1
00:00:01,234 --> 00:00:02,345
Hello <i>world</i>
5 < 6 & "7"

2
00:00:03,000 --> 00:00:04,001
{\\an8}Top
`;

const script = `[Script Info]
ScriptType: v4.00+
PlayResX: 640
PlayResY: 360

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,20,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,2,2,2,10,10,10,1
Style: Sign,Arial,20,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,0,-1,0,0,100,100,0,0,1,2,2,8,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,Plain, with comma\\NNext {\\b1}bold{\\b0}
Dialogue: 1,0:00:02.00,0:00:04.50,Sign,,0,0,0,,{\\pos(320,90)\\fad(200,200)}Sign
Dialogue: 0,0:00:02.00,0:00:04.50,Sign,,0,0,0,,{\\p1}m 0 0 l 10 10{\\p0}
`;

async function makeFilm(name: string, more: readonly string[], startSeconds = 0): Promise<string> {
  const path = folder.file(name);
  await runTool([
    ...["ffmpeg", "-y", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x36:r=25:d=6"],
    ...["-f", "lavfi", "-i", "sine=d=6", "-i", folder.file("a.srt"), "-i", folder.file("b.ass")],
    ...["-map", "0", "-map", "1", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"],
    ...[...more, "-output_ts_offset", String(startSeconds), path],
  ]);
  return path;
}

const tools = () => ({ runner, ffmpegPath: "ffmpeg", folder: folder.file("cache") });

/** The cues of each text of a film, on its content's clock. */
async function textsOf(path: string): Promise<Cue[][]> {
  const source = await createProber({ runner, ffprobePath: "ffprobe" }).probe(path);
  const zero = encodedOrigin(source);
  const texts = createTextTracks(tools());
  const film = { path, ...sourceTraits(source) };
  return Promise.all(
    source.subtitles.map(async ({ index }) => {
      const { cues } = await texts.read(film, planSource(source, zero), index);
      return onClockFrom(cues, zero * 1000);
    }),
  );
}

const spoken = [
  {
    startMs: 1234,
    endMs: 2345,
    markup: 'Hello <i>world</i>\n5 &lt; 6 &amp; "7"',
    settings: "",
  },
  { startMs: 3000, endMs: 4001, markup: "Top", settings: "line:0" },
];
const signs = [
  { startMs: 1000, endMs: 3000, markup: "Plain, with comma\nNext <b>bold</b>", settings: "" },
  { startMs: 2000, endMs: 4500, markup: "<i>Sign</i>", settings: "line:25% position:50%" },
];

describe("a film's texts, read out of it", () => {
  const both = ["-map", "2", "-map", "3", "-c:s:0", "srt", "-c:s:1", "ass"];
  test.each([0, 10])("Matroska that begins at %d s: times, tags and places", async (start) => {
    expect(await textsOf(await makeFilm(`${start}.mkv`, both, start))).toEqual([spoken, signs]);
  });

  test("words that FFmpeg takes for tags are words, as they are beside the film", async () => {
    const text = `1
00:00:01,000 --> 00:00:02,000
<foo>words</foo> 3 <4 & 5> <i>it</i>

2
00:00:03,000 --> 00:00:04,000
{\\an8}{no tag} <John Smith> \\N &amp;
`;
    const expected = [
      "1000 &lt;foo&gt;words&lt;/foo&gt; 3 &lt;4 &amp; 5&gt; <i>it</i> ",
      "3000 {no tag} &lt;John Smith&gt; \\N &amp;amp; line:0",
    ];
    const told = (cues: readonly Cue[] = []): string[] =>
      cues.map(({ startMs, markup, settings }) => `${startMs} ${markup} ${settings}`);
    await Bun.write(folder.file("words.srt"), text);
    const path = folder.file("words.mkv");
    await runTool([
      ...["ffmpeg", "-y", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x36:r=25:d=6"],
      ...["-i", folder.file("words.srt"), "-c:v", "mpeg4", "-c:s", "copy", path],
    ]);
    expect((await textsOf(path)).map(told)).toEqual([expected]);
    const sha256 = new Bun.CryptoHasher("sha256").update(text).digest("hex");
    const side = { sha256, codec: "subrip", language: "de", framesPerSecond: 25 };
    const sideTexts = [{ path: folder.file("words.srt"), sha256 }];
    const beside = await createTextTracks(tools()).readSide({ sideTexts }, side);
    expect(told(beside.cues)).toEqual(expected);
    // What it is printed as is read as the same, by us and as a script.
    const again = { codec: "", language: "und", framesPerSecond: null };
    const cues = readSubtitles(subRipOf(beside.cues), again)?.cues ?? [];
    expect(told(cues).map((one) => one.replaceAll("\u{2060}", ""))).toEqual(expected);
  });

  test("MP4", async () => {
    const [found] = await textsOf(await makeFilm("m.mp4", ["-map", "2", "-c:s", "mov_text"]));
    expect(found?.map(({ startMs, endMs, markup }) => ({ startMs, endMs, markup }))).toEqual(
      spoken.map(({ startMs, endMs, markup }) => ({ startMs, endMs, markup })),
    );
  });

  test("what was read is kept: the film itself is not needed any more, and is where that is lost", async () => {
    const path = await makeFilm("kept.mkv", both);
    const source = await createProber({ runner, ffprobePath: "ffprobe" }).probe(path);
    const film = { path, ...sourceTraits(source) };
    const [track = -1] = film.textTracks;
    const plan = planSource(source, 0);
    const first = await createTextTracks(tools()).read(film, plan, track);
    await rm(path);
    expect(await createTextTracks(tools()).read(film, plan, track)).toEqual(first);
    await rm(folder.file("cache"), { recursive: true });
    const refused = await createTextTracks(tools())
      .read(film, plan, track)
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "MEDIA_UNREADABLE" });
  });

  test("a text that cannot be read takes no other with it", async () => {
    const path = await makeFilm("two.mkv", both);
    const source = await createProber({ runner, ffprobePath: "ffprobe" }).probe(path);
    const [first = -1] = sourceTraits(source).textTracks;
    // The file has no such stream: FFmpeg refuses to begin.
    const film = { path, ...sourceTraits(source), textTracks: [first, 77] };
    const texts = createTextTracks(tools());
    expect((await texts.read(film, planSource(source, 0), first)).cues).toHaveLength(2);
    const refused = await texts
      .read(film, planSource(source, 0), 77)
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "MEDIA_UNREADABLE" });
    const foreign = await texts
      .read(film, planSource(source, 0), 0)
      .catch((error: unknown) => error);
    expect(foreign).toMatchObject({ code: "MEDIA_UNSUPPORTED" });
  });
});

describe("a text that lies beside a film, whatever it is written in", () => {
  const lines: readonly {
    readonly startMs: number;
    readonly endMs: number;
    readonly markup: string;
  }[] = [
    { startMs: 1000, endMs: 2500, markup: "First <i>line</i>\nand &lt;second&gt;" },
    { startMs: 4000, endMs: 5200, markup: "Überraschung" },
  ];
  const plain = lines.map((line) => ({ ...line, markup: line.markup.replaceAll(/<.?i>/g, "") }));
  const ttml = (body: string, head = "") =>
    `<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ${head}><body>${body}</body></tt>`;
  const said = `First <span tts:fontStyle="italic">line</span><br/>and &lt;second&gt;`;

  test.each([
    [
      "vtt",
      "webvtt",
      lines,
      "WEBVTT\n\n00:01.000 --> 00:02.500 line:0\nFirst <i>line</i>\nand &lt;second&gt;\n\n00:04.000 --> 00:05.200\nÜberraschung\n",
    ],
    [
      "sbv",
      "sbv",
      plain,
      "0:00:01.000,0:00:02.500\nFirst line\nand <second>\n\n0:00:04.000,0:00:05.200\nÜberraschung\n",
    ],
    ["sub", "microdvd", plain, "{25}{63}First line|and <second>\n{100}{130}Überraschung\n"],
    [
      "smi",
      "sami",
      lines,
      "<SAMI><BODY><SYNC Start=1000><P Class=EN>First <i>line</i><br>and&#32;&lt;second&gt;<SYNC Start=2500><P Class=EN>&nbsp;<SYNC Start=4000><P Class=EN>&Uuml;berraschung<SYNC Start=5200><P Class=EN>&nbsp;</BODY></SAMI>",
    ],
    [
      "ttml",
      "ttml",
      lines,
      ttml(
        `<div><p begin="00:00:01.000" end="00:00:02.500">${said}</p><p begin="4s" dur="1200ms">Überraschung</p></div>`,
      ),
    ],
    [
      "dfxp",
      "ttml",
      lines,
      ttml(
        `<div begin="1s"><p begin="00:00:00:00" end="00:00:01:12">${said}</p><p begin="75f" dur="30f">Überraschung</p></div>`,
        `ttp:frameRate="25"`,
      ),
    ],
  ])("%s", async (extension, codec, expected, text) => {
    const path = folder.file(`beside.${extension}`);
    await Bun.write(path, text);
    const sha256 = new Bun.CryptoHasher("sha256").update(text).digest("hex");
    const side = { sha256, codec, language: "de", framesPerSecond: 25 };
    const texts = createTextTracks(tools());
    const { cues } = await texts.readSide({ sideTexts: [{ path, sha256 }] }, side);
    const found = cues.map(({ startMs, endMs, markup }) => ({ startMs, endMs, markup }));
    const frame = 20;
    expect(found.map(({ markup }) => markup)).toEqual(expected.map(({ markup }) => markup));
    for (const [i, cue] of found.entries()) {
      // What counts by frames says no more.
      expect(Math.abs(cue.startMs - (expected[i]?.startMs ?? 0))).toBeLessThanOrEqual(frame);
      expect(Math.abs(cue.endMs - (expected[i]?.endMs ?? 0))).toBeLessThanOrEqual(frame);
    }
    await Bun.write(path, `${text} `);
    const refused = await createTextTracks(tools())
      .readSide({ sideTexts: [{ path, sha256 }] }, side)
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "MEDIA_MISSING" });
  });

  const codecs = ["subrip", "ass", "webvtt", "sbv", "ttml", "sami", "microdvd"] as const;
  /** How many cues there are, or the error's code; whatever is no ViewraError in words. */
  const outcome = async (codec: string, text: string | Uint8Array): Promise<number | string> => {
    const path = folder.file("broken");
    await Bun.write(path, text);
    const sha256 = new Bun.CryptoHasher("sha256").update(text).digest("hex");
    const side = { sha256, codec, language: "und", framesPerSecond: null };
    return createTextTracks(tools())
      .readSide({ sideTexts: [{ path, sha256 }] }, side)
      .then(
        ({ cues }) => cues.length,
        (error: unknown) => (error instanceof ViewraError ? error.code : String(error)),
      );
  };

  test.each(codecs)(
    "what is no %s is no text, or a reason, and never a hang",
    async (codec) => {
      for (const text of [
        "",
        "\0\0\0",
        "no subtitles",
        "<tt><body>".repeat(3000),
        "{x}{".repeat(5000),
      ]) {
        expect([0, "MEDIA_UNREADABLE"]).toContain(await outcome(codec, text));
      }
    },
    30_000,
  );

  test.each(["subrip", "ass"])(
    "as much %s as is looked at is words or a reason in time",
    async (codec) => {
      const cue = "1\n00:00:01,000 --> 00:00:02,000\nHello\n\n";
      for (const unit of [cue, "\0", "{1}{2}", "<SYNC Start=1><P>", "é".repeat(50)]) {
        const text = Buffer.alloc(32 * 1024 * 1024, unit);
        const start = performance.now();
        expect(await outcome(codec, text)).toMatch(/^MEDIA_UN(?:READABLE|SUPPORTED)$/);
        expect([unit, Math.floor((performance.now() - start) / 2000)]).toEqual([unit, 0]);
      }
    },
    60_000,
  );

  test("damaged SubRip and scripts give words or a reason, and nothing else", async () => {
    const damage = fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat(12),
        fc.constantFrom("", "\0", "\r", "\n", "\n\n", ".", ",", "9", "<", "{\\", "}", "é", "\xFF"),
      ),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(damage, fc.boolean(), async (cuts, isScript) => {
        let text = isScript ? script : subRip.repeat(3);
        for (const [at, length, into] of cuts) {
          const from = at % (text.length + 1);
          text = text.slice(0, from) + into + text.slice(from + length);
        }
        const found = await outcome(isScript ? "ass" : "subrip", Buffer.from(text, "latin1"));
        if (typeof found === "string") expect(found).toBe("MEDIA_UNREADABLE");
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
