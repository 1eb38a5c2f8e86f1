import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { decodeSound } from "../support/compare-audio.ts";
import { decodePictures } from "../support/compare-video.ts";
import { runTool } from "../support/run-tool.ts";
import { startServer, type ServerUnderTest } from "../support/server.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

/** A black film of 5.1 sound in which white pictures and a tone begin together: at its begin, in its middle, at its end. */
const moments = [0.52, 3.4, 6.48];
const seconds = 7;

let folder: TempFolder;
let server: ServerUnderTest;

beforeAll(async () => {
  folder = await createTempFolder("sync");
  await mkdir(folder.file("films"));
  const shows = moments.map((at) => `between(t,${at},${at + 0.2})`).join("+");
  const tone = (hz: number): string => `0.4*sin(2*PI*${hz}*t)*(${shows})`;
  const channels = [1000, 1100, 1200, 80, 1300, 1400, 1500, 1600].map(tone).join("|");
  await runTool([
    ...["ffmpeg", "-v", "error", "-f", "lavfi", "-i"],
    `color=black:s=160x90:r=25:d=${seconds},drawbox=color=white:t=fill:enable='${shows}'`,
    ...["-f", "lavfi", "-i", `aevalsrc='${channels}':c=7.1:s=48000:d=${seconds}`],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "flac"],
    folder.file("films/flash.mkv"),
  ]);
  server = await startServer({ dataDir: folder.file("data"), library: [folder.file("films")] });
}, 60_000);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const pairs: readonly [
  codec: string,
  channels: 2 | 6 | 8,
  container: "dash" | "hls",
  night: boolean,
][] = [
  ["aac", 2, "dash", false],
  ["aac", 8, "hls", true],
  ["ac3", 6, "dash", false],
  ["eac3", 6, "hls", false],
  ["opus", 2, "dash", false],
  ["opus", 8, "dash", false],
  ["flac", 2, "hls", true],
];

test.each(pairs)(
  "%s of %d channels over %s, night mode %p: what is heard is seen within 10 ms",
  async (codec, channels, container, night) => {
    const id = (await server.api.awaitFiles(["flash.mkv"])).get("flash.mkv")?.id ?? "";
    const started = await server.api.start(id, {
      ...{ container, delivery: night ? "auto" : "transcode", night_mode: night },
      device_profile: { supported_codecs: ["h264", codec], max_audio_channels: channels },
    });
    const actions = started.tracks.map(({ kind, action }) => [kind, action]);
    expect(actions).toEqual([
      ["video", night ? "copy" : "encode"],
      ["audio", "encode"],
    ]);
    const url = server.api.url(started.manifest_url);
    const { stdout } = await runTool([
      ...["ffprobe", "-v", "error", "-select_streams", "a", "-of", "csv=p=0", "-show_entries"],
      ...["stream=codec_name,channels", url],
    ]);
    expect(new TextDecoder().decode(stdout)).toMatch(new RegExp(`^${codec},${channels},?$`, "m"));
    const pictures = await decodePictures(url);
    const sound = await decodeSound(url, "0:a:0", channels);
    const seen = pictures.times.filter(
      (_, i) => isWhite(pictures.grey[i]) && !isWhite(pictures.grey[i - 1]),
    );
    expect(seen).toHaveLength(moments.length);
    await server.api.end(started.session_id);
    for (const [channel, samples] of sound.channels.entries()) {
      // What is left of 80 Hz begins too slowly to be told to ten milliseconds.
      if (channels > 2 && channel === 3) continue;
      const heard = onsets(samples).map((at) => sound.start + at / 48_000);
      expect([channel, heard.length]).toEqual([channel, moments.length]);
      const off = heard.map((at, i) => Math.abs(at - (seen[i] ?? Number.NaN)));
      expect([channel, off.filter((apart) => !(apart <= 0.01))]).toEqual([channel, []]);
    }
  },
  60_000,
);

function isWhite(grey: Uint8Array | undefined): boolean {
  return (grey?.[Math.floor((grey.length * 3) / 5)] ?? 0) > 128;
}

/** Samples at which a tone begins after a tenth of a second of silence. */
function onsets(samples: Float32Array): number[] {
  const found: number[] = [];
  let last = -Infinity;
  for (const [i, sample] of samples.entries()) {
    if (Math.abs(sample) < 0.06) continue;
    if (i - last > 4800) found.push(i);
    last = i;
  }
  return found;
}
