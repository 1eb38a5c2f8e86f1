import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { inputLimitArgs, openOnlyArgs } from "../../src/media/ffmpeg-limits.ts";
import { createProber } from "../../src/probe/prober.ts";
import { runTool } from "../support/run-tool.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { ffmpeg, recordingRunner } from "./probe-fixture.ts";

setDefaultTimeout(60_000);

let folder: TempFolder;
const { runner, started } = recordingRunner();
const prober = createProber({ runner, ffprobePath: "ffprobe" });

beforeAll(async () => {
  folder = await createTempFolder("left-out");
  await ffmpeg(
    "-f",
    "lavfi",
    "-i",
    "testsrc2=s=64x64",
    "-frames:v",
    "1",
    folder.file("cover.tiff"),
  );
});
afterAll(async () => {
  expect(runner.running).toBe(0);
  await folder[Symbol.asyncDispose]();
});

/** One stream of a film: how it is encoded, and whether it is decoded again. */
const kinds = {
  picture: { kind: "video", codec: "mpeg4", isPlayed: true },
  "odd picture": { kind: "video", codec: "magicyuv", isPlayed: false },
  "other odd picture": { kind: "video", codec: "exr", isPlayed: false },
  sound: { kind: "audio", codec: "libmp3lame", isPlayed: true },
  "odd sound": { kind: "audio", codec: "dfpwm", isPlayed: false },
  "experimental sound": { kind: "audio", codec: "sonicls", isPlayed: false },
  cover: { kind: "cover", codec: "tiff", isPlayed: false },
} as const;
type Kind = keyof typeof kinds;

const films: readonly (readonly Kind[])[] = [
  ["picture", "odd sound"],
  ["odd sound", "picture", "sound"],
  ["odd picture", "picture", "sound"],
  ["odd picture", "sound"],
  ["picture", "experimental sound"],
  ["picture", "sound", "odd picture", "other odd picture", "odd sound", "sound"],
  ["sound", "cover"],
  ["odd picture", "odd picture", "sound", "odd sound"],
];

async function makeFilm(name: string, streams: readonly Kind[]): Promise<string> {
  const path = folder.file(name);
  const inputs = [
    "-f",
    "lavfi",
    "-i",
    "testsrc2=s=64x64:r=25:d=2",
    "-f",
    "lavfi",
    "-i",
    "sine=d=2",
  ];
  const outputs = streams.flatMap((stream, i) => {
    const { kind, codec } = kinds[stream];
    if (kind === "cover")
      return ["-map", "2:v", `-c:${i}`, "copy", `-disposition:${i}`, "attached_pic"];
    return ["-map", kind === "video" ? "0:v" : "1:a", `-c:${i}`, codec];
  });
  const cover = streams.includes("cover") ? ["-i", folder.file("cover.tiff")] : [];
  await ffmpeg(...inputs, ...cover, ...outputs, "-strict", "-2", path);
  return path;
}

test.each(films.map((streams) => [streams]))(
  "a film of %j plays without what is not decoded, which is named",
  async (streams) => {
    const path = await makeFilm(streams.includes("cover") ? "film.mp3" : "film.mkv", streams);
    started.length = 0;
    const source = await prober.probe(path);
    const is = (kind: string, isPlayed: boolean): number[] =>
      streams.flatMap((stream, i) =>
        kinds[stream].kind === kind && kinds[stream].isPlayed === isPlayed ? [i] : [],
      );
    expect(source.video?.index).toBe(is("video", true)[0]);
    expect(source.audio.map(({ index }) => index)).toEqual(is("audio", true));
    const unplayed = streams.flatMap((stream, index) => {
      const { kind, isPlayed } = kinds[stream];
      return isPlayed ? [] : [{ kind, index }];
    });
    expect(source.leftOut.map(({ kind, index }) => ({ kind, index }))).toEqual(unplayed);
    expect(source.durationSeconds).toBeCloseTo(2, 0);
    // FFmpeg makes pictures and sound of it under the same limits.
    const played = [...is("video", true), ...is("audio", true)];
    const maps = played.flatMap((index) => ["-map", `0:${index}`]);
    await ffmpeg(...inputLimitArgs, "-i", path, ...maps, "-f", "null", "-");
  },
);

test("a film whose every track is undecoded is refused, with all its codecs", async () => {
  const path = await makeFilm("nothing.mkv", ["odd picture", "odd sound", "other odd picture"]);
  const refused = prober.probe(path);
  await expect(refused).rejects.toMatchObject({ code: "MEDIA_UNSUPPORTED" });
  await expect(refused).rejects.toThrow(/magicyuv, dfpwm, exr/);
});

test("a decoder that may only be opened is given nothing to decode", async () => {
  const path = await makeFilm("open-only.mkv", ["odd picture", "sound"]);
  const show = ["-show_entries", "stream=codec_name,pix_fmt", "-of", "csv=p=0", `file:${path}`];
  const free = await runTool(["ffprobe", "-v", "error", ...show]);
  const bound = [
    "ffprobe",
    "-v",
    "error",
    ...inputLimitArgs,
    ...openOnlyArgs(["magicyuv"]),
    ...show,
  ];
  // Only decoding tells MagicYUV's pixel format.
  expect(new TextDecoder().decode(free.stdout)).toContain("magicyuv,yuv420p");
  expect(new TextDecoder().decode((await runTool(bound)).stdout)).toContain("magicyuv,unknown");
});
