import { expect } from "bun:test";
import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { parseObjectName } from "../../src/media/object-name.ts";
import { methods } from "../../src/rendition/methods.ts";
import { parsePlan } from "../../src/rendition/parse-plan.ts";
import type { Plan } from "../../src/rendition/plan.ts";
import { decodePictures } from "./compare-video.ts";
import { mapContent, objectNames } from "./content-map.ts";
import { sha256Hex } from "./digest.ts";
import { damages, inflictDamage } from "./inflict-damage.ts";
import { makeSource } from "./make-source.ts";
import { startServer } from "./server.ts";
import { createRandom } from "./shuffle.ts";
import { createTempFolder } from "./temp-folder.ts";

const seconds = 24;

/**
 * Damages what is stored of a film, its record too, while the film is being made, filled and served: viewers get
 * the right bytes at once, no segment fails, and in the end the film is whole.
 */
export async function damageWhileMade(seed: number): Promise<void> {
  await using folder = await createTempFolder("damage-while-made");
  const library = folder.file("films");
  await mkdir(library);
  await makeSource(`${library}/film.mp4`, { durationSeconds: seconds, width: 320, height: 180 });
  const dataDir = folder.file("data");
  const env = { SEGMENT_DURATION: "1", TRANSCODE_FILL: "all" };
  await using server = await startServer({ dataDir, library: [library], env });
  const { api } = server;
  const random = createRandom(seed);
  const film = (await api.awaitFiles(["film.mp4"])).get("film.mp4");
  const playback = await api.start(film?.id ?? "", { container: "hls" });
  const hash = playback.content_hash;
  const url = (name: string): string => api.url(`/api/v1/content/${hash}/${name}`);
  const names = objectNames(await mapContent(api, playback));
  const segments = names.filter((name) => name.endsWith(".m4s"));
  const plan = parsePlan(await (await fetch(url("plan.json"))).text());
  if (plan === null) throw new Error("expected the plan");
  const root = join(dataDir, "content-store", hash.slice(0, 2), hash.slice(2, 4), hash);
  const stored = async (): Promise<string[]> => {
    const files = await readdir(root, { recursive: true });
    return files.filter((file) => segments.includes(file));
  };

  /** What damaged files held: never to be seen by anybody. */
  const wrong = new Set<string>();
  /** What files held before they were damaged. */
  const held = new Set<string>();
  const view = async (name: string): Promise<void> => {
    const response = await fetch(url(name));
    const bytes = await response.bytes();
    const said = response.status === 200 ? "" : new TextDecoder().decode(bytes);
    const where = `${name}, seed ${seed}${response.status < 500 ? "" : `; the log:\n${server.log()}`}`;
    expect(`${response.status} ${said}`, where).toBe("200 ");
    const digest = await sha256Hex(bytes);
    expect(response.headers.get("etag"), where).toBe(`"sha256-${digest}"`);
    expect(wrong.has(digest), where).toBe(false);
    expect(faultsOf(plan, name, bytes), where).toEqual([]);
  };
  const over = new AbortController();
  const harmed: string[] = [];
  const harm = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const files = ["objects.log", ...(await stored()), ...(await stored())];
      const file = files[Math.floor(random() * files.length)] ?? "";
      const damage = damages[Math.floor(random() * damages.length)] ?? "a cut";
      const path = join(root, file);
      const before = await lookAt(path);
      if (before !== null) held.add(before.digest);
      if (await inflictDamage(damage, path, random())) {
        harmed.push(`${damage} of ${file}`);
        const after = await lookAt(path);
        // Another file of the name is one that was made again; and two flips can undo each other.
        if (after?.inode === before?.inode && after !== null && !held.has(after.digest))
          wrong.add(after.digest);
      }
      await Bun.sleep(random() * 60);
    }
  };
  /** Who plays on from somewhere, and who jumps about. */
  const play = async (at: number, jumps: boolean): Promise<void> => {
    for (let i = 0; i < 30; i++) {
      const next = jumps ? Math.floor(random() * segments.length) : at + i;
      await view(segments[next % segments.length] ?? "");
    }
  };
  const vandal = harm();
  try {
    const starts = [0, Math.floor(random() * segments.length)];
    await Promise.all([...starts.map((at) => play(at, false)), play(0, true)]);
    for (const name of segments) await view(name);
  } finally {
    over.abort();
    await vandal;
  }
  expect(harmed.length).toBeGreaterThan(10);
  expect(server.log()).not.toContain("segment failed");

  // What memory hid is found and made again.
  const verify = async (): Promise<unknown[]> => {
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify({ repair: true });
    const response = await fetch(api.url("/api/v1/content/verify"), {
      method: "POST",
      headers,
      body,
    });
    return (await response.json()).faults;
  };
  await verify();
  for (const name of names) await view(name);
  expect(await verify(), harmed.join("; ")).toEqual([]);
  const pictures = await decodePictures(url("manifest.mpd"));
  expect(pictures.warnings).toBe("");
  expect(pictures.numbers).toEqual(Array.from({ length: seconds * 25 }, (_, i) => i));
}

async function lookAt(path: string): Promise<{ inode: number; digest: string } | null> {
  try {
    const { ino: inode } = await stat(path);
    return { inode, digest: await sha256Hex(await readFile(path)) };
  } catch {
    return null;
  }
}

function faultsOf(plan: Plan, name: string, bytes: Uint8Array): string[] {
  const object = parseObjectName(name);
  // All else is made of the plan alone: what it holds is its entity tag's to say.
  if (object?.kind !== "segment") return [];
  const rendition = plan.renditions.find(({ id }) => id === object.rendition);
  if (rendition === undefined) return ["has no rendition"];
  return methods[rendition.method].verify(bytes, { frame: plan, rendition, n: object.n });
}
