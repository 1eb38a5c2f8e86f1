import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { runExecutable } from "../cli/run-executable.ts";
import { isFailure, type ListedFile, type StartedPlayback } from "../support/api-client.ts";
import { mapContent, objectNames } from "../support/content-map.ts";
import { createFakeFfmpeg, type FakeFfmpeg } from "../support/fake-ffmpeg.ts";
import { decodeTruth, judgeStream, type Truth } from "../support/judge-stream.ts";
import { makeSource } from "../support/make-source.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { serveFolder } from "../support/static-server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

/** An encoder whose header for a film is not the one it writes for nothing at all. */
let folder: TempFolder;
let ffmpeg: FakeFfmpeg;
let truth: Truth;

beforeAll(async () => {
  folder = await createTempFolder("header");
  await mkdir(folder.file("films"));
  await makeSource(folder.file("films/film.mp4"), { durationSeconds: 9 });
  ffmpeg = await createFakeFfmpeg(folder.file("bin"));
  await ffmpeg.become("follows-film");
  truth = await decodeTruth(folder.file("films/film.mp4"));
}, 60_000);

afterAll(() => folder[Symbol.asyncDispose]());

test("a whole-film transcode is described from the film, too", async () => {
  await makeSource(folder.file("mute.mp4"), { durationSeconds: 5, sound: [] });
  const env = { FFMPEG_PATH: ffmpeg.path, SEGMENT_DURATION: "2" };
  const ran = await runExecutable(folder.path, ["transcode", "mute.mp4", "-o", "out"], env);
  expect(ran.exitCode, ran.stderr).toBe(0);
  await using web = serveFolder(folder.file("out"));
  const mute = await decodeTruth(folder.file("mute.mp4"), { soundTracks: 0 });
  for (const manifest of ["master.m3u8", "manifest.mpd"]) {
    const faults = await judgeStream(`${web.url}/${manifest}`, mute, {
      ...{ rate: 25, constantRate: true, videoTracks: 1 },
    });
    expect(faults, manifest).toEqual([]);
  }
}, 60_000);

const launch = (): Promise<ServerUnderTest> =>
  startServer({
    dataDir: folder.file("data"),
    library: [folder.file("films")],
    env: { FFMPEG_PATH: ffmpeg.path, TRANSCODE_FILL: "none" },
  });

const theFilm = async (server: ServerUnderTest): Promise<ListedFile> => {
  const film = (await server.api.awaitFiles(["film.mp4"])).get("film.mp4");
  if (film === undefined) throw new Error("the film is not listed");
  return film;
};

async function replacement(server: ServerUnderTest, id: string) {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; await Bun.sleep(50)) {
    const session = await server.api.session(id);
    if (session.replaced_by) return session;
  }
  throw new Error(`the session was not replaced:\n${server.log().slice(-3000)}`);
}

let first: StartedPlayback;
let second: StartedPlayback;

test("a title whose header is not the described one is refused once, with the reason, and goes on in another content", async () => {
  await using server = await launch();
  first = await server.api.start((await theFilm(server)).id, { container: "hls" });
  const asked = performance.now();
  const answer = await server.api.tryObject(first, "v240/1.m4s");
  expect(isFailure(answer) && answer.code).toBe("VERIFY_FAILED");
  // One try, not three: another would write the same header.
  expect(performance.now() - asked).toBeLessThan(10_000);
  const tries = server.log().match(/"?run started"?.*v240/g) ?? [];
  expect(tries.length).toBeLessThanOrEqual(1);

  const session = await replacement(server, first.session_id);
  expect(session.error).toContain("v240/1.m4s");
  const next = await server.api.failed(first.session_id, 4);
  if (isFailure(next)) throw new Error(next.message);
  second = next;
  expect(second.content_hash).not.toBe(first.content_hash);
  expect(second.manifest_url).toBe(session.replaced_by?.manifest_url ?? "");
  for (const manifest of ["master.m3u8", "manifest.mpd"]) {
    const faults = await judgeStream(server.api.url(second.content_url + manifest), truth, {
      ...{ rate: 25, constantRate: true, videoTracks: 1 },
    });
    expect(faults, manifest).toEqual([]);
  }
}, 90_000);

test("sound and all else of the first content is as good as ever", async () => {
  await using server = await launch();
  await server.api.start((await theFilm(server)).id);
  const sound = await server.api.object(first, "a1/2.m4s");
  expect(sound.byteLength).toBeGreaterThan(1000);
}, 60_000);

test("later starts, after a restart too, are told of the content that plays, and so is who only asks", async () => {
  await using server = await launch();
  const film = await theFilm(server);
  const again = await server.api.start(film.id, { container: "hls" });
  expect(again.content_hash).toBe(second.content_hash);
  const decided = await fetch(server.api.url("/api/playback/decide"), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      ...{ media_file_id: film.id, container: "hls", delivery: "transcode" },
    }),
  });
  expect(await decided.json()).toMatchObject({ content_hash: second.content_hash });
  for (const name of objectNames(await mapContent(server.api, again))) {
    expect((await server.api.object(again, name)).byteLength).toBeGreaterThan(50);
  }
}, 60_000);
