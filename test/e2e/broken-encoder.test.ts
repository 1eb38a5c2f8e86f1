import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { isFailure, type ListedFile, type StartedPlayback } from "../support/api-client.ts";
import { distinctWish } from "../support/distinct-wishes.ts";
import { createFakeFfmpeg, type FakeFfmpeg, type FakeMode } from "../support/fake-ffmpeg.ts";
import { makeSource } from "../support/make-source.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

let folder: TempFolder;
let ffmpeg: FakeFfmpeg;
let server: ServerUnderTest;
let film: ListedFile | undefined;
let playing: StartedPlayback;
let contents = 0;

beforeAll(async () => {
  folder = await createTempFolder("broken");
  const library = folder.file("films");
  await mkdir(library);
  await makeSource(`${library}/film.mp4`, { durationSeconds: 40 });
  ffmpeg = await createFakeFfmpeg(folder.file("bin"));
  server = await startServer({
    dataDir: folder.file("data"),
    library: [library],
    env: {
      FFMPEG_PATH: ffmpeg.path,
      PIPELINE_ENCODER_TIMEOUT: "4",
      PIPELINE_MAX_RETRIES: "1",
      TRANSCODE_FILL: "none",
    },
  });
  film = (await server.api.awaitFiles(["film.mp4"])).get("film.mp4");
  playing = await server.api.start(film?.id ?? "", { container: "dash" });
  await server.api.object(playing, "v240/1.m4s");
}, 60_000);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** A content of its own, its manifests made while FFmpeg was still itself. */
async function published(): Promise<StartedPlayback> {
  await ffmpeg.become("real");
  const wishes = { container: "dash", ...distinctWish(contents++) };
  const playback = await server.api.start(film?.id ?? "", wishes);
  await server.api.object(playback, "v240/1.m4s");
  return playback;
}

async function filesOf(hash: string): Promise<string[]> {
  const names = await readdir(folder.file("data"), { recursive: true });
  return names.filter((name) => name.includes(hash));
}

const modes: (FakeMode | "is missing")[] = [
  "fails",
  "crashes",
  "killed",
  "hangs",
  "floods",
  "stubborn",
  "lies-nothing",
  "lies-listed",
  "lies-short",
  "lies-garbage",
  "lies-empty",
  "lies-few",
  "is missing",
];

test.each(modes)(
  "when FFmpeg %s, the segment is a typed error, nothing partial is seen, the rest plays, and other segments come once FFmpeg is well",
  async (mode) => {
    const playback = await published();
    await (mode === "is missing" ? ffmpeg.vanish() : ffmpeg.become(mode));
    const started = Date.now();
    // The film's last: far from what is made ahead of the first.
    const answer = await server.api.tryObject(playback, "v240/20.m4s");
    expect(isFailure(answer)).toBe(true);
    if (!isFailure(answer)) return;
    expect(answer.code).toMatch(
      /^(ENCODE_FAILED|PACKAGE_FAILED|VERIFY_FAILED|PROCESS_TIMEOUT|PROGRAM_MISSING|TRANSCODING_UNAVAILABLE|OBJECT_NOT_READY)$/,
    );
    expect(Date.now() - started).toBeLessThan(15_000);

    const stored = await filesOf(playback.content_hash);
    expect(stored.filter((name) => name.endsWith("/20.m4s"))).toEqual([]);
    const still = await server.api.object(playing, "v240/1.m4s");
    expect(still.byteLength).toBeGreaterThan(1000);
    if (mode !== "is missing") {
      // A missing program gives no segment up: the next one that is made takes its error away.
      const session = await server.api.session(playback.session_id);
      expect(session.error, "the session says what went wrong").toBeTruthy();
    }

    await ffmpeg.become("real");
    // A segment that failed too often is given up; the film's others are not.
    const healed = await server.api.object(playback, "v240/18.m4s");
    expect(healed.byteLength).toBeGreaterThan(1000);
    await server.api.end(playback.session_id);
  },
  40_000,
);

test("a segment whose FFmpeg was killed for want of memory comes when there is memory again, without a restart", async () => {
  const playback = await published();
  await ffmpeg.become("killed");
  const name = "v240/20.m4s";
  const refused = await server.api.tryObject(playback, name);
  expect(refused).toMatchObject({ status: 404, code: "OBJECT_NOT_READY" });
  await ffmpeg.become("real");
  let answer = await server.api.tryObject(playback, name);
  // Left alone for 5 seconds first; a player is told with Retry-After.
  for (let i = 0; i < 20 && isFailure(answer); i++) {
    await Bun.sleep(500);
    answer = await server.api.tryObject(playback, name);
  }
  expect(isFailure(answer)).toBe(false);
  await server.api.end(playback.session_id);
}, 40_000);

test("a flood on stderr did not make the server grow", async () => {
  const status = await readFile(`/proc/${server.pid}/status`, "utf8");
  const peakKiB = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
  expect(peakKiB).toBeLessThan(600 * 1024);
});

test("nothing that a broken FFmpeg left behind still runs when the server has stopped", async () => {
  expect(await server.stop()).toBe(0);
  expect(await server.leftRunning()).toEqual([]);
});

test("without FFmpeg the server starts, lists films, and refuses to play them with a typed error", async () => {
  const env = { FFMPEG_PATH: folder.file("nowhere/ffmpeg") };
  const library = [folder.file("films")];
  await using bare = await startServer({ dataDir: folder.file("bare"), library, env });
  const listed = (await bare.api.awaitFiles(["film.mp4"])).get("film.mp4");
  const answer = await bare.api.tryStart(listed?.id ?? "");
  expect(isFailure(answer) ? answer.code : "started").toMatch(
    /^(PROGRAM_MISSING|TRANSCODING_UNAVAILABLE)$/,
  );
}, 30_000);
