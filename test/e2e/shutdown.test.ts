import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, readdir } from "node:fs/promises";
import { isFailure, type ApiFailure, type StartedPlayback } from "../support/api-client.ts";
import { mapContent } from "../support/content-map.ts";
import { sha256Hex } from "../support/digest.ts";
import { distinctWish } from "../support/distinct-wishes.ts";
import { createFakeFfmpeg, type FakeFfmpeg } from "../support/fake-ffmpeg.ts";
import { makeSource } from "../support/make-source.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

let folder: TempFolder;
let ffmpeg: FakeFfmpeg;
let contents = 0;

beforeAll(async () => {
  folder = await createTempFolder("shutdown");
  await mkdir(folder.file("films"));
  await makeSource(folder.file("films/film.mp4"), { durationSeconds: 40 });
  ffmpeg = await createFakeFfmpeg(folder.file("bin"));
}, 60_000);

afterAll(() => folder[Symbol.asyncDispose]());

/** The same data folder every time: each test is a restart for the next one. */
async function startAgain(program = ffmpeg.path): Promise<ServerUnderTest> {
  await ffmpeg.become("real");
  return startServer({
    dataDir: folder.file("data"),
    library: [folder.file("films")],
    env: { FFMPEG_PATH: program },
  });
}

interface Film {
  readonly playback: StartedPlayback;
  /** Segments all over it. */
  readonly names: readonly string[];
}

/** Starts a content that nobody had before. */
async function publish(server: ServerUnderTest): Promise<Film> {
  const film = (await server.api.awaitFiles(["film.mp4"])).get("film.mp4");
  const wishes = { container: "hls", ...distinctWish(contents++) };
  const playback = await server.api.start(film?.id ?? "", wishes);
  const renditions = await mapContent(server.api, playback);
  const names = renditions.flatMap(({ segments }) =>
    [2, 7, 12, 17].map((i) => segments[i]?.name ?? ""),
  );
  return { playback, names };
}

/** What came of a request: bytes, an error body, or a connection that broke. */
type Answer = Uint8Array<ArrayBuffer> | ApiFailure | "broken";

/** Asks for all of them at once; comes back when the server has heard every request. */
async function ask(
  server: ServerUnderTest,
  { playback, names }: Film,
): Promise<{ readonly answers: Promise<Answer[]> }> {
  const asked = names.map((name) =>
    server.api.tryObject(playback, name).catch(() => "broken" as const),
  );
  const heard = async (): Promise<void> => {
    while (((await server.api.metric("viewra_queue_depth")) ?? 0) < names.length)
      await Bun.sleep(5);
  };
  await Promise.race([...asked, heard().catch(() => {})]);
  return { answers: Promise.all(asked) };
}

/** Waits until FFmpeg works on what was asked for. */
async function untilEncoding(server: ServerUnderTest): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    const left = await server.leftRunning();
    if (left.some((command) => command.includes("segment_list"))) return;
    await Bun.sleep(20);
  }
  throw new Error("no run began");
}

async function expectCleanFolder(): Promise<void> {
  // Merged into the database: the log is empty, or gone.
  expect(Bun.file(folder.file("data/viewra.db-wal")).size).toBe(0);
  expect(await readdir(folder.file("data/cache/work"))).toEqual([]);
}

test("SIGTERM while segments are encoded: every request is answered whole, and nothing is left behind", async () => {
  await using server = await startAgain();
  const film = await publish(server);
  const { answers } = await ask(server, film);
  const stoppedAt = performance.now();
  expect(await server.stop()).toBe(0);
  expect(performance.now() - stoppedAt).toBeLessThan(10_000);
  expect(await server.leftRunning()).toEqual([]);
  await expectCleanFolder();

  const digests = new Map<string, string>();
  for (const [i, answer] of (await answers).entries()) {
    const name = film.names[i] ?? "";
    expect(answer, name).not.toBe("broken");
    if (answer === "broken") continue;
    if (isFailure(answer)) expect(answer.code).toMatch(/^(?:SHUTTING_DOWN|OBJECT_NOT_READY)$/);
    else digests.set(name, await sha256Hex(answer));
  }

  await using next = await startAgain();
  for (const [name, digest] of digests) {
    expect(await sha256Hex(await next.api.object(film.playback, name)), name).toBe(digest);
  }
  // What was cut off is made now.
  for (const name of film.names) {
    expect((await next.api.object(film.playback, name)).byteLength).toBeGreaterThan(1000);
  }
}, 60_000);

test("encoders that never end do not hold the server up, and who waits for them is told", async () => {
  await using server = await startAgain();
  const film = await publish(server);
  await ffmpeg.become("stubborn");
  const { answers } = await ask(server, film);
  const stoppedAt = performance.now();
  expect(await server.stop()).toBe(0);
  expect(performance.now() - stoppedAt).toBeLessThan(10_000);
  expect(await server.leftRunning()).toEqual([]);
  for (const answer of await answers) {
    expect(answer).toMatchObject({ status: 503, code: "SHUTTING_DOWN" });
  }
  await expectCleanFolder();
}, 60_000);

test("a second SIGTERM ends the server at once, and its children with it", async () => {
  await using server = await startAgain();
  const film = await publish(server);
  await ffmpeg.become("stubborn");
  await ask(server, film);
  await untilEncoding(server);
  const stopped = server.stop();
  // Two at the same moment are one: it came to the process and to its group.
  await Bun.sleep(600);
  process.kill(server.pid, "SIGTERM");
  const secondAt = performance.now();
  expect(await stopped).toBe(143);
  expect(performance.now() - secondAt).toBeLessThan(2000);
  await expectNoChildren(server);
}, 60_000);

test("after kill -9 no child is left, the next start sweeps up and plays on", async () => {
  let film: Film;
  {
    // The kernel kills the child itself; what a stand-in written in shell started would stay.
    await using server = await startAgain("ffmpeg");
    film = await publish(server);
    await ask(server, film);
    await server.kill();
    await expectNoChildren(server);
    expect(await readdir(folder.file("data/cache/work"))).toEqual([String(server.pid)]);
  }
  await using next = await startAgain();
  expect(await readdir(folder.file("data/cache/work"))).toEqual([String(next.pid)]);
  for (const name of film.names) {
    expect((await next.api.object(film.playback, name)).byteLength).toBeGreaterThan(1000);
  }
}, 60_000);

/** The kernel needs a moment. */
async function expectNoChildren(server: ServerUnderTest): Promise<void> {
  const deadline = Date.now() + 1000;
  while ((await server.leftRunning()).length > 0 && Date.now() < deadline) await Bun.sleep(20);
  expect(await server.leftRunning()).toEqual([]);
}
