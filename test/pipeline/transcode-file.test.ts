import { expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { seekTraits } from "../../src/encode/seek.ts";
import { buildPlan } from "../../src/media/build-plan.ts";
import { transcodeFile } from "../../src/pipeline/transcode-file.ts";
import { exampleSource } from "../media/example-source.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const source = exampleSource();
const plan = buildPlan(source, {
  ...{ segmentSeconds: 4, quality: "low", adaptive: true, maxAudioChannels: 2 },
  ...{ maxHeight: null, maxBitrateBps: null, tune: provider.tune },
});

test("a stop that comes while the film is being described begins no run and writes nothing", async () => {
  await using folder = await createTempFolder("transcode-file");
  const stop = new AbortController();
  let runs = 0;
  const stopped = transcodeFile(
    {
      ...{ plan, sourcePath: "/film.mkv", outDir: folder.path, signal: stop.signal },
      seekTraits: seekTraits(source),
      onProgress: () => {},
    },
    {
      describe: async () => {
        stop.abort();
        return { mpd: "", master: "", playlists: {}, inits: {} };
      },
      packager: { packageSegments: async () => [] },
      startRun: () => {
        runs++;
        throw new Error("no run was to begin");
      },
      scratchDir: folder.path,
    },
  );
  await expect(stopped).rejects.toMatchObject({ code: "CANCELLED" });
  expect(runs).toBe(0);
  expect(await readdir(folder.path)).toEqual([]);
});
