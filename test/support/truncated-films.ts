import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { isFailure, type ListedFile } from "./api-client.ts";
import { decodePictures } from "./compare-video.ts";
import { mapContent } from "./content-map.ts";
import { makeSource } from "./make-source.ts";
import { runTool } from "./run-tool.ts";
import { startServer, type ServerUnderTest } from "./server.ts";
import { createTempFolder, type TempFolder } from "./temp-folder.ts";

const seconds = 6;
const containers = ["mp4", "mkv", "ts"] as const;
type Container = (typeof containers)[number];
const refusals = /^(MEDIA_\w+|PROBE_FAILED)$/;

let folder: TempFolder;
let server: ServerUnderTest;
let films: ReadonlyMap<string, ListedFile>;

/** Films that end too early, as tests: each container is cut at `cutsOf` of it, parts of its length. */
export function describeTruncated(cutsOf: Readonly<Record<Container, readonly number[]>>): void {
  beforeAll(async () => {
    folder = await createTempFolder("truncated");
    const library = folder.file("films");
    await mkdir(library);
    await makeWhole();
    for (const container of containers) {
      const bytes = await readFile(folder.file(`whole.${container}`));
      for (const part of cutsOf[container]) {
        const length = Math.round(bytes.byteLength * part);
        await writeFile(`${library}/${cutName(container, part)}`, bytes.subarray(0, length));
      }
    }
    const env = { TRANSCODE_FILL: "none" };
    server = await startServer({ dataDir: folder.file("data"), library: [library], env });
    const names = containers.flatMap((one) => cutsOf[one].map((part) => cutName(one, part)));
    films = await server.api.awaitFiles(names, 45_000);
  }, 90_000);

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  describe.each(containers)("a truncated %s", (container) => {
    test.each(cutsOf[container])(
      "cut at %f of its length, is refused, or plays to where its good data ends",
      (part) => playTruncated(container, part),
      60_000,
    );
  });
}

/** `whole.mp4` with its header first, or nothing could be read of its beginning. */
async function makeWhole(): Promise<void> {
  const film = { durationSeconds: seconds, width: 320, height: 180 };
  await makeSource(folder.file("slow.mp4"), film);
  const headerFirst = ["-c", "copy", "-movflags", "+faststart", folder.file("whole.mp4")];
  await runTool(["ffmpeg", "-v", "error", "-i", folder.file("slow.mp4"), ...headerFirst]);
  await makeSource(folder.file("whole.mkv"), film);
  await makeSource(folder.file("whole.ts"), film);
}

const cutName = (container: Container, part: number): string =>
  `cut-${Math.round(part * 1000)}.${container}`;

async function playTruncated(container: Container, part: number): Promise<void> {
  const name = cutName(container, part);
  const started = performance.now();
  const answer = await server.api.tryStart(films.get(name)?.id ?? "", { container: "dash" });
  expect(performance.now() - started).toBeLessThan(2000);
  if (isFailure(answer)) {
    expect(answer.code).toMatch(refusals);
    return;
  }
  expect(answer.duration).toBeLessThan(seconds * part + 1.5);
  // A transport stream has no header that could say how long it was to be; the others' may be inexact.
  const isTold = container !== "ts" && answer.duration < seconds - 1.2;
  if (isTold) expect(answer.warnings.length).toBeGreaterThan(0);
  const renditions = await mapContent(server.api, answer);
  const video = renditions.find(({ kind }) => kind === "video");
  for (const { segments } of renditions) {
    // The one nearest to the cut; the others are whole by the tests of joins.
    const last = await server.api.tryObject(answer, segments.at(-1)?.name ?? "");
    // Cut off so early, a film may hold no sound at all of the track that its header names.
    if (isFailure(last)) expect([last.code, part < 0.1]).toEqual(["VERIFY_FAILED", true]);
  }
  const end = video?.segments.reduce((sum, { duration }) => sum + duration, 0) ?? 0;
  const good = await decodePictures(folder.file(`films/${name}`));
  const goodEnd = (good.times.at(-1) ?? 0) - (good.times[0] ?? 0) + 1 / 25;
  expect(Math.abs(end - goodEnd)).toBeLessThan(0.5);
  await server.api.end(answer.session_id);
}

/** Of 20 places along a film's length every `step`th, from the `first` on. */
export function cutsEvery(step: number, first: number): number[] {
  const all = Array.from({ length: 20 }, (_, i) => (i + 0.5) / 20);
  return all.filter((_, i) => i % step === first);
}
