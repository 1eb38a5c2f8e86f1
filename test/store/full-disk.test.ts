import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, readdir } from "node:fs/promises";
import { createDiskStore } from "../../src/store/disk-store.ts";
import { codeOf, faults, plan, planHash } from "../contract/content-store.ts";
import { runTool, tryTool } from "../support/run-tool.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { silentLog } from "./silent-log.ts";

/** Only root may mount the small file system that this needs. */
const isRoot = process.getuid?.() === 0;

describe.skipIf(!isRoot)("on a full disk", () => {
  let folder: TempFolder;
  let disk: string;
  let mounted = false;

  beforeAll(async () => {
    folder = await createTempFolder("full-store");
    disk = folder.file("disk");
    await mkdir(disk);
    const mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk];
    mounted = (await tryTool(mount)).exitCode === 0;
  });
  afterAll(async () => {
    if (mounted) await runTool(["umount", "-l", disk]);
    await folder[Symbol.asyncDispose]();
  });

  test("a put is STORAGE_FULL and leaves nothing, what is stored stays, and room makes it work again", async () => {
    expect(mounted, "tmpfs could not be mounted").toBe(true);
    const store = createDiskStore({ root: disk, judge: () => false, log: silentLog });
    await store.create(planHash, plan);
    const piece = new Uint8Array(100_000).fill(7);
    let stored = 0;
    let code = "resolved";
    while (code === "resolved" && stored < 50) {
      code = await codeOf(store.put(planHash, `v1/${stored}.m4s`, piece));
      if (code === "resolved") stored += 1;
    }
    expect(code).toBe("STORAGE_FULL");
    expect(stored).toBeGreaterThan(3);
    // Down to the last page, so that every later step of a commit meets the full disk too.
    for (let size = 65_536; size >= 1; size = Math.floor(size / 2)) {
      await codeOf(store.put(planHash, `fill/${size}.m4s`, new Uint8Array(size)));
    }
    expect(await codeOf(store.put(planHash, "v1/late.m4s", piece))).toBe("STORAGE_FULL");
    expect(await store.open(planHash, "v1/late.m4s")).toBeNull();
    expect(await readdir(`${disk}/tmp`)).toEqual([]);
    expect(await faults(store.verify())).toEqual([]);
    const records = await store.list(planHash);
    await store.close();

    const again = createDiskStore({ root: disk, judge: () => false, log: silentLog });
    expect(await again.list(planHash)).toEqual(records);
    await again.discard(planHash, "v1/0.m4s");
    await again.discard(planHash, "v1/1.m4s");
    await again.put(planHash, "v1/late.m4s", piece);
    expect((await again.open(planHash, "v1/late.m4s"))?.record.sizeBytes).toBe(100_000);
    await again.close();
  });
});
