import { expect, test } from "bun:test";
import { runExecutable } from "../cli/run-executable.ts";
import { writeOldDatabase } from "../library/takeover/old-database.ts";
import { makeSource } from "../support/make-source.ts";
import { startServer } from "../support/server.ts";
import { createTempFolder } from "../support/temp-folder.ts";

test("links of an old Viewra lead to the same film, which plays", async () => {
  await using folder = await createTempFolder("migrate");
  const film = folder.file("films/A Film.mp4");
  await Bun.write(film, "");
  await makeSource(film, { durationSeconds: 4, width: 320, height: 180 });
  const old = folder.file("old.db");
  const request = '{"media_file_id":"old-film","container":"dash"}';
  const session = { status: "completed", request, createdAt: "2025-01-02 03:04:05" };
  writeOldDatabase(old, {
    files: [{ id: "old-film", path: film, type: "movie" }],
    sessions: [
      { ...session, id: "with-hash", hash: "c".repeat(64) },
      { ...session, id: "without", hash: null },
    ],
    withHash: true,
    journal: "wal",
  }).close();
  const ran = await runExecutable(folder.path, ["migrate", "--from", old]);
  expect(ran).toMatchObject({ exitCode: 0, stderr: "" });

  await using server = await startServer({ dataDir: folder.file("data") });
  const url = (path: string): string => server.api.url(path);
  const entry = async (): Promise<Record<string, unknown>> =>
    (await fetch(url("/api/media/files/old-film"))).json();
  const deadline = Date.now() + 20_000;
  while ((await entry()).status !== "ready" && Date.now() < deadline) await Bun.sleep(100);
  expect(await entry()).toMatchObject({ id: "old-film", status: "ready", title: "A Film" });
  for (const id of ["with-hash", "without"]) {
    const address = url(`/api/playback/stream/${id}/manifest.mpd`);
    const redirect = await fetch(address, { redirect: "manual" });
    expect(redirect.status).toBe(307);
    expect(redirect.headers.get("Location")).toMatch(
      /^\/api\/v1\/content\/[0-9a-f]{64}\/manifest\.mpd$/,
    );
    const manifest = await fetch(address);
    expect(manifest.status).toBe(200);
    expect(await manifest.text()).toContain('type="static"');
    const segment = await fetch(new URL("a1/1.m4s", manifest.url));
    expect(segment.status).toBe(200);
    await segment.body?.cancel();
  }
  const missing = await fetch(url("/api/playback/stream/nobody/manifest.mpd"));
  expect(missing.status).toBe(404);
  await missing.body?.cancel();
}, 60_000);
