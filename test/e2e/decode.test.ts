import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import type { ListedFile } from "../support/api-client.ts";
import { mapContent, type MappedRendition } from "../support/content-map.ts";
import { decodeTruth, judgeStream, type Truth } from "../support/judge-stream.ts";
import { makeSource } from "../support/make-source.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

const rate = 30000 / 1001;
const seconds = 9;
const name = "film.mkv";

let folder: TempFolder;
let server: ServerUnderTest;
let film: ListedFile | undefined;
let truth: Truth;

beforeAll(async () => {
  folder = await createTempFolder("decode");
  const library = folder.file("films");
  await mkdir(library);
  await makeSource(`${library}/${name}`, {
    durationSeconds: seconds,
    width: 640,
    height: 360,
    rate: "30000/1001",
    sound: [{ language: "eng" }, { language: "ger", channels: 1, sampleRateHz: 44_100 }],
  });
  server = await startServer({ dataDir: folder.file("data"), library: [library] });
  film = (await server.api.awaitFiles([name])).get(name);
  truth = await decodeTruth(`${library}/${name}`, { soundTracks: 2 });
}, 60_000);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

test.each(["dash", "hls"] as const)(
  "FFmpeg decodes every rendition of a %s manifest to the end without a warning, and all of it is the film",
  async (container) => {
    const playback = await server.api.start(film?.id ?? "", { container });
    const renditions = await mapContent(server.api, playback);
    const ofKind = (kind: "video" | "audio"): MappedRendition[] =>
      renditions.filter((rendition) => rendition.kind === kind);
    expect(ofKind("video")).toHaveLength(2);
    expect(ofKind("audio")).toHaveLength(2);
    expect(Math.abs(playback.duration - seconds)).toBeLessThan(1 / rate);
    for (const { id, kind, segments } of renditions) {
      const total = segments.reduce((sum, { duration }) => sum + duration, 0);
      // Sound ends with the first whole codec frame (1024 samples) at or after the last picture's end.
      const slack = kind === "video" ? 1 / rate : 1 / rate + 1024 / 48_000;
      expect(Math.abs(total - seconds), `${id} lasts ${total} s`).toBeLessThan(slack);
    }
    const faults = await judgeStream(server.api.url(playback.manifest_url), truth, {
      rate,
      constantRate: true,
      videoTracks: 2,
      joins: ofKind("audio").map(({ segments }) => segments.slice(1).map(({ start }) => start)),
    });
    expect(faults).toEqual([]);
  },
  120_000,
);
