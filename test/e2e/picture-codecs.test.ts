import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, readdir } from "node:fs/promises";
import { isFailure } from "../support/api-client.ts";
import { startPlayerBrowser, type PlayerBrowser } from "../support/browser.ts";
import { comparePictures, decodePictures } from "../support/compare-video.ts";
import { mapContent } from "../support/content-map.ts";
import { makeSource } from "../support/make-source.ts";
import { playbackFaults } from "../support/playback-faults.ts";
import type { PlayerName } from "../support/player-page/page.ts";
import { runTool } from "../support/run-tool.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

const seconds = 11;
let folder: TempFolder;
let server: ServerUnderTest;
let browser: PlayerBrowser;

beforeAll(async () => {
  folder = await createTempFolder("picture-codecs");
  const library = folder.file("films");
  await mkdir(library);
  const film = `${library}/film.mp4`;
  await makeSource(film, { durationSeconds: seconds, width: 640, height: 360 });
  const light =
    "master-display=G(8500,39850)B(6550,2300)R(35400,14600)WP(15635,16450)L(40000000,50)";
  await runTool([
    ...["ffmpeg", "-nostdin", "-v", "error", "-i", film, "-t", "3", "-an", "-pix_fmt"],
    ...["yuv420p10le", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params"],
    `log-level=none:${light}:max-cll=1234,321`,
    ...["-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"],
    `${library}/hdr.mkv`,
  ]);
  server = await startServer({
    ...{ dataDir: folder.file("data"), library: [library] },
    // Whatever this machine's pace: they are asked for by name.
    env: { TRANSCODE_CODECS: "hevc,av1,vp9", TRANSCODE_FILL: "none" },
  });
  browser = await startPlayerBrowser();
}, 120_000);

afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const idOf = async (name: string): Promise<string> =>
  (await server.api.awaitFiles(["film.mp4", "hdr.mkv"])).get(name)?.id ?? "";
const manifestOf = async (url: string): Promise<string> =>
  (await fetch(server.api.url(url))).text();

// Once in some 30 times dash.js leaves a hole behind two seeks while a segment is on its way, and Chromium's decoder of VP9
// stands still with all it needs: such a test is made once more.
const alone: [PlayerName, "dash" | "hls", "av1" | "vp9", string][] = [
  ["dash.js", "dash", "av1", "av01."],
  ["hls.js", "hls", "vp9", "vp09."],
];

test.each(alone)(
  "%s over %s plays the pictures of a device that knows %s alone",
  async (player, container, codec, name) => {
    const playback = await server.api.start(await idOf("film.mp4"), {
      ...{ container, quality: "low", device_profile: { supported_codecs: [codec, "aac"] } },
    });
    const manifest = await manifestOf(playback.manifest_url);
    expect(manifest).toContain(name);
    expect(manifest).not.toContain("avc1");
    const report = await browser.play(player, server.api.url(playback.manifest_url));
    await server.api.end(playback.session_id);
    expect(playbackFaults(report, seconds)).toEqual([]);
    expect(report.rungHeights).toEqual([240, 360]);
  },
  { timeout: 120_000, retry: 1 },
);

test(
  "with quality high both manifests offer another codec beside H.264, dash.js takes it, and a failure leads back",
  async () => {
    const device_profile = { supported_codecs: ["h264", "vp9", "aac"] };
    const wish = { quality: "high", device_profile } as const;
    const playback = await server.api.start(await idOf("film.mp4"), { ...wish, container: "dash" });
    const mpd = await manifestOf(playback.manifest_url);
    const sets = mpd.split("<AdaptationSet").filter((set) => set.includes('contentType="video"'));
    expect(sets.map((set) => /codecs="(\w+)/.exec(set)?.[1])).toEqual(["avc1", "vp09"]);
    const [usual = 0, sparing = 0] = sets.map((set) =>
      Number(/selectionPriority="(\d+)"/.exec(set)?.[1]),
    );
    expect(sparing).toBeGreaterThan(usual);
    const hls = await server.api.start(await idOf("film.mp4"), { ...wish, container: "hls" });
    const variants = [
      ...(await manifestOf(hls.manifest_url)).matchAll(/^#EXT-X-STREAM-INF:.*CODECS="(\w+)/gm),
    ];
    expect(variants.map((match) => match[1])).toEqual(["avc1", "avc1", "vp09", "vp09"]);
    await server.api.end(hls.session_id);

    const report = await browser.play("dash.js", server.api.url(playback.manifest_url));
    expect(report.problems).toEqual([]);
    const made = await madeObjects(playback.content_hash);
    expect(made.filter((name) => /^v\d+-vp9\/\d/.test(name)).length).toBeGreaterThan(3);
    expect(made.filter((name) => /^v\d+\/\d/.test(name))).toEqual([]);

    const next = await server.api.failed(playback.session_id, 2);
    if (isFailure(next)) throw new Error(next.message);
    expect(await manifestOf(next.manifest_url)).not.toContain("vp09");
    await server.api.end(next.session_id);
  },
  { timeout: 120_000, retry: 1 },
);

/** Segments of a content in the store. */
async function madeObjects(hash: string): Promise<string[]> {
  const all = await readdir(folder.file("data"), { recursive: true });
  return all.flatMap((path) => {
    const [, name] = path.split(`${hash}/`);
    return name !== undefined && name.endsWith(".m4s") ? [name] : [];
  });
}

test("HDR stays HDR for who shows it, in ten bits with all that is said of its light, beside SDR", async () => {
  const id = await idOf("hdr.mkv");
  const television = {
    supported_codecs: ["h264", "hvc1.2.4.L153.B0", "aac"],
    ...{ supports_hdr: true, max_resolution: "2160p" },
  };
  const playback = await server.api.start(id, {
    ...{ container: "hls", quality: "low", device_profile: television },
  });
  const lines = (await manifestOf(playback.manifest_url)).split("\n");
  const variants = lines.filter((line) => line.startsWith("#EXT-X-STREAM-INF"));
  const told = variants.map((line) => [
    /CODECS="(\w+)/.exec(line)?.[1],
    /VIDEO-RANGE=(\w+)/.exec(line)?.[1],
  ]);
  expect(told).toEqual([
    ["avc1", "SDR"],
    ["avc1", "SDR"],
    ["hvc1", "PQ"],
    ["hvc1", "PQ"],
  ]);
  const rendition = (await mapContent(server.api, playback)).find(({ id }) => id === "v360-hevc");
  if (rendition === undefined) throw new Error("expected HDR pictures");
  const names = [rendition.init, ...rendition.segments.map(({ name }) => name)];
  const parts: Uint8Array[] = [];
  for (const name of names) parts.push(await server.api.object(playback, name));
  const joined = folder.file("joined.mp4");
  await Bun.write(joined, Buffer.concat(parts));
  const { stdout } = await runTool([
    ...["ffprobe", "-v", "error", "-show_entries", "stream:stream_side_data", joined],
  ]);
  const probed = new TextDecoder().decode(stdout);
  for (const fact of ["pix_fmt=yuv420p10le", "color_transfer=smpte2084", "max_content=1234"]) {
    expect(probed).toContain(fact);
  }
  const source = await decodePictures(folder.file("films/hdr.mkv"));
  const report = comparePictures(source, await decodePictures(joined), {
    ...{ rate: 25, sourceStart: source.times[0] ?? 0, constantRate: true },
  });
  expect(report.faults).toEqual([]);
  await server.api.end(playback.session_id);
  const dash = await server.api.start(id, {
    ...{ container: "dash", quality: "low", device_profile: television },
  });
  const mpd = await manifestOf(dash.manifest_url);
  expect(mpd).toContain('schemeIdUri="urn:mpeg:mpegB:cicp:TransferCharacteristics" value="16"');
  await server.api.end(dash.session_id);
}, 120_000);
