import { expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { sha256Hex } from "../support/digest.ts";
import { mapContent, objectNames } from "../support/content-map.ts";
import { makeSource } from "../support/make-source.ts";
import { startServer } from "../support/server.ts";
import { createRandom } from "../support/shuffle.ts";
import { createTempFolder } from "../support/temp-folder.ts";

/** What a client can tell about an object. */
interface Seen {
  readonly digest: string;
  readonly etag: string | null;
  readonly type: string | null;
}

async function look(url: string): Promise<Seen> {
  const response = await fetch(url);
  expect(response.status, url).toBe(200);
  expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  const digest = await sha256Hex(await response.bytes());
  const { headers } = response;
  return { digest, etag: headers.get("etag"), type: headers.get("content-type") };
}

test("200 concurrent requests for random segments agree, each segment is encoded once, and a restart changes no byte", async () => {
  await using folder = await createTempFolder("immutability");
  const library = folder.file("films");
  await mkdir(library);
  await makeSource(`${library}/film.mp4`, { durationSeconds: 12, width: 640, height: 360 });
  const options = { dataDir: folder.file("data"), library: [library] };
  const seen = new Map<string, Seen>();
  let manifestUrl = "";
  let names: string[] = [];
  {
    await using server = await startServer(options);
    const file = (await server.api.awaitFiles(["film.mp4"])).get("film.mp4");
    const playback = await server.api.start(file?.id ?? "", { container: "dash" });
    manifestUrl = playback.manifest_url;
    const renditions = await mapContent(server.api, playback);
    const segments = renditions.flatMap((rendition) => rendition.segments);
    const random = createRandom(42);
    const url = (name: string): string => new URL(name, server.api.url(manifestUrl)).href;
    const wanted = Array.from(
      { length: 200 },
      () => segments[Math.floor(random() * segments.length)]?.name ?? "",
    );
    const answers = await Promise.all(
      wanted.map(async (name) => ({ name, answer: await look(url(name)) })),
    );
    for (const { name, answer } of answers) {
      expect(answer, name).toEqual(seen.get(name) ?? answer);
      seen.set(name, answer);
    }
    names = objectNames(renditions);
    for (const name of names) {
      const answer = await look(url(name));
      expect(answer, name).toEqual(seen.get(name) ?? answer);
      seen.set(name, answer);
    }
    expect(await server.api.metric("viewra_segments_made_total")).toBe(segments.length);
    expect(await server.stop()).toBe(0);
    expect(await server.leftRunning()).toEqual([]);
  }
  await using server = await startServer(options);
  for (const name of names) {
    const answer = await look(new URL(name, server.api.url(manifestUrl)).href);
    expect(answer, name).toEqual(seen.get(name) ?? answer);
  }
  const file = (await server.api.awaitFiles(["film.mp4"])).get("film.mp4");
  const again = await server.api.start(file?.id ?? "", { container: "dash" });
  expect(again.manifest_url).toBe(manifestUrl);
  expect((await server.api.metric("viewra_segments_made_total")) ?? 0).toBe(0);
}, 120_000);
