import { expect } from "bun:test";
import { appendFile, mkdir, readdir, readFile, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { parsePlan } from "../../src/rendition/parse-plan.ts";
import { parseObjectName } from "../../src/media/object-name.ts";
import type { Plan } from "../../src/rendition/plan.ts";
import { methods } from "../../src/rendition/methods.ts";
import { mapContent, objectNames } from "./content-map.ts";
import { decodePictures } from "./compare-video.ts";
import { sha256Hex } from "./digest.ts";
import { flipBit } from "./flip-bit.ts";
import { makeSource } from "./make-source.ts";
import { startServer, type ServerUnderTest } from "./server.ts";
import { createRandom } from "./shuffle.ts";
import { createTempFolder } from "./temp-folder.ts";

const seconds = 8;
/** Where what went wrong is known, what is right is checked: of every object the answers that were right. */
type Right = Map<string, Set<string>>;

/** How one bit, or the length, of a random file of the store is changed. */
interface Harm {
  readonly file: string;
  /** What it held after that. */
  readonly digest: string;
  readonly what: string;
}

/**
 * Damages random files of a store in random ways, under a running server and at rest, and asks for everything
 * each time: at once, and without a restart, every object is answered right.
 */
export async function damageAtRandom(times: number, seed: number): Promise<void> {
  await using folder = await createTempFolder("damage");
  const library = folder.file("films");
  await mkdir(library);
  await makeSource(`${library}/film.mp4`, { durationSeconds: seconds, width: 320, height: 180 });
  const options = {
    dataDir: folder.file("data"),
    library: [library],
    env: { SEGMENT_DURATION: "1" },
  };
  const random = createRandom(seed);
  let server = await startServer(options);
  try {
    const film = (await server.api.awaitFiles(["film.mp4"])).get("film.mp4");
    const playback = await server.api.start(film?.id ?? "", { container: "hls" });
    const hash = playback.content_hash;
    const names = objectNames(await mapContent(server.api, playback));
    await server.api.end(playback.session_id);
    const root = join(
      options.dataDir,
      ...["content-store", hash.slice(0, 2), hash.slice(2, 4), hash],
    );
    const right: Right = new Map();
    for (const name of names)
      right.set(name, new Set([await sha256Hex(await get(server, hash, name))]));
    const planJson = await (await fetch(objectUrl(server, hash, "plan.json"))).text();
    right.set("plan.json", new Set([hash]));
    const plan = parsePlan(planJson);
    if (plan === null) throw new Error("expected the plan");

    for (let time = 0; time < times; time++) {
      const isAtRest = random() < 0.4;
      if (isAtRest) await stop(server, random() < 0.5);
      const harm = await inflict(root, random);
      if (isAtRest) server = await startServer(options);
      const damaged = new Set([...(right.has(harm.file) ? [harm.file] : [])]);
      // The damaged one by several at once, and a third of the others.
      const asked = [...right.keys()].filter((name) => random() < 0.33 || damaged.has(name));
      const thrice = [...asked, ...damaged, ...damaged];
      const where = `${harm.what} of ${harm.file}, ${isAtRest ? "at rest" : "running"}, time ${time}, seed ${seed}`;
      await Promise.all(
        thrice.map(async (name) => {
          const bytes = await get(server, hash, name, where);
          const digest = await sha256Hex(bytes);
          if (name === harm.file) expect(digest, where).not.toBe(harm.digest);
          const known = right.get(name);
          if (known?.has(digest)) return;
          // Made again, with other bytes: right all the same, and only a segment may be so.
          expect(faultsOf(plan, name, bytes), `${name} after ${where}`).toEqual([]);
          known?.add(digest);
        }),
      );
    }

    // What memory hid is on the disk still: found and made again, without a restart.
    const repaired = await verify(server, true);
    for (const name of right.keys()) await get(server, hash, name);
    expect(await verify(server, false), JSON.stringify(repaired)).toEqual([]);
    const info = await (await fetch(server.api.url(`/api/v1/content/${hash}/info`))).json();
    const changed = [...right.values()].filter((digests) => digests.size > 1).length;
    expect(info).toMatchObject({
      segments_ready: names.filter((name) => name.endsWith(".m4s")).length,
    });
    expect(Number(info.remade)).toBeGreaterThanOrEqual(changed === 0 ? 0 : 1);
    const pictures = await decodePictures(objectUrl(server, hash, "manifest.mpd"));
    expect(pictures.warnings).toBe("");
    expect(pictures.numbers).toEqual(Array.from({ length: seconds * 25 }, (_, i) => i));
  } finally {
    await server[Symbol.asyncDispose]();
  }
}

function objectUrl(server: ServerUnderTest, hash: string, name: string): string {
  return server.api.url(`/api/v1/content/${hash}/${name}`);
}

/** An object that must be there, now, and be what its entity tag says. */
async function get(
  server: ServerUnderTest,
  hash: string,
  name: string,
  where = "",
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(objectUrl(server, hash, name));
  const bytes = await response.bytes();
  const said = response.status === 200 ? "" : new TextDecoder().decode(bytes);
  expect(`${response.status} ${said}`, `${name} after ${where}`).toBe("200 ");
  expect(response.headers.get("etag"), name).toBe(`"sha256-${await sha256Hex(bytes)}"`);
  return bytes;
}

async function verify(server: ServerUnderTest, repair: boolean): Promise<unknown[]> {
  const response = await fetch(server.api.url("/api/v1/content/verify"), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ repair }),
  });
  const { faults } = await response.json();
  return faults;
}

function faultsOf(plan: Plan, name: string, bytes: Uint8Array): string[] {
  const object = parseObjectName(name);
  if (object?.kind !== "segment") return ["is made of the plan alone and may not change"];
  const rendition = plan.renditions.find(({ id }) => id === object.rendition);
  if (rendition === undefined) return ["has no rendition"];
  return methods[rendition.method].verify(bytes, { frame: plan, rendition, n: object.n });
}

async function stop(server: ServerUnderTest, byForce: boolean): Promise<void> {
  if (byForce) await server.kill();
  await server[Symbol.asyncDispose]();
}

/** Any file of the content: objects, the plan and its copy, the record. */
async function inflict(root: string, random: () => number): Promise<Harm> {
  const all = await readdir(root, { recursive: true, withFileTypes: true });
  const files = all
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const path = files.toSorted()[Math.floor(random() * files.length)] ?? "";
  const { size } = await stat(path);
  const position = Math.floor(random() * size);
  const kind = random();
  const what = kind < 0.7 ? "a flipped bit" : kind < 0.85 ? "a cut" : "a longer end";
  if (kind < 0.7) await flipBit(path, position, Math.floor(random() * 8));
  else if (kind < 0.85) await truncate(path, position);
  else await appendFile(path, "\u0001\u0002\u0003");
  return { file: path.slice(root.length + 1), digest: await sha256Hex(await readFile(path)), what };
}
