import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, rm } from "node:fs/promises";
import { isFailure, type ApiFailure } from "../support/api-client.ts";
import { sha256Hex } from "../support/digest.ts";
import { mapContent } from "../support/content-map.ts";
import { distinctWish } from "../support/distinct-wishes.ts";
import { makeSource } from "../support/make-source.ts";
import { mountTmpfs } from "../support/mount.ts";
import { runTool, tryTool } from "../support/run-tool.ts";
import { serverCommand, startServer } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

/** Only root may mount the small file system that this needs. */
const isRoot = process.getuid?.() === 0;

describe.skipIf(!isRoot)("a full disk under the content store", () => {
  let folder: TempFolder;
  let disk: string;
  let mounted = false;

  beforeAll(async () => {
    folder = await createTempFolder("full");
    disk = folder.file("disk");
    await mkdir(disk);
    mounted =
      (await tryTool(["mount", "-t", "tmpfs", "-o", "size=96m", "none", disk])).exitCode === 0;
    await mkdir(folder.file("films"));
    await makeSource(folder.file("films/film.mp4"), { durationSeconds: 12 });
  }, 30_000);

  afterAll(async () => {
    if (mounted) await runTool(["umount", "-l", disk]);
    await folder[Symbol.asyncDispose]();
  });

  test("gives a typed error, shows nothing partial, keeps serving what is stored, and goes on when there is room", async () => {
    expect(mounted, "tmpfs could not be mounted").toBe(true);
    const options = { dataDir: folder.file("data"), library: [folder.file("films")] };
    const env = { CONTENT_STORE_PATH: `${disk}/store`, TRANSCODE_FILL: "none" };
    await using server = await startServer({ ...options, env });
    const film = (await server.api.awaitFiles(["film.mp4"])).get("film.mp4");
    const playback = await server.api.start(film?.id ?? "", { container: "dash" });
    const renditions = await mapContent(server.api, playback);
    const names = renditions.flatMap(({ segments }) => segments.map(({ name }) => name));
    const first = names[0] ?? "";
    const digest = await sha256Hex(await server.api.object(playback, first));

    await fill(`${disk}/filler`);
    const refused: ApiFailure[] = [];
    for (const name of names) {
      const answer = await server.api.tryObject(playback, name);
      if (isFailure(answer)) refused.push(answer);
    }
    expect(refused.length).toBeGreaterThan(0);
    expect([...new Set(refused.map(({ code }) => code))]).toEqual(["STORAGE_FULL"]);
    expect(await sha256Hex(await server.api.object(playback, first))).toBe(digest);

    await rm(`${disk}/filler`);
    for (const name of names) await server.api.object(playback, name);
    expect(await server.stop()).toBe(0);
    const verify = [...serverCommand(), "store", "verify", "--data-dir", options.dataDir];
    const withStore = ["env", `CONTENT_STORE_PATH=${disk}/store`, ...verify];
    expect((await tryTool(withStore)).exitCode).toBe(0);
  }, 60_000);
});

describe.skipIf(!isRoot)("a disk under the content store that takes no writing any more", () => {
  test("is said to everybody who needs one, and in the health; what is stored plays, and all is well once it does", async () => {
    await using folder = await createTempFolder("read-only");
    const disk = await mountTmpfs(folder.file("disk"), "96m");
    if (disk === null) throw new Error("expected root to mount a tmpfs");
    await using _ = disk;
    await mkdir(folder.file("films"));
    await makeSource(folder.file("films/film.mp4"), { durationSeconds: 6 });
    await using server = await startServer({
      dataDir: folder.file("data"),
      library: [folder.file("films")],
      env: { CONTENT_STORE_PATH: `${disk.path}/store`, TRANSCODE_FILL: "none" },
    });
    const film = (await server.api.awaitFiles(["film.mp4"])).get("film.mp4");
    const playback = await server.api.start(film?.id ?? "", { container: "dash" });
    const digest = await sha256Hex(await server.api.object(playback, "v240/1.m4s"));
    const health = async (): Promise<unknown> =>
      await (await fetch(`${server.url}/api/health`)).json();
    const remount = (mode: string) => runTool(["mount", "-o", `remount,${mode}`, disk.path]);
    const id = film?.id ?? "";
    const unstored = { container: "dash", ...distinctWish(0) };

    await remount("ro");
    const said = { code: "FOLDER_UNUSABLE", message: expect.stringMatching(/read-only/) };
    expect(await server.api.tryObject(playback, "v240/3.m4s")).toMatchObject({
      ...{ status: 503, code: "FOLDER_UNUSABLE" },
    });
    const known = await server.api.start(id, { container: "dash" });
    expect(known.content_hash).toBe(playback.content_hash);
    expect(await server.api.tryStart(id, unstored)).toMatchObject({ status: 503, ...said });
    const removal = await fetch(`${server.url}/api/v1/content/${playback.content_hash}`, {
      method: "DELETE",
    });
    expect(await removal.json()).toMatchObject({ error: said });
    expect(await health()).toMatchObject({
      ...{ status: "degraded", checks: { store: { ok: false, message: said.message } } },
    });
    expect(await sha256Hex(await server.api.object(playback, "v240/1.m4s"))).toBe(digest);

    await remount("rw");
    await server.api.object(playback, "v240/3.m4s");
    await server.api.start(id, unstored);
    const free = expect.stringMatching(/bytes free/);
    expect(await health()).toMatchObject({ checks: { store: { message: free } } });
    expect(server.log()).not.toContain("INTERNAL");
  }, 60_000);
});

describe.skipIf(!isRoot)("a full disk under the working files", () => {
  test("is said at once, starts no FFmpeg again and again, is nobody's failure, and is over when there is room", async () => {
    await using folder = await createTempFolder("full-work");
    const cache = folder.file("data/cache");
    await mkdir(cache, { recursive: true });
    await mkdir(folder.file("films"));
    await makeSource(folder.file("films/film.mp4"), { durationSeconds: 12 });
    await runTool(["mount", "-t", "tmpfs", "-o", "size=96m", "none", cache]);
    try {
      const options = { dataDir: folder.file("data"), library: [folder.file("films")] };
      const env = { TRANSCODE_FILL: "none", LOG_FORMAT: "json", TMPDIR: cache };
      await using server = await startServer({ ...options, env });
      const film = (await server.api.awaitFiles(["film.mp4"])).get("film.mp4");
      const playback = await server.api.start(film?.id ?? "", { container: "dash" });
      await server.api.object(playback, "v240/1.m4s");
      await fill(`${cache}/filler`);
      const begunBefore = server.log().split("run started").length;
      for (let i = 0; i < 12; i++) {
        const began = performance.now();
        const answer = await server.api.tryObject(playback, "v240/6.m4s");
        if (!isFailure(answer)) throw new Error("a segment was made without room");
        expect(answer.code).toBe("STORAGE_FULL");
        expect(performance.now() - began).toBeLessThan(10_000);
      }
      // One may have been under way when the disk filled up.
      expect(server.log().split("run started").length - begunBefore).toBeLessThanOrEqual(2);
      expect(server.log()).not.toContain("nhandled");
      await rm(`${cache}/filler`);
      await server.api.object(playback, "v240/6.m4s");
      expect(await server.stop()).toBe(0);
    } finally {
      await runTool(["umount", "-l", cache]);
    }
  }, 60_000);
});

/** Takes all room of the file system that the file is on. */
async function fill(path: string): Promise<void> {
  const filled = await tryTool(["dd", "if=/dev/zero", `of=${path}`, "bs=64k"]);
  expect(filled.stderr).toContain("No space left on device");
}

describe.skipIf(!isRoot)("a disk with no room for what Viewra brings along", () => {
  test("is said to whoever starts a film, and films start when there is room", async () => {
    await using folder = await createTempFolder("no-room");
    const disk = await mountTmpfs(folder.file("disk"), "9m");
    if (disk === null) throw new Error("expected root to mount a tmpfs");
    await using _ = disk;
    await mkdir(folder.file("films"));
    await makeSource(folder.file("films/film.mp4"), { durationSeconds: 2, width: 160, height: 90 });
    await using server = await startServer({
      ...{ dataDir: disk.path, library: [folder.file("films")] },
      env: { TRANSCODE_FILL: "none" },
    });
    const id = (await server.api.awaitFiles(["film.mp4"])).get("film.mp4")?.id ?? "";
    const wish = { container: "dash", delivery: "transcode" } as const;
    expect(await server.api.tryStart(id, wish)).toMatchObject({ code: "STORAGE_FULL" });
    await runTool(["mount", "-o", "remount,size=96m", disk.path]);
    const playback = await server.api.start(id, wish);
    const [first] = await mapContent(server.api, playback);
    await server.api.object(playback, first?.segments[0]?.name ?? "");
  }, 60_000);
});
