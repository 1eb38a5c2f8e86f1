import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { openDatabase } from "../../src/db/database.ts";
import { sql } from "drizzle-orm";
import { createProcessRunner } from "../../src/process/process-runner.ts";
import { createProber } from "../../src/probe/prober.ts";
import { openTestDatabase, quietLog } from "../db/open-test-database.ts";
import { makeSource } from "../support/make-source.ts";
import { runTool } from "../support/run-tool.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { openTestLibrary } from "./open-test-library.ts";

const film = { durationSeconds: 1, width: 160, height: 90 };

test("real films are probed by ffprobe, and what only looks like one is listed with the reason", async () => {
  const runner = createProcessRunner({ log: quietLog(), setprivPath: null });
  const prober = createProber({ runner, ffprobePath: "ffprobe" });
  await using t = await openTestLibrary({ prober });
  await makeSource(t.path('it\'s 100% a "film"\n.mkv'), film);
  await makeSource(t.path("-y.mp4"), film);
  await runTool(["mkfifo", t.path("fifo.mkv")]);
  await t.write("text.mp4", "just text");
  await t.write("empty.mkv", "");
  await t.write("list.mp4", `ffconcat version 1.0\nfile '${t.path("-y.mp4")}'\n`);
  const startedAt = performance.now();
  const scan = await t.scan();
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(scan).toMatchObject({ status: "done", found: 6, added: 2, failed: 4 });
  const files = await t.files();
  for (const name of ['it\'s 100% a "film"\n.mkv', "-y.mp4"]) {
    expect(files[name]).toMatchObject({ status: "ready", source: { video: { width: 160 } } });
    expect(files[name]?.duration).toBeCloseTo(1, 1);
  }
  for (const name of ["fifo.mkv", "text.mp4", "empty.mkv", "list.mp4"]) {
    expect(files[name]).toMatchObject({ status: "unreadable", source: null });
    expect(files[name]?.reason?.length).toBeGreaterThan(10);
  }
  await runner.close();
});

test("a server killed in the middle of a scan leaves a sound database, and the next scan finishes", async () => {
  await using folder = await createTempFolder("killed");
  await using opened = await openTestDatabase();
  await opened.db.close();
  for (let i = 0; i < 300; i++) await writeFile(folder.file(`${i}.mkv`), `film ${i}`);
  const scriptPath = `${import.meta.dir}/../fixtures/scan-process.ts`;
  const start = (...how: readonly number[]) =>
    Bun.spawn([process.execPath, scriptPath, opened.url, folder.path, ...how.map(String)], {
      stdout: "pipe",
      stderr: "pipe",
    });
  let kept = 0;
  for (let round = 0; round < 4; round++) {
    const child = start(50, 70);
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      if (/running (?!0\b)/.test(text)) break;
    }
    await Bun.sleep(Math.random() * 60);
    child.kill("SIGKILL");
    await child.exited;
    const db = await openDatabase({ url: opened.url, log: quietLog() });
    const check = await db.read((queries) => queries.values(sql`PRAGMA integrity_check`));
    expect(check[0]?.[0]).toBe("ok");
    const count = sql`SELECT count(*), count(DISTINCT path) FROM media_files`;
    const [rows] = await db.read((queries) => queries.values(count));
    expect(rows?.[0]).toBe(rows?.[1]);
    expect(Number(rows?.[0])).toBeGreaterThanOrEqual(kept);
    kept = Number(rows?.[0]);
    await db.close();
  }
  const last = start(0);
  const output = await new Response(last.stdout).text();
  expect(await new Response(last.stderr).text()).toBe("");
  expect(output.trim().split("\n").at(-1)).toBe(`done ${300 - kept}`);
  const db = await openDatabase({ url: opened.url, log: quietLog() });
  const statuses = sql`SELECT status, count(*) FROM scans GROUP BY status ORDER BY status`;
  const rows = await db.read((queries) => queries.values(statuses));
  expect(rows.map((row) => [row[0], row[1]])).toEqual([
    ["done", 1],
    ["failed", 4],
  ]);
  await db.close();
}, 30_000);
