import { expect } from "bun:test";
import { mkdir, readdir } from "node:fs/promises";
import { sha256Hex } from "./digest.ts";
import { distinctWish, type DistinctWish } from "./distinct-wishes.ts";
import { mapContent, objectNames } from "./content-map.ts";
import { decodePictures } from "./compare-video.ts";
import { makeSource } from "./make-source.ts";
import { runTool } from "./run-tool.ts";
import { launchServer, serverCommand, startServer } from "./server.ts";
import { createApiClient, isFailure, type ApiClient, type StartedPlayback } from "./api-client.ts";
import { createRandom } from "./shuffle.ts";
import { createTempFolder } from "./temp-folder.ts";

/** A new content now and then: there must always be something left to encode when the kill comes. */
const killsPerContent = 12;
const seconds = 40;

/** Everything ever answered with 200: an object must have these bytes for ever. */
class Answered {
  readonly digests = new Map<string, string>();
  /** Objects that were answered with two different contents. */
  readonly changed: string[] = [];

  async add(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const digest = await sha256Hex(bytes);
    const before = this.digests.get(path) ?? digest;
    if (before !== digest) this.changed.push(path);
    this.digests.set(path, before);
  }
}

/**
 * Kills a server with SIGKILL at random moments of a start, of encoding and of serving, and starts it again:
 * nothing corrupt may ever be served, and what was served once stays the same.
 */
export async function killAtRandom(kills: number, seed: number): Promise<void> {
  await using folder = await createTempFolder("kill");
  const library = folder.file("films");
  await mkdir(library);
  await makeSource(`${library}/film.mp4`, { durationSeconds: seconds });
  const dataDir = folder.file("data");
  const options = { dataDir, library: [library], env: { SEGMENT_DURATION: "1" } };
  const random = createRandom(seed);
  const answered = new Answered();
  const orphans: string[] = [];
  let listened = 0;

  for (let round = 0; round < kills; round++) {
    await using server = launchServer(options);
    const moment = random();
    // One in eight dies during its start, one in eight while it prepares a film to be played …
    if (moment >= 0.125) {
      const url = await server.url;
      expect(url, `start ${round} came to nothing:\n${server.log().slice(-3000)}`).not.toBeNull();
      listened += 1;
      const wish = distinctWish(Math.floor(round / killsPerContent));
      const started = Promise.withResolvers<void>();
      const served = Promise.withResolvers<void>();
      const progress = { started: started.resolve, served: served.resolve };
      // Requests that the kill cuts off fail, as they should; what was answered is compared all the same.
      void burst(createApiClient(url ?? ""), wish, random, answered, progress)
        .catch(() => {})
        .finally(() => [started.resolve(), served.resolve()]);
      // … the others while segments are encoded, or while they are stored and served.
      if (moment >= 0.25) await started.promise;
      if (moment >= 0.7) await Promise.race([served.promise, Bun.sleep(10_000)]);
    }
    await Bun.sleep(random() * 200);
    server.signal("SIGKILL");
    await server.exited;
    orphans.push(...(await survivors(() => server.leftRunning())));
  }
  expect(orphans).toEqual([]);
  expect(listened).toBeGreaterThan(kills / 2);
  // The kills came while objects were made and served, not before anything happened.
  expect(answered.digests.size).toBeGreaterThan(kills / 4);

  await using server = await startServer(options);
  for (const [path, digest] of answered.digests) {
    const response = await fetch(server.api.url(path));
    expect(response.status, path).toBe(200);
    expect(await sha256Hex(await response.bytes()), path).toBe(digest);
  }
  expect(await brokenSegments(server.api, dataDir, kills)).toEqual([]);
  await finishLastContent(server.api, answered, kills);
  expect(answered.changed).toEqual([]);
  await server.stop();
  const verified = await runTool([...serverCommand(), "store", "verify", "--data-dir", dataDir]);
  expect(new TextDecoder().decode(verified.stdout)).not.toMatch(/corrupt|missing|digest/i);
}

/** Starts playback and asks for a handful of random segments, all at once. */
async function burst(
  api: ApiClient,
  wish: DistinctWish,
  random: () => number,
  answered: Answered,
  progress: { readonly started: () => void; readonly served: () => void },
): Promise<void> {
  const film = (await api.awaitFiles(["film.mp4"])).get("film.mp4");
  const playback = await api.start(film?.id ?? "", { container: "hls", ...wish });
  progress.started();
  let segmentsServed = 0;
  const renditions = await mapContent(api, playback);
  const segments = renditions.flatMap((rendition) => rendition.segments);
  const wanted = Array.from(
    { length: 6 },
    () => segments[Math.floor(random() * segments.length)]?.name ?? "",
  );
  await Promise.all(
    ["manifest.mpd", "master.m3u8", ...wanted].map(async (name) => {
      const bytes = await api.tryObject(playback, name);
      if (isFailure(bytes)) return;
      await answered.add(objectPath(playback, name), bytes);
      // The first is there before others are even begun: it would be all that is ever stored.
      if (name.endsWith(".m4s") && ++segmentsServed === 2) progress.served();
    }),
  );
}

function objectPath(playback: StartedPlayback, name: string): string {
  return `${playback.content_url.replace(/\/$/, "")}/${name}`;
}

/** Segments in the store that are not served as whole boxes from their first byte to their last. */
async function brokenSegments(api: ApiClient, dataDir: string, kills: number): Promise<string[]> {
  const files = await readdir(dataDir, { recursive: true });
  const names = files.flatMap((file) => /[0-9a-f]{64}\/\w+\/\d+\.m4s$/.exec(file)?.[0] ?? []);
  expect(names.length).toBeGreaterThan(kills / 4);
  const broken = await Promise.all(
    names.map(async (name) => {
      const response = await fetch(api.url(`/api/v1/content/${name}`));
      return isWhole(await response.bytes()) ? [] : [name];
    }),
  );
  return broken.flat();
}

/** Whether bytes are ISO boxes, one after the other, the last one ending where they end. */
function isWhole(bytes: Uint8Array<ArrayBuffer>): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at + 8 <= bytes.byteLength) {
    const size = view.getUint32(at);
    if (size < 8) return false;
    at += size;
  }
  return at > 0 && at === bytes.byteLength;
}

/** What was killed again and again while it came into being must still become a whole film. */
async function finishLastContent(api: ApiClient, answered: Answered, kills: number): Promise<void> {
  const film = (await api.awaitFiles(["film.mp4"])).get("film.mp4");
  const wishes = { container: "hls", ...distinctWish(Math.floor((kills - 1) / killsPerContent)) };
  const playback = await api.start(film?.id ?? "", wishes);
  for (const name of objectNames(await mapContent(api, playback))) {
    await answered.add(objectPath(playback, name), await api.object(playback, name));
  }
  const pictures = await decodePictures(api.url(playback.manifest_url));
  expect(pictures.warnings).toBe("");
  expect(pictures.numbers).toEqual(Array.from({ length: seconds * 25 }, (_, i) => i));
}

/** Command lines of children that outlive their killed parent by more than a second. */
async function survivors(leftRunning: () => Promise<string[]>): Promise<string[]> {
  const deadline = Date.now() + 1000;
  let left = await leftRunning();
  while (left.length > 0 && Date.now() < deadline) {
    await Bun.sleep(20);
    left = await leftRunning();
  }
  return left;
}
