import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import * as v from "valibot";
import { readBoxes } from "../../src/iso/iso-boxes.ts";
import type { ListedFile, StartedPlayback } from "../support/api-client.ts";
import { mapContent } from "../support/content-map.ts";
import { makeSource } from "../support/make-source.ts";
import { runTool } from "../support/run-tool.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

const film = "Späte „Größe“ 映画 (100%).mkv";
const late = "late.mkv";
const sound = "sound.m4a";
const long = "long.mkv";
const picture = { durationSeconds: 7, width: 320, height: 180, rate: "24000/1001" };

let folder: TempFolder;
let server: ServerUnderTest;
let films: ReadonlyMap<string, ListedFile>;

beforeAll(async () => {
  folder = await createTempFolder("download");
  const library = folder.file("films");
  await mkdir(library);
  const two = [{ language: "eng" }, { language: "ger", channels: 6 as const }];
  await makeSource(`${library}/${film}`, { ...picture, sound: two });
  const [first, second] = [{}, { startSeconds: 1.5, endSeconds: 5 }];
  await makeSource(`${library}/${late}`, { ...picture, sound: [first, second] });
  await makeSource(`${library}/${sound}`, { videoEncoder: null, durationSeconds: 7 });
  await makeSource(`${library}/${long}`, { ...picture, durationSeconds: 120, sound: [{}] });
  server = await startServer({ dataDir: folder.file("data"), library: [library] });
  films = await server.api.awaitFiles([film, late, sound, long]);
}, 60_000);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const start = (name: string, wishes: Record<string, unknown>): Promise<StartedPlayback> =>
  server.api.start(films.get(name)?.id ?? "", { container: "hls", ...wishes });

const download = (playback: StartedPlayback, ids: readonly string[], init?: RequestInit) => {
  const query = ids.map((id) => `rendition=${id}`).join("&");
  return fetch(server.api.url(`${playback.content_url}download?${query}`), init);
};

/** Every decoded frame with its time, as FFmpeg reads a track. */
async function frames(path: string, track: string): Promise<string[]> {
  const { stdout, stderr } = await runTool([
    ...["ffmpeg", "-nostdin", "-v", "warning", "-copyts", "-i", path, "-map", track],
    ...["-fps_mode", "passthrough", "-f", "framemd5", "-"],
  ]);
  expect(stderr).toBe("");
  const lines = new TextDecoder().decode(stdout).split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("#software"));
}

/** A rendition as a player has it: its init segment and all segments, one after the other. */
async function joined(playback: StartedPlayback, id: string): Promise<string> {
  const rendition = (await mapContent(server.api, playback)).find((each) => each.id === id);
  if (rendition === undefined) throw new Error(`there is no ${id}`);
  const parts: Uint8Array[] = [];
  for (const name of [rendition.init, ...rendition.segments.map((segment) => segment.name)]) {
    parts.push(await server.api.object(playback, name));
  }
  const path = folder.file(`${playback.content_hash.slice(0, 8)}-${id}.mp4`);
  await Bun.write(path, new Blob(parts.map((part) => new Uint8Array(part))));
  return path;
}

async function planOf(playback: StartedPlayback): Promise<string> {
  return new TextDecoder().decode(await server.api.object(playback, "plan.json"));
}

/** The boxes that a file is made of. */
function boxTypes(bytes: Uint8Array): string[] {
  return readBoxes(bytes).map(({ type }) => type);
}

const planForm = v.object({
  renditions: v.array(v.object({ id: v.string(), kind: v.string() })),
});

const browser = {
  supported_containers: ["hls"],
  supported_codecs: ["h264", "aac", "flac", "opus"],
};

test.each([
  ["encoded", film, { delivery: "transcode" }],
  ["copied", film, { delivery: "remux", device_profile: { ...browser, max_audio_channels: 8 } }],
  ["with sound that begins late", late, { delivery: "remux", device_profile: browser }],
  ["sound alone", sound, { delivery: "transcode" }],
])(
  "content %s: the file is the segments' frames and samples at their times, and the same whether made or stored",
  async (label, name, wishes) => {
    const playback = await start(name, wishes);
    expect(playback.decision).toBe(wishes.delivery);
    const plan = v.parse(planForm, JSON.parse(await planOf(playback)));
    const video = plan.renditions.filter(({ kind }) => kind === "video").at(-1);
    const audio = plan.renditions.filter(({ kind }) => kind === "audio");
    const ids = [...(video ? [video] : []), ...audio].map(({ id }) => id);
    const before = await download(playback, ids, { method: "HEAD" });
    expect([before.status, before.headers.get("content-length")]).toEqual([200, null]);
    const made = await download(playback, ids);
    expect(made.status).toBe(200);
    expect(made.headers.get("etag")).toBeNull();
    expect(made.headers.get("cache-control")).toBe("no-store");
    const bytes = await made.bytes();
    const path = folder.file(`${label}.mp4`);
    await Bun.write(path, bytes);
    expect(new Set(boxTypes(bytes))).toEqual(new Set(["ftyp", "mdat", "moov"]));
    for (const [i, id] of ids.entries()) {
      const [ours, theirs] = [
        await frames(path, `0:${i}`),
        await frames(await joined(playback, id), "0:0"),
      ];
      expect(theirs.length).toBeGreaterThan(20);
      expect(ours).toEqual(theirs);
    }
    const stored = await download(playback, ids);
    expect(Buffer.compare(await stored.bytes(), bytes)).toBe(0);
    expect(stored.headers.get("content-length")).toBe(String(bytes.byteLength));
    expect(stored.headers.get("cache-control")).toContain("immutable");
    const tag = stored.headers.get("etag") ?? "";
    expect(tag).toMatch(/^"[\w-]+"$/);
    const head = await download(playback, ids, { method: "HEAD" });
    expect(head.headers.get("content-length")).toBe(String(bytes.byteLength));
    for (const [from, to] of [
      [0, 0],
      [30, 5000],
      [bytes.length - 3000, bytes.length - 1],
    ] as const) {
      const headers = { Range: `bytes=${from}-${to}`, "If-Range": tag };
      const part = await download(playback, ids, { headers });
      expect([part.status, part.headers.get("content-range")]).toEqual([
        206,
        `bytes ${from}-${to}/${bytes.length}`,
      ]);
      expect(Buffer.compare(await part.bytes(), bytes.subarray(from, to + 1))).toBe(0);
    }
    const same = await download(playback, ids, { headers: { "If-None-Match": tag } });
    expect(same.status).toBe(304);
    const beyond = await download(playback, ids, { headers: { Range: `bytes=${bytes.length}-` } });
    expect([beyond.status, beyond.headers.get("content-range")]).toEqual([
      416,
      `bytes */${bytes.length}`,
    ]);
    await server.api.end(playback.session_id);
  },
  120_000,
);

test("without a wish it is the best pictures and the default sound, under the film's name", async () => {
  const playback = await start(film, { delivery: "transcode" });
  const answer = await download(playback, []);
  const path = folder.file("usual.mp4");
  await Bun.write(path, await answer.bytes());
  const { stdout } = await runTool([
    ...["ffprobe", "-v", "error", "-show_entries", "stream=codec_type,height:stream_tags=language"],
    ...["-of", "csv=p=0", path],
  ]);
  expect(new TextDecoder().decode(stdout).trim().split("\n")).toEqual([
    "video,180,und",
    "audio,eng",
  ]);
  const field = answer.headers.get("content-disposition") ?? "";
  const [, exact = ""] = /filename\*=UTF-8''(\S+)$/.exec(field) ?? [];
  expect(decodeURIComponent(exact)).toBe(film.replace(".mkv", ".mp4"));
  expect(field).toMatch(/^attachment; filename="[\x20-\x7e]+"; /);
  await server.api.end(playback.session_id);
});

test("what is no track of the content is refused in the usual form", async () => {
  const playback = await start(film, { delivery: "transcode" });
  const plan = v.parse(planForm, JSON.parse(await planOf(playback)));
  const pictures = plan.renditions.filter(({ kind }) => kind === "video").map(({ id }) => id);
  const none = { ...playback, content_url: `/api/v1/content/${"0".repeat(64)}/` };
  const cases = [
    [playback, ["v99999"], 404, "OBJECT_NOT_FOUND"],
    [playback, ["../plan.json"], 404, "OBJECT_NOT_FOUND"],
    [playback, [""], 404, "OBJECT_NOT_FOUND"],
    [playback, pictures.concat("v1").slice(0, 1).concat("a99"), 404, "OBJECT_NOT_FOUND"],
    [none, [], 404, "CONTENT_NOT_FOUND"],
  ] as const;
  for (const [content, ids, status, code] of cases) {
    const answer = await download(content, ids);
    expect(await answer.json()).toMatchObject({ error: { code, request_id: expect.any(String) } });
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([status, "no-store"]);
  }
  const misspelt = await fetch(`${server.api.url(playback.content_url)}download?Rendition=v1`);
  expect([misspelt.status, (await misspelt.json()).error.code]).toEqual([400, "INVALID_REQUEST"]);
  await server.api.end(playback.session_id);
});

const queueForm = v.object({ queue: v.object({ runs_active: v.number(), waiting: v.number() }) });

test("nothing is made for a client that has gone, whether before its first byte or after", async () => {
  const queue = async () => {
    const stats = await fetch(server.api.url("/api/playback/stats"));
    return v.parse(queueForm, await stats.json()).queue;
  };
  const playback = await start(long, { delivery: "transcode" });
  await server.api.end(playback.session_id);
  for (const isBegun of [false, true]) {
    const leaving = new AbortController();
    const answer = download(playback, [], { signal: leaving.signal });
    if (isBegun) await (await answer).body?.getReader().read();
    else await Bun.sleep(100);
    leaving.abort();
    await answer.catch(() => undefined);
    const deadline = Date.now() + 10_000;
    while ((await queue()).runs_active > 0 && Date.now() < deadline) await Bun.sleep(100);
    expect(await queue()).toEqual({ runs_active: 0, waiting: 0 });
  }
}, 60_000);
