import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFile, mkdir } from "node:fs/promises";
import { authoringFaults } from "../manifest/authoring-rules.ts";
import type { XmlElement } from "../../src/media/xml-element.ts";
import { readHls, type HlsPresentation } from "../manifest/hls-presentation.ts";
import { ratio } from "../zoo/film.ts";
import { readMpd } from "../manifest/described.ts";
import { descendants, mpdFaults } from "../manifest/mpd-structure.ts";
import { isFailure } from "../support/api-client.ts";
import { addDolbyVision } from "../support/dolby-vision.ts";
import { runTool } from "../support/run-tool.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { deviceWishes, zooDevices } from "../zoo/device-wishes.ts";

/**
 * Manifests of real films of every kind, as every kind of device is given them: DASH as the MPD schema has it, HLS as
 * RFC 8216 and Apple's authoring specification do. No segment is made.
 */
let folder: TempFolder;
let server: ServerUnderTest;

const card = (rate = "25") => ["-f", "lavfi", "-i", `testsrc2=s=320x180:r=${rate}:d=5`];
const sound = (hz: number) => ["-f", "lavfi", "-i", `sine=f=${hz}:d=5`];
const x264 = "-c:v libx264 -preset ultrafast -g 50".split(" ");
const hevc = (transfer: string, more = "") => [
  ...["-vf", "format=yuv420p10le", "-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1"],
  ...[
    "-x265-params",
    `log-level=error:colorprim=bt2020:transfer=${transfer}:colormatrix=bt2020nc:keyint=50:min-keyint=50:open-gop=0${more}`,
  ],
  ...["-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc"],
];
const mastering =
  ":hdr10=1:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=1000,400";

/** FFmpeg's arguments behind its inputs, by the film's name. */
const films: Readonly<Record<string, readonly string[]>> = {
  "languages.mkv": [
    ...[...card("24000/1001"), ...sound(300), ...sound(400), ...sound(500), ...sound(600)],
    ...["-i", "words.srt", "-i", "chapters.txt", "-map_metadata", "6"],
    ...[
      "-map",
      "0",
      "-map",
      "1",
      "-map",
      "2",
      "-map",
      "3",
      "-map",
      "4",
      ...Array.from({ length: 5 }, () => ["-map", "5"]).flat(),
    ],
    ...[
      ...x264,
      "-c:a:0",
      "aac",
      "-c:a:1",
      "ac3",
      "-ac:a:1",
      "6",
      "-c:a:2",
      "libopus",
      "-c:a:3",
      "flac",
    ],
    ...[
      "-metadata:s:a:0",
      "language=eng",
      "-metadata:s:a:1",
      "language=ger",
      "-metadata:s:a:2",
      "language=pob",
    ],
    ...["-metadata:s:a:3", "language=eng", "-metadata:s:a:3", "title=Commentary"],
    ...["-disposition:a:3", "comment", "-c:s", "srt", "-c:s:4", "ass"],
    ...[
      "-metadata:s:s:0",
      "language=eng",
      "-metadata:s:s:1",
      "language=eng",
      "-disposition:s:1",
      "forced",
    ],
    ...[
      "-metadata:s:s:2",
      "language=eng",
      "-metadata:s:s:2",
      "title=SDH",
      "-disposition:s:2",
      "hearing_impaired",
    ],
    ...["-metadata:s:s:3", "language=chi", "-metadata:s:s:3", "title=Traditional"],
  ],
  "hdr10.mkv": [
    ...card(),
    ...sound(300),
    ...hevc("smpte2084", mastering),
    "-c:a",
    "eac3",
    "-ac",
    "6",
  ],
  "hlg.mp4": [...card("50"), ...sound(300), ...hevc("arib-std-b67"), "-c:a", "aac"],
  "dolby.mp4": [...card(), ...hevc("smpte2084", mastering)],
  "dolby-5.mp4": [...card(), ...hevc("smpte2084")],
  "vp9.webm": [
    ...[...card("30"), ...sound(300), ...sound(400), "-map", "0", "-map", "1", "-map", "2"],
    ...[
      "-c:v",
      "libvpx-vp9",
      "-cpu-used",
      "8",
      "-deadline",
      "realtime",
      "-g",
      "60",
      "-c:a",
      "libopus",
    ],
  ],
  "av1.mkv": [
    ...card(),
    ...sound(300),
    "-c:v",
    "libsvtav1",
    "-preset",
    "12",
    "-g",
    "50",
    "-c:a",
    "aac",
  ],
  "av1-pq.mkv": [
    ...[...card(), "-vf", "format=yuv420p10le", "-c:v", "libsvtav1", "-preset", "12", "-g", "50"],
    ...["-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"],
  ],
  "vp9-hlg.mkv": [
    ...[...card(), "-vf", "format=yuv420p10le", "-c:v", "libvpx-vp9", "-cpu-used", "8", "-g", "50"],
    ...["-deadline", "realtime", "-profile:v", "2", "-color_primaries", "bt2020"],
    ...["-color_trc", "arib-std-b67", "-colorspace", "bt2020nc"],
  ],
  "sound.mka": [
    ...[...sound(300), ...sound(400), "-map", "0", "-map", "1", "-c:a:0", "flac", "-c:a:1", "aac"],
    ...["-metadata:s:a:0", "language=jpn", "-metadata:s:a:1", "language=fre"],
  ],
  "sound.m4a": [...sound(300), "-c:a", "aac"],
  "silent.mkv": [...card("60"), "-i", "words.srt", ...x264, "-c:s", "srt"],
};
const names = Object.keys(films);

beforeAll(async () => {
  folder = await createTempFolder("manifests");
  const library = folder.file("films");
  await mkdir(library);
  const words = "1\n00:00:01,000 --> 00:00:02,000\nWords & more\n";
  await Bun.write(folder.file("words.srt"), words);
  await Bun.write(`${library}/silent.pt-BR.srt`, words);
  const chapters = [0, 2].map(
    (at) => `[CHAPTER]\nTIMEBASE=1/1\nSTART=${at}\nEND=${at + 2}\ntitle=<${at}>\n`,
  );
  await Bun.write(folder.file("chapters.txt"), `;FFMETADATA1\n${chapters.join("")}`);
  for (const [name, args] of Object.entries(films)) {
    const own = args.map((arg) => (/^(?:words|chapters)\./.test(arg) ? folder.file(arg) : arg));
    await runTool([
      "ffmpeg",
      "-nostdin",
      "-v",
      "error",
      "-threads",
      "1",
      ...own,
      `${library}/${name}`,
    ]);
  }
  await copyFile(`${library}/dolby.mp4`, `${library}/dolby-5.mp4`);
  await addDolbyVision(`${library}/dolby.mp4`, { profile: 8, level: 3, compatibilityId: 1 });
  await addDolbyVision(`${library}/dolby-5.mp4`, { profile: 5, level: 3, compatibilityId: 0 });
  server = await startServer({
    ...{ dataDir: folder.file("data"), library: [library] },
    env: { TRANSCODE_FILL: "none" },
  });
  await server.api.awaitFiles(names, 60_000);
}, 180_000);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
}, 60_000);

/** Dolby Vision of profile 5 is refused to who does not decode it. */
const dolbyTelevision = {
  delivery: "auto",
  device_profile: {
    supported_codecs: ["h264", "hvc1.2.4.L186.B0", "dvh1.05.06", "dvh1.08.06", "aac", "eac3"],
    ...{ supported_containers: ["hls", "dash"], supports_hdr: true, max_audio_channels: 6 },
  },
};
const wishes = {
  ...Object.fromEntries(zooDevices.map((device) => [device, deviceWishes(device)])),
  dolby: dolbyTelevision,
};

/** Where the two manifests of a content say different things of its tracks. */
function apartFaults(mpd: XmlElement, hls: HlsPresentation): string[] {
  const sets = descendants(mpd, "AdaptationSet");
  const values = (of: XmlElement[], name: string): string[] =>
    of.flatMap(({ attributes }) => attributes[name] ?? []).toSorted();
  const kind = (wanted: string): XmlElement[] =>
    sets.filter(({ attributes }) => attributes["contentType"] === wanted);
  const media = (type: string, name: string): string[] =>
    hls.media
      .filter(({ attributes }) => attributes.get("TYPE") === type)
      .flatMap(({ attributes }) => attributes.get(name) ?? [])
      .toSorted();
  const rates = [...kind("video"), ...descendants(mpd, "Representation")]
    .flatMap(({ attributes }) => attributes["frameRate"] ?? [])
    .map((rate) => ratio(rate).toFixed(3));
  const said = hls.variants.flatMap(({ attributes }) => attributes.get("FRAME-RATE") ?? []);
  const pairs = {
    "languages of sounds": [values(kind("audio"), "lang"), media("AUDIO", "LANGUAGE")],
    "languages of texts": [values(kind("text"), "lang"), media("SUBTITLES", "LANGUAGE")],
    "frame rates": [[...new Set(rates)], [...new Set(said)]],
  };
  return Object.entries(pairs).flatMap(([what, [dash, playlists]]) =>
    Bun.deepEquals(dash, playlists) ? [] : [`${what}: ${String(dash)} and ${String(playlists)}`],
  );
}

describe.each(names)("%s", (name) => {
  test("has manifests as the standards have them, for every device", async () => {
    const id = (await server.api.awaitFiles([name])).get(name)?.id ?? "";
    const judged = new Set<string>();
    const found: Record<string, readonly string[]> = {};
    for (const [device, wish] of Object.entries(wishes)) {
      const started = await server.api.tryStart(id, { ...wish, container: "hls" });
      if (isFailure(started)) {
        expect([name, started.code]).toEqual(["dolby-5.mp4", "MEDIA_UNSUPPORTED"]);
        continue;
      }
      await server.api.end(started.session_id);
      if (started.decision === "direct_play" || judged.has(started.content_hash)) continue;
      judged.add(started.content_hash);
      const text = async (object: string): Promise<string> =>
        new TextDecoder().decode(await server.api.object(started, object));
      const presentation = await readHls(await text("master.m3u8"), text);
      const mpd = readMpd(await text("manifest.mpd"));
      const told = {
        kinds: presentation.variants.length > 0,
        sets: descendants(mpd, "AdaptationSet").length > 0,
      };
      expect(told).toEqual({ kinds: true, sets: true });
      found[device] = [
        ...mpdFaults(mpd),
        ...authoringFaults(presentation),
        ...apartFaults(mpd, presentation),
      ];
    }
    expect(judged.size).toBeGreaterThan(0);
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((device) => [device, []])));
  }, 120_000);
});
