import { afterAll, beforeAll, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { mapContent } from "../support/content-map.ts";
import { makeSource } from "../support/make-source.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

/* What an operator, or a program that clears caches, takes away under a running server comes back by itself. */

let films: TempFolder;
beforeAll(async () => {
  films = await createTempFolder("cleared-films");
  await makeSource(films.file("one.mp4"), { durationSeconds: 6, width: 320, height: 180 });
  await makeSource(films.file("two.mp4"), { durationSeconds: 5, width: 320, height: 180 });
});
afterAll(() => films[Symbol.asyncDispose]());

const places = ["cache", "cache/work", "content-store", "content-store/tmp"] as const;

test.each(places)(
  "%s is cleared away under a running server: the next start plays",
  async (place) => {
    await using folder = await createTempFolder("cleared");
    await using server = await serve(folder);
    const listed = await server.api.awaitFiles(["one.mp4", "two.mp4"]);
    const play = async (name: string): Promise<void> => {
      const playback = await server.api.start(listed.get(name)?.id ?? "", { container: "dash" });
      for (const { segments } of await mapContent(server.api, playback)) {
        for (const segment of segments) await server.api.object(playback, segment.name);
      }
    };
    await play("one.mp4");
    await rm(join(folder.file("data"), place), { recursive: true });
    // What is published is believed for a second.
    await Bun.sleep(1100);
    await play("two.mp4");
    await play("one.mp4");
    expect(server.log()).not.toContain("INTERNAL");
    expect(await server.stop()).toBe(0);
  },
  60_000,
);

function serve(folder: TempFolder): Promise<ServerUnderTest> {
  const env = { TRANSCODE_FILL: "none", SEGMENT_DURATION: "2" };
  return startServer({ dataDir: folder.file("data"), library: [films.path], env });
}
