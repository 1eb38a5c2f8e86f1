import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import * as v from "valibot";
import { mapContent } from "../support/content-map.ts";
import { decodeTruth, judgeStream } from "../support/judge-stream.ts";
import { makeSource, type FilmOptions } from "../support/make-source.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createRandom, shuffled } from "../support/shuffle.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

interface Case {
  readonly name: string;
  readonly film: FilmOptions;
  /** The output's rate where it is not the source's. */
  readonly rate?: string;
  /** The output's channels: 2 unless told. */
  readonly channels?: 1 | 2 | 6;
}

/** Every rate, sound kind and start that the stream has to be exact for, each at least once. */
const cases: readonly Case[] = [
  { name: "23.976.mp4", film: { rate: "24000/1001", sound: [{ sampleRateHz: 44_100 }] } },
  {
    name: "24-mono.mkv",
    film: { rate: "24", sound: [{ channels: 1, sampleRateHz: 44_100 }] },
    channels: 1,
  },
  { name: "25-starts-at-37.ts", film: { rate: "25", startSeconds: 37 } },
  { name: "25-starts-at-5.mkv", film: { rate: "25", startSeconds: 5 } },
  {
    name: "29.97-surround.mkv",
    film: { rate: "30000/1001", sound: [{ channels: 6 }] },
    channels: 6,
  },
  { name: "25-opus.mkv", film: { rate: "25", sound: [{ encoder: "libopus" }] } },
  { name: "24-mp3.mkv", film: { rate: "24", sound: [{ encoder: "libmp3lame" }] } },
  { name: "30.avi", film: { rate: "30", videoEncoder: "mpeg4" } },
  { name: "50-silent.mp4", film: { rate: "50", sound: [] } },
  { name: "59.94-late-sound.mp4", film: { rate: "60000/1001", sound: [{ startSeconds: 1.3 }] } },
  { name: "60-early-end.mkv", film: { rate: "60", sound: [{ endSeconds: 5.2 }] } },
  { name: "variable.mp4", film: { rate: "vfr" }, rate: "30" },
  { name: "interlaced.ts", film: { rate: "25", interlaced: true } },
  { name: "turned.mp4", film: { rate: "24", rotationDegrees: 90 } },
];
const seconds = 8.5;
const small = { width: 320, height: 180 };

let folder: TempFolder;
let server: ServerUnderTest;

beforeAll(async () => {
  folder = await createTempFolder("joins");
  await mkdir(folder.file("films"));
  for (const { name, film } of cases) {
    await makeSource(folder.file(`films/${name}`), { ...small, ...film, durationSeconds: seconds });
  }
  server = await startServer({
    dataDir: folder.file("data"),
    library: [folder.file("films")],
    // Nothing is made but what is asked for, so that runs begin where the requests say.
    env: { TRANSCODE_FILL: "none", LOG_FORMAT: "json" },
  });
}, 120_000);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

test.each(cases.map((one) => [one.name, one] as const))(
  "segments of %s, asked for in random order, join into the film exactly",
  async (name, { film, rate = film.rate ?? "25", channels = 2 }) => {
    const listed = (await server.api.awaitFiles([name])).get(name);
    const playback = await server.api.start(listed?.id ?? "", {
      container: "dash",
      device_profile: { max_audio_channels: 6 },
      // What the start makes ahead by itself is to be at the end, and its viewer is gone at once.
      seek_position: seconds - 1,
    });
    await server.api.end(playback.session_id);
    const renditions = await mapContent(server.api, playback);
    const random = createRandom(cases.findIndex((one) => one.name === name) + 7);
    const order = shuffled(
      renditions.flatMap(({ segments }) => segments.slice(1)),
      random,
    );
    // The first ones last: a run that begins there would make all the others.
    order.push(...renditions.flatMap(({ segments }) => segments.slice(0, 1)));
    for (const segment of order) await server.api.object(playback, segment.name);
    for (const { id } of renditions) {
      expect(runStarts(server.log(), playback.content_hash, id).size, id).toBeGreaterThan(2);
    }

    const isTurned = film.rotationDegrees === 90;
    const shape = { soundTracks: film.sound?.length ?? 1, channels, isTurned };
    const truth = await decodeTruth(folder.file(`films/${name}`), shape);
    const [num, den] = rate.split("/").map(Number);
    const faults = await judgeStream(server.api.url(playback.manifest_url), truth, {
      ...shape,
      rate: (num ?? 25) / (den ?? 1),
      constantRate: film.rate !== "vfr",
      videoTracks: 1,
      // Matroska counts in whole milliseconds.
      clockMs: name.endsWith(".mkv") ? 1 : 0.1,
      joins: renditions
        .filter(({ kind }) => kind === "audio")
        .map((rendition) => rendition.segments.slice(1).map(({ start }) => start)),
    });
    expect(faults, `asked for in the order ${order.map((one) => one.name).join(" ")}`).toEqual([]);
  },
  120_000,
);

const runStarted = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ content: v.string(), rendition: v.string(), from: v.number() }),
);

/** At which segments runs of a rendition began, by the server's log. */
function runStarts(log: string, hash: string, rendition: string): Set<number> {
  const lines = log.split("\n").filter((line) => line.includes("run started"));
  const starts = lines.flatMap((line) => {
    const parsed = v.safeParse(runStarted, line);
    return parsed.success && hash.startsWith(parsed.output.content) ? [parsed.output] : [];
  });
  return new Set(starts.filter((run) => run.rendition === rendition).map(({ from }) => from));
}
