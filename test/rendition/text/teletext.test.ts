import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createProber } from "../../../src/probe/prober.ts";
import { createProcessRunner } from "../../../src/process/process-runner.ts";
import { planSource } from "../../../src/rendition/build-plan.ts";
import { createTextTracks } from "../../../src/rendition/text/text-tracks.ts";
import { silentLog } from "../../store/silent-log.ts";
import { runTool } from "../../support/run-tool.ts";
import {
  addTeletext,
  type DescribedPage,
  type SentPage,
} from "../../support/teletext/teletext-film.ts";
import { boxedRow } from "../../support/teletext/teletext-packets.ts";
import { createTempFolder, type TempFolder } from "../../support/temp-folder.ts";

setDefaultTimeout(60_000);

const runner = createProcessRunner({ log: silentLog, setprivPath: null });
const prober = createProber({ runner, ffprobePath: "ffprobe", timeoutMs: 60_000 });
let folder: TempFolder;
beforeAll(async () => {
  folder = await createTempFolder("teletext");
  await runTool([
    ...["ffmpeg", "-nostdin", "-y", "-v", "error", "-f", "lavfi", "-i"],
    ...["testsrc2=size=96x64:rate=25:duration=10", "-c:v", "mpeg2video", "-threads", "1"],
    folder.file("plain.ts"),
  ]);
});
afterAll(async () => {
  await runner.close();
  await folder[Symbol.asyncDispose]();
});

/** Of FFmpeg's files of MPEG-TS. */
const firstPictureSeconds = 1.4;

interface Line {
  readonly row: number;
  readonly column: number;
  readonly text: string;
}

const sent = (
  seconds: number,
  page: number,
  lines: readonly Line[],
  nationalOption = 0,
): SentPage => ({
  ...{ seconds: firstPictureSeconds + seconds, page, nationalOption },
  rows: new Map(lines.map(({ row, column, text }) => [row, boxedRow(text, column, 3)])),
});

async function makeFilm(
  name: string,
  described: readonly DescribedPage[],
  pages: readonly SentPage[],
): Promise<string> {
  const path = folder.file(name);
  await Bun.write(path, Bun.file(folder.file("plain.ts")));
  await addTeletext(path, described, pages);
  return path;
}

const pages = [
  sent(1, 888, [
    { row: 20, column: 10, text: "Hello & <b>" },
    { row: 22, column: 12, text: "second line" },
  ]),
  sent(2, 150, [{ row: 22, column: 8, text: "Gr}~e" }], 4),
  sent(3, 888, []),
  sent(4, 150, []),
  sent(5, 888, [{ row: 2, column: 8, text: "Top" }]),
  sent(6, 888, [{ row: 22, column: 8, text: "Again" }]),
  sent(7, 888, []),
];

const wanted: Readonly<Record<string, readonly (readonly [number, number, string, boolean])[]>> = {
  888: [
    [1, 3, "Hello &amp; &lt;b&gt;\nsecond line", false],
    [5, 6, "Top", true],
    [6, 7, "Again", false],
  ],
  150: [[2, 4, "Grüße", false]],
};

async function textOf(path: string, service: string) {
  const source = await prober.probe(path);
  const part = source.subtitles.find((track) => track.part?.service === service)?.part;
  if (part === undefined) throw new Error(`no page ${service}`);
  const texts = createTextTracks({ runner, ffmpegPath: "ffmpeg", folder: folder.file("kept") });
  const { cues } = await texts.readPart({ path }, planSource(source, 0), part);
  return cues.map(({ startMs, endMs, markup, settings }) => [
    Math.round(startMs / 100 - 10 * firstPictureSeconds) / 10,
    Math.round(endMs / 100 - 10 * firstPictureSeconds) / 10,
    markup.replaceAll(/ *\n */g, "\n").trim(),
    settings.includes("line:0"),
  ]);
}

test("each page of subtitles that a broadcast describes is a text, in its language", async () => {
  const path = await makeFilm(
    "described.ts",
    [
      { language: "eng", type: 1, page: 100 },
      { language: "eng", type: 2, page: 888 },
      { language: "deu", type: 5, page: 150 },
      { language: "fra", type: 2, page: 889 },
    ],
    pages,
  );
  const { subtitles } = await prober.probe(path);
  const told = subtitles.map(({ language, isForHearingImpaired, part }) => [
    ...[language, isForHearingImpaired, part?.service],
  ]);
  expect(told).toEqual([
    ["en", false, "888"],
    ["de", true, "150"],
    ["fr", false, "889"],
  ]);
  // What is described and never sent says nothing.
  expect(await textOf(path, "889")).toEqual([]);
  for (const service of ["888", "150"]) {
    const read = await textOf(path, service);
    expect(read.map(([, , ...said]) => said)).toEqual(
      (wanted[service] ?? []).map(([, , ...said]) => said),
    );
    // FFmpeg brings a page's time within a seventh of a second of the broadcast's clock.
    for (const [i, [startSeconds, endSeconds]] of read.entries()) {
      const [start = 0, end = 0] = wanted[service]?.[i] ?? [];
      expect(Math.abs(Number(startSeconds) - start)).toBeLessThanOrEqual(0.2);
      expect(Math.abs(Number(endSeconds) - end)).toBeLessThanOrEqual(0.2);
    }
  }
});

test("teletext of which nothing is described is one text of all pages of subtitles", async () => {
  const path = await makeFilm("bare.ts", [], pages);
  const read = await textOf(path, "subtitle");
  expect(read.map(([, , text]) => text)).toEqual([
    "Hello &amp; &lt;b&gt;\nsecond line",
    ...["Grüße", "Top", "Again"],
  ]);
});
