import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import type { ViewraError } from "../../src/errors/viewra-error.ts";
import { createLogger } from "../../src/log/logger.ts";
import { rational } from "../../src/media/rational.ts";
import { createPackager, type Packager } from "../../src/packager/packager.ts";
import { createProcessRunner } from "../../src/process/process-runner.ts";
import { filmPlan } from "../golden/film-plan.ts";
import { encodeRendition, packagerPath } from "../golden/whole-film.ts";
import { fillDisk, mountTmpfs, type Mount } from "../support/mount.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

const log = createLogger({ level: "error", format: "text", write: () => {} });
const processes = createProcessRunner({ log, setprivPath: null });
const plan = filmPlan({ frameRate: rational(25, 1), seconds: 4, segmentSeconds: 4 });
const mounts: Mount[] = [];
let folder: TempFolder;

/** Two disks other than the system's temporary folder, of these sizes; null where none may be mounted. */
async function mounted(name: string, size: string): Promise<string | null> {
  const mount = await mountTmpfs(folder.file(name), size);
  if (mount !== null) mounts.push(mount);
  return mount?.path ?? null;
}

function packagerIn(scratchDir: string): Packager {
  return createPackager({ processes, command: packagerPath, scratchDir, timeoutMs: 20_000 });
}

const inputs = () =>
  plan.renditions.map((rendition) => ({ rendition, path: folder.file(`${rendition.id}.mp4`) }));

beforeAll(async () => {
  folder = await createTempFolder("packager-disks");
  for (const { rendition, path } of inputs()) await encodeRendition(rendition, 4, path);
}, 30_000);

afterAll(async () => {
  await processes.close();
  for (const mount of mounts) await mount[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

describe("a working folder on another disk than the temporary one", () => {
  test("describes and packages all the same, and leaves nothing on either", async () => {
    const scratch = await mounted("roomy", "32m");
    if (scratch === null) return;
    const temporary = folder.file("tmp");
    await mkdir(temporary);
    const before = process.env["TMPDIR"];
    process.env["TMPDIR"] = temporary;
    try {
      const packager = packagerIn(scratch);
      const { mpd, inits } = await packager.describe(inputs());
      expect(mpd).toContain("<MPD");
      expect(Object.keys(inits)).toHaveLength(plan.renditions.length);
      const segments = inputs().map(({ rendition: { kind }, path }) => ({ kind, path, n: 1 }));
      expect(await packager.packageSegments(segments)).toHaveLength(segments.length);
    } finally {
      if (before === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = before;
    }
    expect(await readdir(temporary)).toEqual([]);
    expect(await readdir(scratch)).toEqual([]);
  });

  test("says STORAGE_FULL where nothing can be written, PACKAGE_FAILED where the input is bad, and clears up after both", async () => {
    const scratch = await mounted("small", "1m");
    if (scratch === null) return;
    const packager = packagerIn(scratch);
    const codeOf = (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => "made",
        (error: ViewraError) => error.code,
      );
    const text = folder.file("text.mp4");
    await writeFile(text, "not a film".repeat(1000));
    const bad = inputs().map(({ rendition }) => ({ rendition, path: text }));
    expect(await codeOf(packager.describe(bad))).toBe("PACKAGE_FAILED");
    await fillDisk(`${scratch}/filler`);
    expect(await codeOf(packager.describe(inputs()))).toBe("STORAGE_FULL");
    expect(await readdir(scratch)).toEqual(["filler"]);
    await rm(`${scratch}/filler`);
    expect(await codeOf(packager.describe(inputs()))).toBe("made");
  });
});
