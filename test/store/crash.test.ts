import { expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createDiskStore } from "../../src/store/disk-store.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { isWholeObject, planHash } from "./numbered-objects.ts";
import { silentLog } from "./silent-log.ts";

const rounds = 20;

test("killed at twenty random moments, the store keeps every promised object, whole and unchanged", async () => {
  await using folder = await createTempFolder("crash");
  const promised = new Map<string, string>();
  for (let round = 0; round < rounds; round++) {
    const lines = await writeUntilKilled(folder.path, round);
    for (const [sha256, name] of lines) {
      expect(promised.get(name) ?? sha256, `${name} in round ${round}`).toBe(sha256);
      promised.set(name, sha256);
    }
    await checkStore(folder.path, promised);
  }
  // A busy machine gets to a few only before it is killed.
  expect(promised.size).toBeGreaterThan(rounds / 4);
}, 60_000);

/** Starts a writer, kills it with SIGKILL, and answers with what it had been promised by then. */
async function writeUntilKilled(root: string, round: number): Promise<[string, string][]> {
  const script = join(import.meta.dir, "crashing-writer.ts");
  const child = Bun.spawn([process.execPath, script, root, String(round)], {
    stdout: "pipe",
    stderr: "inherit",
  });
  let text = "";
  let timer: Timer | undefined;
  for await (const piece of child.stdout) {
    text += new TextDecoder().decode(piece);
    timer ??= setTimeout(() => child.kill("SIGKILL"), Math.random() * 60);
  }
  await child.exited;
  clearTimeout(timer);
  expect(child.signalCode).toBe("SIGKILL");
  const whole = text.slice(0, text.lastIndexOf("\n")).split("\n");
  return whole.flatMap((line): [string, string][] => {
    const [sha256, name] = line.split(" ");
    return sha256 && name ? [[sha256, name]] : [];
  });
}

async function checkStore(root: string, promised: ReadonlyMap<string, string>): Promise<void> {
  const judge = (_plan: string, name: string, bytes: Uint8Array): boolean =>
    isWholeObject(name, bytes);
  const store = createDiskStore({ root, judge, log: silentLog });
  const records = await store.list(planHash);
  for (const [name, sha256] of promised) expect(records.get(name)?.sha256, name).toBe(sha256);
  for (const name of records.keys()) {
    if (name === "plan.json") continue;
    const body = await (await store.open(planHash, name))?.body().bytes();
    expect(isWholeObject(name, body ?? new Uint8Array()), name).toBe(true);
  }
  expect(await Array.fromAsync(store.verify())).toEqual([]);
  await store.close();
  expect(await readdir(join(root, "tmp"))).toEqual([]);
}
