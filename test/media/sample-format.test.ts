import { expect, test } from "bun:test";
import { levelName, levelNumber } from "../../src/media/codec-level.ts";
import { sampleFormat } from "../../src/media/pixel-format.ts";
import { classHeight, parseResolution } from "../../src/media/resolution.ts";
import { runTool } from "../support/run-tool.ts";

interface FfmpegFormat {
  readonly name: string;
  readonly nb_components: number;
  readonly log2_chroma_w?: number;
  readonly log2_chroma_h?: number;
  readonly flags: { readonly rgb: number; readonly alpha: number; readonly hwaccel: number };
  readonly components: readonly { readonly bit_depth: number }[];
}

const chromaByShift = new Map([
  ["1,1", "4:2:0"],
  ["1,0", "4:2:2"],
  ["0,0", "4:4:4"],
  ["0,1", "4:4:0"],
  ["2,0", "4:1:1"],
  ["2,2", "4:1:0"],
]);

test("depth and chroma of every planar and half-planar format are what FFmpeg's own table says", async () => {
  const { stdout } = await runTool([
    "ffprobe",
    "-v",
    "error",
    "-show_pixel_formats",
    "-of",
    "json",
  ]);
  const { pixel_formats: formats }: { pixel_formats: FfmpegFormat[] } = JSON.parse(
    new TextDecoder().decode(stdout),
  );
  let known = 0;
  for (const { name, nb_components: count, flags, components, ...shifts } of formats) {
    const format = sampleFormat(name);
    const isOfFilms = /^(?:yuva?j?4\d\dp|gray(?!8a|f)|gbra?p(?!f)|nv\d|p[0-4]1)/.test(name);
    if (isOfFilms) expect([name, format]).not.toEqual([name, null]);
    if (format === null) continue;
    known++;
    const planes = `${shifts.log2_chroma_w ?? 0},${shifts.log2_chroma_h ?? 0}`;
    const chroma = flags.rgb === 1 ? "rgb" : count === 1 ? "4:0:0" : chromaByShift.get(planes);
    expect([name, format.bitDepth, format.chroma]).toEqual<unknown>([
      name,
      components[0]?.bit_depth,
      chroma,
    ]);
  }
  expect(known).toBeGreaterThan(100);
});

test("a level keeps its name over its number, and higher levels have higher numbers", () => {
  const names = [
    "2.0",
    "2.1",
    "3.0",
    "3.1",
    "4.0",
    "4.1",
    "5.0",
    "5.1",
    "5.2",
    "6.0",
    "6.1",
    "6.2",
  ];
  for (const codec of ["h264", "hevc", "av1", "vp9"]) {
    const numbers = names.map((name) => levelNumber(codec, name) ?? -1);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(new Set(numbers).size).toBe(names.length);
    expect(numbers.map((level) => levelName(codec, level))).toEqual(names);
  }
  expect(levelNumber("h264", "4.1")).toBe(41);
  expect(levelNumber("hevc", "5.1")).toBe(153);
  expect(levelNumber("av1", "4.0")).toBe(8);
  expect(levelName("h264", levelNumber("h264", "1b") ?? 0)).toBe("1b");
  expect(levelNumber("mpeg2video", "4.1")).toBeNull();
});

test("a size counts by the side that binds, upright or lying, and is parsed to the same", () => {
  for (const [width, height, expected] of [
    [1920, 1080, 1080],
    [1920, 800, 1080],
    [1440, 1080, 1080],
    [3840, 1600, 2160],
    [640, 480, 480],
  ] as const) {
    expect(classHeight({ width, height })).toBe(expected);
    expect(classHeight({ width: height, height: width })).toBe(expected);
    expect(parseResolution(`${width}x${height}`)).toBe(expected);
  }
});
