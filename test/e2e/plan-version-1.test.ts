import { expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { createLogger } from "../../src/log/logger.ts";
import { createProber } from "../../src/probe/prober.ts";
import { createProcessRunner } from "../../src/process/process-runner.ts";
import { encodedPlan, type EncodedPlan } from "../../src/rendition/build-plan.ts";
import { canonicalPlan, contentHash } from "../../src/rendition/plan.ts";
import { frameNumbers } from "../../src/rendition/encode/frame-timeline.ts";
import { createDiskStore } from "../../src/store/disk-store.ts";
import { silentLog } from "../store/silent-log.ts";
import { decodePictures } from "../support/compare-video.ts";
import { makeSource } from "../support/make-source.ts";
import { startServer } from "../support/server.ts";
import { createTempFolder } from "../support/temp-folder.ts";

/** The same content as version 1 wrote it: a raster of frames, one method, one provider without a revision. */
function asVersion1({ boundaries, renditions, ...plan }: EncodedPlan): string {
  const rung = renditions.find(({ kind }) => kind === "video");
  if (rung?.kind !== "video") throw new Error("expected pictures");
  const { frameRate } = rung.recipe;
  const frames = frameNumbers(boundaries, frameRate);
  const text = canonicalPlan({ ...plan, boundaries, renditions });
  return JSON.stringify(
    {
      ...JSON.parse(text),
      boundaries: undefined,
      version: 1,
      grid: { frameRate, framesPerSegment: frames[1], totalFrames: frames.at(-1) },
    },
    (key, value: unknown) => (key === "method" || key === "provider" ? undefined : value),
  );
}

test("a content of version 1 keeps playing: what is stored is served, what is not is made", async () => {
  await using folder = await createTempFolder("version-1");
  const [dataDir, library] = [folder.file("data"), folder.file("films")];
  await mkdir(library);
  const film = `${library}/film.mkv`;
  await makeSource(film, { durationSeconds: 5, width: 320, height: 180, rate: "25" });
  const log = createLogger({ level: "error", format: "text", write: () => {} });
  const runner = createProcessRunner({ log, setprivPath: null });
  const source = await createProber({ runner, ffprobePath: "ffprobe" }).probe(film);
  await runner.close();
  const text = asVersion1(
    encodedPlan(source, {
      ...{ segmentSeconds: 2, quality: "low", adaptive: false, maxAudioChannels: 2 },
      ...{ maxHeight: null, maxBitrateBps: null, providers: [provider] },
    }),
  );
  const hash = await contentHash(text);
  const store = createDiskStore({
    ...{ root: `${dataDir}/content-store`, judge: () => false, log: silentLog },
  });
  await store.create(hash, text);
  await store.close();

  await using server = await startServer({ dataDir, library: [library] });
  await server.api.awaitFiles(["film.mkv"]);
  const url = server.api.url(`/api/v1/content/${hash}`);
  expect(await (await fetch(`${url}/plan.json`)).text()).toBe(text);
  const played = await decodePictures(`${url}/manifest.mpd`);
  const shown = await decodePictures(film);
  expect(played.warnings).toBe("");
  expect(played.numbers).toEqual(shown.numbers);
  expect(played.numbers).not.toContain(null);
  expect((await fetch(`${url}/info`)).status).toBe(200);
}, 60_000);
