import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { mapContent } from "../support/content-map.ts";
import { makeSource } from "../support/make-source.ts";
import { startServer } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

/* What is made of a film that somebody plays and nobody waits for, with the real FFmpeg. */

/** Longer than the look-ahead of 24 s, as small as one of two rungs can be, and few pictures. */
const film = { durationSeconds: 40, rate: "5", width: 512, height: 288 };
const segments = 20;
/** The first, which is asked for, and 24 s of those behind it. */
const ahead = 1 + 12;

/** What is expected of the rung and the sound that are played, and of the other rung. */
const policies = [
  ["none", ahead, 0],
  ["watched", segments, 0],
  ["all", segments, segments],
] as const;

let folder: TempFolder;
beforeAll(async () => {
  folder = await createTempFolder("fill");
  await mkdir(folder.file("films"));
  await makeSource(folder.file("films/film.mp4"), film);
});
afterAll(() => folder[Symbol.asyncDispose]());

test.each(policies)(
  "TRANSCODE_FILL=%s: of what is played %d segments are made, of the other rung %d, and then all rests",
  async (TRANSCODE_FILL, ofPlayed, ofOther) => {
    const dataDir = folder.file(TRANSCODE_FILL);
    const env = { TRANSCODE_FILL, SEGMENT_DURATION: "2", SEGMENT_BEGINNING: "none" };
    await using server = await startServer({ dataDir, library: [folder.file("films")], env });
    const listed = (await server.api.awaitFiles(["film.mp4"])).get("film.mp4");
    const playback = await server.api.start(listed?.id ?? "", { container: "hls" });
    const renditions = await mapContent(server.api, playback);
    expect(renditions.map(({ id, segments: all }) => [id, all.length])).toEqual([
      ["v240", segments],
      ["v288", segments],
      ["a1", segments],
    ]);
    const hash = playback.content_hash;
    const root = join(dataDir, "content-store", hash.slice(0, 2), hash.slice(2, 4), hash);
    const made = async (id: string): Promise<number> => {
      const names = await readdir(join(root, id)).catch((): string[] => []);
      return names.filter((name) => name.endsWith(".m4s")).length;
    };
    const counts = async () => [await made("v240"), await made("a1"), await made("v288")];

    await server.api.object(playback, "v240/1.m4s");
    const expected = [ofPlayed, ofPlayed, ofOther];
    const deadline = Date.now() + 60_000;
    while (String(await counts()) !== String(expected) && Date.now() < deadline)
      await Bun.sleep(50);
    expect(await counts()).toEqual(expected);
    // Two rounds of the pipeline's tidying.
    await Bun.sleep(4500);
    expect(await counts()).toEqual(expected);
    expect(await server.api.metric("viewra_runs_active")).toBe(0);
    expect(server.log()).not.toContain("segment failed");
  },
  120_000,
);
