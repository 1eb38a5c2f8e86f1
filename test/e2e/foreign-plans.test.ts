import { expect, test } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { openDatabase } from "../../src/db/database.ts";
import { getMediaFile } from "../../src/db/media-files.ts";
import { saveSessions } from "../../src/db/transcode-sessions.ts";
import { buildPlan } from "../../src/rendition/build-plan.ts";
import { parsePlan } from "../../src/rendition/parse-plan.ts";
import { canonicalPlan, contentHash } from "../../src/rendition/plan.ts";
import { createDiskStore } from "../../src/store/disk-store.ts";
import { createLayout } from "../../src/store/layout.ts";
import { quietLog } from "../db/open-test-database.ts";
import { exampleSource } from "../media/example-source.ts";
import { silentLog } from "../store/silent-log.ts";
import { makeSource } from "../support/make-source.ts";
import { startServer } from "../support/server.ts";
import { createTempFolder } from "../support/temp-folder.ts";

/** Plans of other versions, of earlier and later recipes, damaged, and no plans at all. */
const example = (): unknown =>
  JSON.parse(
    canonicalPlan(
      buildPlan(exampleSource({ fingerprint: "nobody's" }), {
        ...{ segmentSeconds: 4, quality: "medium", adaptive: false, maxAudioChannels: 2 },
        ...{ maxHeight: 240, maxBitrateBps: null, providers: [provider] },
      }),
    ),
  );

const strange = fc.oneof(
  fc.constantFrom<unknown>(null, -1, 0, 0.5, 2, 1e6, 2 ** 53 - 1, 1e300, "", "x", [], {}, true),
  fc.integer({ min: 1, max: 5000 }),
  fc.integer({ min: 1, max: 5000 }),
  fc.jsonValue(),
);
const changed = fc
  .array(
    fc.record({ steps: fc.array(fc.nat(7), { minLength: 1, maxLength: 5 }), value: strange }),
    {
      minLength: 1,
      maxLength: 2,
    },
  )
  .map((changes) => {
    const plan = example();
    for (const { steps, value } of changes) change(plan, steps, value);
    return JSON.stringify(plan);
  });
const otherVersion = fc
  .record({ version: fc.constantFrom(0, 1, 2, 99), revision: fc.constantFrom(0, 1, 2, 3, 99) })
  .map(({ version, revision }) =>
    JSON.stringify(example())
      .replace(/"version":\d+/, `"version":${version}`)
      .replaceAll(/"revision":\d+/g, `"revision":${revision}`),
  );
const planText = fc.oneof(
  { weight: 4, arbitrary: changed },
  { weight: 3, arbitrary: otherVersion },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string() },
);

/** Follows the steps into a value, each taken modulo what is there, and puts another in its place. */
function change(value: unknown, [step = 0, ...rest]: readonly number[], into: unknown): void {
  if (typeof value !== "object" || value === null) return;
  const key = Object.keys(value)[step % Math.max(1, Object.keys(value).length)];
  if (key === undefined) return;
  const inner: unknown = Reflect.get(value, key);
  const isLeaf = typeof inner !== "object" || inner === null;
  if (rest.length === 0 || isLeaf) {
    if (into === true) Reflect.deleteProperty(value, key);
    else Reflect.set(value, key, into);
  } else change(inner, rest, into);
}

const absent = [
  "manifest.mpd",
  "master.m3u8",
  "v240.m3u8",
  "v240/init.mp4",
  "v240/2.m4s",
  "v240/3.m4s",
  "a1/999999999.m4s",
];

/*
 * A plan that is none of this version is served and nothing else. One that has the form of ours and a recipe
 * nobody ever wrote (a level "x") fails in FFmpeg, and says so.
 */
test("whatever plan lies in the store, its objects are served and no route answers 500", async () => {
  await using folder = await createTempFolder("plans");
  const dataDir = folder.file("data");
  const library = folder.file("films");
  await mkdir(library);
  await makeSource(`${library}/film.mp4`, { durationSeconds: 1, width: 160, height: 90 });
  const texts = [...new Set(fc.sample(planText, { numRuns: 100, seed: 5 }))];
  const hashes = await fillStore(`${dataDir}/content-store`, texts);

  await using server = await startServer({ dataDir, library: [library] });
  const film = (await server.api.awaitFiles(["film.mp4"])).get("film.mp4");
  await markAsPlayed(`${dataDir}/viewra.db`, film?.id ?? "", hashes);
  const ask = async (path: string, init?: RequestInit): Promise<Response> => {
    const response = await fetch(server.api.url(path), init);
    if (response.status !== 500) return response;
    const said = await response.text();
    if (isOfThisVersion(path) && /"code":"(?:ENCODE|PACKAGE)_FAILED"/.test(said))
      return new Response(said, { status: 500 });
    throw new Error(`${path}: ${said}\n${server.log().slice(-2000)}`);
  };
  const ours = new Set(hashes.filter((_, i) => parsePlan(texts[i] ?? "") !== null));
  expect(ours.size).toBeGreaterThan(0);
  expect(ours.size).toBeLessThan(hashes.length / 2);
  const isOfThisVersion = (path: string): boolean => ours.has(path.split("/")[4] ?? "");
  const post = (body: unknown): RequestInit => ({
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

  for (const [i, hash] of hashes.entries()) {
    const path = `/api/v1/content/${hash}`;
    const stored = await ask(`${path}/v240/1.m4s`);
    expect(await stored.text()).toBe(`segment ${i}`);
    expect(await (await ask(`${path}/plan.json`)).text()).toBe(texts[i] ?? "");
    const answers = await Promise.all(absent.map((name) => ask(`${path}/${name}`)));
    await Promise.all(answers.map((each) => each.bytes()));
    const { status } = await ask(`${path}/info`);
    expect(status).toBe(ours.has(hash) ? 200 : 404);
    if (!ours.has(hash))
      expect(new Set(answers.map((each) => each.status))).toEqual(new Set([404]));
  }
  expect((await ask(`/api/v1/content/by-media/${film?.id}`)).status).toBe(200);
  expect((await ask("/api/v1/content/stats")).status).toBe(200);
  const verified = await ask("/api/v1/content/verify", post({}));
  expect(await verified.json()).toEqual({ faults: [], repaired: 0 });
  expect((await ask("/api/v1/content/collect", post({}))).status).toBe(200);
  for (const hash of hashes) await ask(`/api/v1/content/${hash}`, { method: "DELETE" });
  expect(await (await ask("/api/v1/content/stats")).json()).toMatchObject({ contents: 0 });
}, 120_000);

/** A content for each text, with one recorded segment and one that is not on record. */
async function fillStore(root: string, texts: readonly string[]): Promise<string[]> {
  const store = createDiskStore({ root, judge: () => false, log: silentLog });
  const hashes = await Promise.all(texts.map(contentHash));
  for (const [i, hash] of hashes.entries()) {
    await store.create(hash, texts[i] ?? "");
    await store.put(hash, "v240/1.m4s", new TextEncoder().encode(`segment ${i}`));
    await writeFile(createLayout(root).object(hash, "v240/2.m4s"), "of a server that was killed");
  }
  await store.close();
  return hashes;
}

/** As if the film had been played as each of these contents. */
async function markAsPlayed(path: string, id: string, hashes: readonly string[]): Promise<void> {
  const db = await openDatabase({ url: pathToFileURL(path).href, log: quietLog() });
  const fingerprint = (await getMediaFile(db, id))?.fingerprint ?? "";
  const contentUses = hashes.map((contentHash) => ({ contentHash, fingerprint, at: 1 }));
  await saveSessions(db, { sessions: [], resumePoints: [], contentUses });
  await db.close();
}
