import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readdir, writeFile } from "node:fs/promises";
import * as fc from "fast-check";
import { readExcerpt } from "../../../src/demux/matroska/read-excerpt.ts";
import { toViewraError } from "../../../src/errors/viewra-error.ts";
import { createLogger } from "../../../src/log/logger.ts";
import { createProcessRunner } from "../../../src/process/process-runner.ts";
import {
  extractCuedText,
  extractText,
  filmTextRequest,
  type ExtractTools,
} from "../../../src/rendition/text/extract-text.ts";
import { createTextTracks } from "../../../src/rendition/text/text-tracks.ts";
import { runTool } from "../../support/run-tool.ts";
import { createTempFolder, type TempFolder } from "../../support/temp-folder.ts";
import { writeTextFilm, type TextFilm, type TextTrackShape } from "./write-text-film.ts";

setDefaultTimeout(180_000);

const log = createLogger({ level: "error", format: "text", write: () => {} });
const runner = createProcessRunner({ log, setprivPath: null });
let folder: TempFolder;
beforeAll(async () => {
  folder = await createTempFolder("extract");
});
afterAll(async () => {
  await runner.close();
  await folder[Symbol.asyncDispose]();
});

let number = 0;
/** Tools that keep nothing of what others found. */
function freshTools(): ExtractTools {
  return { runner, ffmpegPath: "ffmpeg", folder: folder.file(`kept-${number++}`) };
}

const line = fc
  .array(
    fc.constantFrom(
      ...["Hello", "<i>", "</i>", "<b>x</b>", "ü—日", "{\\an8}", "\n", "- a, b", "&amp;", "0:1"],
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((words) => `Zz ${words.join(" ")}`);

const event = fc.record({
  gapTicks: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9000 })),
  durationTicks: fc.option(fc.integer({ min: 0, max: 4000 }), { nil: null }),
  text: line,
});

const codecIds = ["S_TEXT/UTF8", "S_TEXT/ASS", "S_TEXT/SSA", "D_WEBVTT/SUBTITLES"] as const;
const otherCues = [
  ...(["none", "missing", "shifted", "late", "foreign", "outside", "clusters", "twice"] as const),
];

const textTrack: fc.Arbitrary<TextTrackShape> = fc
  .record({
    codecId: fc.constantFrom(...codecIds),
    compression: fc.constantFrom<TextTrackShape["compression"]>("none", "zlib", "header"),
    lacing: fc.constantFrom<TextTrackShape["lacing"]>(0, 0, 1, 3),
    events: fc.array(event, { minLength: 4, maxLength: 12 }),
    cues: fc.oneof(fc.constant("all" as const), fc.constantFrom(...otherCues)),
    count: fc.constantFrom<TextTrackShape["count"]>("none", "right", "right", "wrong"),
  })
  .map((shape) => ({
    ...shape,
    compression:
      shape.compression === "header" && shape.codecId !== "S_TEXT/UTF8"
        ? "none"
        : shape.compression,
    // FFmpeg's library leaves no cue out; that it did is seen by what others have counted.
    count: shape.cues === "missing" && shape.count === "none" ? "right" : shape.count,
  }));

const film: fc.Arbitrary<TextFilm> = fc.record({
  muxingApp: fc.constantFrom("Lavf59.27.100", "libebml v1.4.2 + libmatroska v1.6.4", ""),
  nanosecondsATick: fc.constantFrom(1_000_000, 100_000, 999_999),
  startTicks: fc.constantFrom(0, 10_000, 123_457),
  isLive: fc.boolean(),
  tracks: fc.array(textTrack, { minLength: 1, maxLength: 3 }),
});

test("a track that cues lead to is what reading the film over gives, and any other is read over", async () => {
  let [followed, refused] = [0, 0];
  await fc.assert(
    fc.asyncProperty(film, async (shape) => {
      const path = folder.file(`film-${number++}.mkv`);
      await writeFile(path, writeTextFilm(shape));
      const tracks = shape.tracks.map((_, i) => i + 1);
      const subRipTracks = shape.tracks.flatMap(({ codecId }, i) =>
        codecId === "S_TEXT/UTF8" ? [i + 1] : [],
      );
      const request = { path, fingerprint: "made:1", tracks, subRipTracks };
      const whole = await extractText(freshTools(), filmTextRequest(request));
      for (const [i, { cues, count }] of shape.tracks.entries()) {
        const tools = freshTools();
        const cued = await extractCuedText(tools, request, i + 1);
        const isCounted = count === "none" ? shape.muxingApp.startsWith("Lavf") : count === "right";
        const isComplete = cues === "all" && isCounted;
        const expected = whole[i];
        if (expected === undefined) throw new Error("expected all tracks");
        if (subRipTracks.includes(i + 1)) {
          const own = shape.tracks[i];
          const before = own?.compression === "header" ? "Zz " : "";
          const written = own?.events.map(({ text }) => before + text);
          expect(expected.blocks.map(({ text }) => text)).toEqual(written ?? []);
        }
        expect(expected.blocks.length).toBeGreaterThan(0);
        expect(cued).toEqual(isComplete ? [expected] : null);
        if (isComplete) followed += 1;
        else refused += 1;
        const left = await readdir(tools.folder).catch(() => []);
        expect(left.filter((name) => !name.endsWith(".mks"))).toEqual([]);
      }
    }),
    { numRuns: 40 },
  );
  expect(followed).toBeGreaterThan(5);
  expect(refused).toBeGreaterThan(5);
});

test("a damaged film is read by its cues, or is not, and is never an error of another kind", async () => {
  const damaged = fc.tuple(film, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }));
  await fc.assert(
    fc.asyncProperty(damaged, fc.boolean(), async ([shape, flips], isCut) => {
      const bytes = writeTextFilm(shape);
      for (const [at, value] of flips) bytes[at % bytes.length] = value;
      const path = folder.file("damaged.mkv");
      await writeFile(path, isCut ? bytes.subarray(0, (flips[0]?.[0] ?? 0) % bytes.length) : bytes);
      const read = await readExcerpt(path, 1).catch(
        (thrown: unknown) => toViewraError(thrown).code,
      );
      expect(typeof read === "string" ? read : "MEDIA_UNREADABLE").toBe("MEDIA_UNREADABLE");
    }),
    { numRuns: 150 },
  );
});

const script = `[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,two
Dialogue: 1,0:00:01.00,0:00:03.00,Default,,0,0,0,,{\\an8}at once
Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,and three
Dialogue: 0,0:00:07.50,0:00:09.00,Default,,0,0,0,,late
`;

test("FFmpeg's own films are not read over, whatever their text and clock", async () => {
  const ass = folder.file("text.ass");
  await writeFile(ass, script);
  const video = ["-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=12"];
  const text = ["-itsoffset", "0.2", "-i", ass, "-map", "0:v", "-map", "1", "-map", "1"];
  for (const [codecs, extension, encoder] of [
    [["ass", "subrip"], "mkv", "mpeg4"],
    [["webvtt", "webvtt"], "webm", "libvpx"],
  ] as const) {
    for (const offset of ["0", "10"]) {
      const path = folder.file(`own-${offset}.${extension}`);
      const kinds = codecs.flatMap((codec, i) => [`-c:s:${i}`, codec]);
      const clock = ["-output_ts_offset", offset];
      await runTool([
        "ffmpeg",
        "-v",
        "error",
        ...video,
        ...text,
        "-c:v",
        encoder,
        ...kinds,
        ...clock,
        path,
      ]);
      const subRipTracks = extension === "mkv" ? [2] : [];
      const request = { path, fingerprint: "made:1", subRipTracks };
      const whole = await extractText(
        freshTools(),
        filmTextRequest({ ...request, tracks: [1, 2] }),
      );
      expect(whole.map(({ blocks }) => blocks.length)).toEqual([4, 4]);
      for (const [i, track] of [1, 2].entries()) {
        const cued = await extractCuedText(freshTools(), request, track);
        expect(cued).toEqual(whole.slice(i, i + 1));
      }
    }
  }
});

test("a film is read over for those of its tracks alone that cues do not lead to, once for all", async () => {
  const shape = (cues: TextTrackShape["cues"]): TextTrackShape => ({
    ...{ codecId: "S_TEXT/UTF8", compression: "none", lacing: 0, cues, count: "none" },
    events: [1000, 2000].map((gapTicks) => ({ gapTicks, durationTicks: 500, text: cues })),
  });
  const path = folder.file("some.mkv");
  const tracks = [shape("all"), shape("late"), shape("none")];
  const shapeOfFilm = { nanosecondsATick: 1_000_000, startTicks: 0, isLive: false, tracks };
  await writeFile(path, writeTextFilm({ muxingApp: "Lavf59.27.100", ...shapeOfFilm }));
  const inputs: string[] = [];
  const texts = createTextTracks({
    ...freshTools(),
    runner: {
      ...runner,
      run: (request) => {
        inputs.push(request.args[request.args.indexOf("-i") + 1] ?? "");
        return runner.run(request);
      },
    },
  });
  const film = { path, textTracks: [1, 2, 3], subRipTracks: [1, 2, 3] };
  const read = async (track: number): Promise<string[]> => {
    const own = await texts.read(film, { fingerprint: "made:1" }, track);
    return own.cues.map(({ startMs, markup }) => `${startMs} ${markup}`);
  };
  expect(await read(1)).toEqual(["1000 all", "3000 all"]);
  expect(inputs).not.toContain(`file:${path}`);
  const both = await Promise.all([read(2), read(3), read(2), read(1)]);
  expect(both.slice(0, 2)).toEqual([
    ["1000 late", "3000 late"],
    ["1000 none", "3000 none"],
  ]);
  expect(inputs.filter((input) => input === `file:${path}`)).toHaveLength(1);
  expect(inputs).toHaveLength(2);
});
