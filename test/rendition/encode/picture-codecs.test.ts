import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { levelNumber } from "../../../src/media/codec-level.ts";
import { pictureCodecs, type PictureCodec } from "../../../src/media/picture-codecs.ts";
import type { MadePictures } from "../../../src/rendition/encode/made-pictures.ts";
import { comparePictures, decodePictures, type Pictures } from "../../support/compare-video.ts";
import { makeSource } from "../../support/make-source.ts";
import { createPictureBench, type PictureBench } from "../../support/picture-bench.ts";
import { runTool } from "../../support/run-tool.ts";

let bench: PictureBench;
const films = new Map<string, { readonly path: string; readonly pictures: Pictures }>();

/** One at a rate that is whole, one at a rate that is not; short, as x265 is slow. */
const rates = { "25": 25, "24000/1001": 24_000 / 1001 } as const;
const pq = ["-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"];
const hlg = ["-color_primaries", "bt2020", "-color_trc", "arib-std-b67", "-colorspace", "bt2020nc"];

beforeAll(async () => {
  bench = await createPictureBench();
  for (const rate of Object.keys(rates)) {
    const path = bench.file(`film-${rate.replace("/", "-")}.mp4`);
    await makeSource(path, { durationSeconds: 3.4, width: 320, height: 180, rate, sound: [] });
    films.set(rate, { path, pictures: await decodePictures(path) });
  }
  const { path: card } = film("25");
  for (const [name, tags] of [
    ["pq", pq],
    ["hlg", hlg],
  ] as const) {
    const path = bench.file(`${name}.mkv`);
    const light =
      "master-display=G(8500,39850)B(6550,2300)R(35400,14600)WP(15635,16450)L(40000000,50)";
    const params = `log-level=none:${name === "pq" ? `${light}:max-cll=1234,321:` : ""}keyint=30`;
    await runTool([
      ...["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", card, "-pix_fmt", "yuv420p10le"],
      ...["-c:v", "libx265", "-preset", "ultrafast", "-crf", "14", "-x265-params", params],
      ...[...tags, "-color_range", "tv", path],
    ]);
    films.set(name, { path, pictures: await decodePictures(path) });
  }
}, 120_000);
afterAll(() => bench[Symbol.asyncDispose]());

function film(name: string) {
  const found = films.get(name);
  if (found === undefined) throw new Error(`no film ${name}`);
  return found;
}

const made = (codec: PictureCodec, range: "sdr" | "hdr"): MadePictures => ({
  ...{
    codec,
    range,
    maxHeight: null,
    maxLevel: null,
    maxBitrateBps: null,
    maxSamplesPerSecond: null,
  },
});

/** What ffprobe reads of a header and of the first picture. */
async function probed(path: string): Promise<Record<string, string>> {
  const { stdout } = await runTool([
    ...["ffprobe", "-v", "error", "-select_streams", "v:0", "-of", "default=nw=1"],
    ...["-show_entries", "stream:stream_side_data", path],
  ]);
  const lines = new TextDecoder().decode(stdout).split("\n");
  return Object.fromEntries(lines.map((line) => line.split("=", 2)));
}

/** What the pictures themselves say of their light, without their container; null of a codec that has no words for it. */
async function lightInside(path: string, codec: PictureCodec) {
  const form = { h264: null, hevc: "hevc", av1: "obu", vp9: null }[codec];
  if (form === null) return null;
  const bare = `${path}.${form}`;
  await runTool([
    ...["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", path, "-c", "copy", "-f", form, bare],
  ]);
  const { stdout } = await runTool([
    ...["ffprobe", "-v", "error", "-of", "default=nw=1", "-read_intervals", "%+#1"],
    ...["-show_entries", "frame=pict_type:frame_side_data", bare],
  ]);
  const said = new TextDecoder().decode(stdout);
  const of = (name: string): number => {
    const [, num = "", den = "1"] =
      new RegExp(`^${name}=(\\d+)(?:/(\\d+))?$`, "m").exec(said) ?? [];
    return Math.round((Number(num) / Number(den)) * 1e4) / 1e4;
  };
  return { max: of("max_luminance"), min: of("min_luminance"), maxContent: of("max_content") };
}

/** Runs that begin at every segment, and one that goes on over segments of several lengths. */
const runs = [["each"], [[1, 3]]] as const;

describe.each(pictureCodecs.slice(1))("%s", (codec) => {
  for (const [rate, perSecond] of Object.entries(rates)) {
    for (const [starts] of runs) {
      test(`at ${rate} in runs of ${JSON.stringify(starts)}: every picture is the film's, in its place`, async () => {
        const { path, pictures } = film(rate);
        const played = await bench.play(path, starts, {
          ...{ pictures: [made(codec, "sdr")], quality: "low", beginningSeconds: [0.48, 0.52] },
        });
        expect(played.faults).toEqual([]);
        expect(played.rendition.id).toBe(`v180-${codec}`);
        const shown = await decodePictures(played.path);
        const report = comparePictures(pictures, shown, {
          ...{ rate: perSecond, sourceStart: pictures.times[0] ?? 0, constantRate: true },
        });
        expect(report.faults).toEqual([]);
        const { codec_name, pix_fmt, color_range, color_space } = await probed(played.path);
        expect({ codec_name, pix_fmt, color_range, color_space }).toEqual({
          ...{ codec_name: codec, pix_fmt: "yuv420p" },
          ...{ color_range: "tv", color_space: "smpte170m" },
        });
      }, 120_000);
    }
  }

  test("of segments of one picture each is of the same profile as all others", async () => {
    const path = bench.file(`slow-${codec}.mp4`);
    await makeSource(path, { durationSeconds: 3, width: 160, height: 90, rate: "1", sound: [] });
    const profiles = [film("25").path, path].map(async (source) => {
      const played = await bench.play(source, [1], { pictures: [made(codec, "sdr")] });
      expect(played.faults).toEqual([]);
      return (await probed(played.path))["profile"];
    });
    const [usual, slow] = await Promise.all(profiles);
    expect(slow).toBe(usual);
  }, 120_000);

  for (const [name, transfer] of [
    ["pq", "smpte2084"],
    ["hlg", "arib-std-b67"],
  ] as const) {
    test(`keeps ${name}: ten bits, its colours, and what it was mastered for`, async () => {
      const { path, pictures } = film(name);
      const played = await bench.play(path, [1, 3], {
        ...{ pictures: [made(codec, "hdr")], quality: "low", beginningSeconds: [0.48] },
      });
      expect(played.faults).toEqual([]);
      const shown = await decodePictures(played.path);
      const report = comparePictures(pictures, shown, {
        ...{ rate: 25, sourceStart: pictures.times[0] ?? 0, constantRate: true },
      });
      expect(report.faults).toEqual([]);
      const { pix_fmt, color_transfer, color_primaries, color_space, ...rest } = await probed(
        played.path,
      );
      expect({ pix_fmt, color_transfer, color_primaries, color_space }).toEqual({
        ...{ pix_fmt: "yuv420p10le", color_transfer: transfer },
        ...{ color_primaries: "bt2020", color_space: "bt2020nc" },
      });
      if (name === "pq") {
        expect(rest).toMatchObject({ max_content: "1234", max_average: "321" });
        expect(rest["max_luminance"]).toBe("40000000/10000");
        expect(rest["red_x"]).toBe("35400/50000");
        expect(await lightInside(played.path, codec)).toEqual(
          codec === "vp9" ? null : { max: 4000, min: 0.005, maxContent: 1234 },
        );
      }
    }, 120_000);
  }

  test("says the level that its header says", async () => {
    const { rendition, path } = await bench.play(film("25").path, [1], {
      ...{ pictures: [made(codec, "sdr")], quality: "low" },
    });
    const { level } = await probed(path);
    // ffprobe knows none of VP9.
    const told = codec === "vp9" ? -99 : levelNumber(codec, rendition.recipe.level);
    expect(Number(level)).toBe(told ?? 0);
  }, 60_000);
});
