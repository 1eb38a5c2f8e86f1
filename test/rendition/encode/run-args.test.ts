import { describe, expect, test } from "bun:test";
import provider from "../../../plugins/transcoding/ffmpeg_software/index.ts";
import { longestRun } from "../../../src/rendition/segment-run.ts";
import { runArgs } from "../../../src/rendition/encode/run-args.ts";
import { parseRunLine } from "../../../src/rendition/encode/run-line.ts";
import {
  syntheticAudioArgs,
  syntheticVideoArgs,
} from "../../../src/rendition/encode/synthetic-args.ts";
import { encodedPlan } from "../../../src/rendition/build-plan.ts";
import { inputLimitArgs } from "../../../src/media/ffmpeg-limits.ts";
import type { EncodedPlan } from "../../../src/rendition/build-plan.ts";
import { exampleSource } from "../../media/example-source.ts";

const encoder = provider.onDevice({ id: "processor", name: "Processor" });
const startTimeSeconds = 1.5;
const example = exampleSource({ startTimeSeconds, durationSeconds: 86_400 });
const source = {
  ...example,
  video: example.video && { ...example.video, startTimeSeconds },
  audio: example.audio.map((track) => ({ ...track, startTimeSeconds })),
};
const plan = encodedPlan(source, {
  segmentSeconds: 4,
  quality: "medium",
  adaptive: true,
  maxHeight: 480,
  maxBitrateBps: null,
  maxAudioChannels: 2,
  providers: [provider],
});

const args = (
  from: number,
  to: number,
  renditions: EncodedPlan["renditions"],
  firstPictureSeconds = 0,
): string[] =>
  runArgs(
    {
      ...{ frame: plan, renditions, from, to, outDir: "/work", holdForEver: false, attempt: 0 },
      source: {
        ...{ path: "/films/-a film, 100%.mkv", container: "matroska,webm" },
        ...{
          reorderFrames: 2,
          firstPictureSeconds,
          textTracks: [],
          subRipTracks: [],
          sideTexts: [],
        },
      },
    },
    renditions.some(({ kind }) => kind === "video") ? encoder : null,
  );
const after = (words: readonly string[], option: string): string =>
  words[words.indexOf(option) + 1] ?? "";
const video = plan.renditions.filter(({ id }) => id === "v480");
const audio = plan.renditions.filter(({ kind }) => kind === "audio");

describe("a run's arguments", () => {
  test("open one local file and nothing else, whatever its name", () => {
    const words = args(1, 3, video);
    expect(after(words, "-i")).toBe("file:/films/-a film, 100%.mkv");
    expect(words.indexOf("-protocol_whitelist")).toBeLessThan(words.indexOf("-i"));
    expect(after(words, "-protocol_whitelist")).toBe("file");
    expect(after(words, "-format_whitelist")).not.toMatch(/hls|concat|dash|image2|lavfi|sdp|tty/);
    expect(after(words, "-codec_whitelist")).not.toMatch(/magicyuv|xbin|ansi/);
  });

  test("of pictures name the grid's frames, on absolute time", () => {
    const words = args(101, 102, video);
    expect(after(words, "-vf")).toContain("trim=start_pts=9600:end_pts=9792");
    expect(after(words, "-vf")).not.toContain("start_time=0");
    // Matroska: what FFmpeg will go back by itself is added, and a millisecond for rounding.
    expect(Number(after(words, "-ss"))).toBeCloseTo((9600 * 1001) / 24000 + 3 / 23 + 0.001, 5);
    expect(words).toContain("-copyts");
    // Half a frame before the boundary, so that no rounding can miss the key frame on it.
    expect(Number(after(words, "-segment_times"))).toBeCloseTo((9695.5 * 1001) / 24000, 5);
  });

  test.each(["pictures", "sound"])(
    "of %s from before the first picture do not seek, and from behind it do",
    (kind) => {
      const track = kind === "sound" ? audio.slice(0, 1) : video;
      const places = [2, 13, 16, 20].map((n) => {
        const words = args(n, n, track, 56);
        const isHeld = after(words, kind === "sound" ? "-af" : "-vf").includes("start_time=0");
        return { n, seeks: words.includes("-ss"), isHeld };
      });
      const isHeld = kind === "pictures";
      expect(places).toEqual([
        { n: 2, seeks: false, isHeld },
        { n: 13, seeks: false, isHeld },
        { n: 16, seeks: true, isHeld: false },
        { n: 20, seeks: true, isHeld: false },
      ]);
    },
  );

  test("from the start repeat the first picture back to zero, and do not seek", () => {
    const words = args(1, 1, video);
    expect(after(words, "-vf")).toContain("start_time=0");
    expect(words).not.toContain("-ss");
    expect(words).not.toContain("-segment_times");
  });

  test("of sound begin eight codec frames early, end one late, and drop those with the priming frame", () => {
    const words = args(101, 102, audio);
    const first = Math.ceil(((9600 * 1001) / 24000) * (48_000 / 1024));
    expect(after(words, "-af")).toContain(`first_pts=${(first - 8) * 1024}`);
    const end = Math.ceil(((9792 * 1001) / 24000) * (48_000 / 1024));
    expect(after(words, "-af")).toContain(`end_pts=${(end + 1) * 1024}`);
    expect(after(words, "-bsf:a")).toBe(`noise=drop=lt(n\\,9)+gte(n\\,${9 + end - first})`);
  });

  test("of all rungs together decode once", () => {
    const words = args(1, 2, plan.renditions);
    expect(words.filter((word) => word === "-i")).toHaveLength(1);
    expect(after(words, "-filter_complex")).toContain("split=3");
    expect(words.filter((word) => word === "segment")).toHaveLength(4);
  });

  test("of sound ask no provider for anything, and of pictures set its device up", () => {
    const device = { ...encoder, globalArgs: ["-init_hw_device", "gpu"] };
    const request = {
      ...{ frame: plan, from: 1, to: 2, outDir: "/work", holdForEver: false, attempt: 0 },
      source: {
        path: "/f",
        container: "mov",
        reorderFrames: 0,
        firstPictureSeconds: 0,
        textTracks: [],
        subRipTracks: [],
        sideTexts: [],
      },
    };
    expect(runArgs({ ...request, renditions: audio }, null)).not.toContain("-init_hw_device");
    expect(runArgs({ ...request, renditions: video }, device)).toContain("-init_hw_device");
  });

  test("of the longest run fit what Linux takes as one argument", () => {
    const longest = args(10_000, 9_999 + longestRun, video);
    expect(Math.max(...longest.map((word) => word.length))).toBeLessThan(128 * 1024);
  });

  test("are what they were: what changes them changes bytes and must raise the recipe's revision", () => {
    // What may be read changes no byte; other tests hold it to what it must be.
    const isLimit = (word: string): boolean => inputLimitArgs.includes(word);
    expect(args(2, 3, video).filter((word) => !isLimit(word))).toMatchSnapshot();
    expect(args(2, 3, audio).filter((word) => !isLimit(word))).toMatchSnapshot();
    const recipes = [...video, ...audio].map(({ recipe }) =>
      recipe.kind === "video"
        ? syntheticVideoArgs(recipe, encoder, "/o")
        : syntheticAudioArgs(recipe, "/o"),
    );
    expect(recipes).toMatchSnapshot();
    const night = audio.flatMap((each) =>
      each.kind === "audio"
        ? [{ ...each, recipe: { ...each.recipe, dynamics: "night" as const } }]
        : [],
    );
    expect(after(args(3, 4, night), "-af")).toMatchSnapshot();
  });
});

describe("a line of a run", () => {
  test("names a finished file", () => {
    expect(parseRunLine("v480.17.mp4,64.064000,68.068000")).toEqual({
      ...{ kind: "file", rendition: "v480", n: 17, name: "v480.17.mp4" },
    });
  });
  test("or tells of progress, or nothing", () => {
    expect(parseRunLine("frame=96")).toEqual({ kind: "progress", key: "frame", value: "96" });
    expect(parseRunLine("../v480.17.mp4,1,2").kind).toBe("other");
    expect(parseRunLine("").kind).toBe("other");
  });
});
