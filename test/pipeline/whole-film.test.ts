import { expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { sourceTraits } from "../../src/rendition/located-source.ts";
import { encodedPlan } from "../../src/rendition/build-plan.ts";
import { writeWholeFilm } from "../../src/pipeline/whole-film.ts";
import { exampleSource } from "../media/example-source.ts";
import { silentLog } from "../store/silent-log.ts";
import { noCopies } from "./no-copies.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const source = exampleSource();
const plan = encodedPlan(source, {
  ...{ segmentSeconds: 4, quality: "low", adaptive: true, maxAudioChannels: 2 },
  ...{ maxHeight: null, maxBitrateBps: null, providers: [provider] },
});

test("a stop that comes while the film is being described begins no run and writes nothing", async () => {
  await using folder = await createTempFolder("transcode-file");
  const stop = new AbortController();
  let runs = 0;
  const stopped = writeWholeFilm(
    {
      ...{ plan, outDir: folder.path, signal: stop.signal },
      source: { path: "/film.mkv", ...sourceTraits(source) },
      onProgress: () => {},
    },
    {
      describe: async () => {
        stop.abort();
        return { mpd: "", master: "", playlists: {}, inits: {} };
      },
      makers: {
        copy: noCopies,
        text: noCopies,
        tiles: noCopies,
        encode: {
          sample: async () => "",
          start: () => {
            runs++;
            throw new Error("no run was to begin");
          },
          package: async () => [],
        },
      },
      ...{ scratchDir: folder.path, maxAttempts: 3, log: silentLog },
    },
  );
  await expect(stopped).rejects.toMatchObject({ code: "CANCELLED" });
  expect(runs).toBe(0);
  expect(await readdir(folder.path)).toEqual([]);
});
