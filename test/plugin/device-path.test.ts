import { describe, expect, test } from "bun:test";
import { builtInProviders } from "../../src/plugin/built-in.ts";
import type { DevicePath, FilmPictures } from "../../src/plugin/sdk.ts";
import { videoEncoderArgs } from "../../src/rendition/encode/encoder-args.ts";
import { gridFilters } from "../../src/rendition/encode/video-filters.ts";
import { runTool, tryTool } from "../support/run-tool.ts";
import { encoderOptions, filterOptions, unknownFilters, unknownOptions } from "./ffmpeg-options.ts";
import { treatments, undecoded, workCases, type WorkCase } from "./film-pictures.ts";

const cards = [
  { id: "ffmpeg_nvidia", device: "0", format: "cuda" },
  { id: "ffmpeg_qsv", device: "/dev/dri/renderD128", format: "qsv" },
  { id: "ffmpeg_vaapi", device: "/dev/dri/renderD128", format: "vaapi" },
];
/** Of FFmpeg 5.1, and of later ones. */
const filterSets = [new Set(["yadif_cuda"]), new Set(["yadif_cuda", "bwdif_cuda"])] as const;
const [oldFilters] = filterSets;

/** What a card's own filters give as the processor's would. */
const onDevice: ReadonlySet<string> = new Set(["plain", "fields"]);

const chainOf = ({ filters }: DevicePath, { work }: WorkCase): string[] => {
  const [recipe] = work.recipes;
  if (filters === null || recipe === undefined) return [];
  const range = {
    ...{ startFrame: 0, endFrame: 100, originMicroseconds: 0, holdSeconds: 0.5 },
    isBeforePictures: false,
  };
  const grid = gridFilters(recipe.frameRate, range, recipe.treatment, filters);
  return [...grid, ...filters.scale(recipe), "setsar=1"];
};

describe.each(cards)("$id", ({ id, device, format }) => {
  const provider = builtInProviders.find((each) => each.id === id);
  if (provider === undefined) throw new Error(`expected a provider ${id}`);
  const encoder = provider.onDevice({ id: device, name: "a card" }, oldFilters);
  const cases = workCases(provider);
  const paths = cases.map((each) => ({ each, path: encoder.path?.(each.work) ?? null }));

  test("decodes every form of coding that its standard defines to the bit, and no other", () => {
    expect(cases.length).toBeGreaterThanOrEqual(60);
    for (const { each, path } of paths) expect(path, each.name).not.toBeNull();
    const [plain] = cases;
    if (plain === undefined) return;
    for (const [codec, pixelFormat] of undecoded) {
      const pictures: FilmPictures = { ...plain.work.pictures, codec, pixelFormat };
      expect(encoder.path?.({ ...plain.work, pictures })).toBeNull();
    }
  });

  test("keeps pictures on the card where its filters give what the processor's do, and nowhere else", () => {
    for (const { each, path } of paths) {
      const isKept = path?.filters !== null;
      const isTaken =
        onDevice.has(each.treatment) && (id === "ffmpeg_nvidia" || each.treatment === "plain");
      // Pictures whose samples are no squares fill the frame all the same.
      const fills = each.treatment === "fields for a frame of another shape";
      expect(isKept, each.name).toBe(isTaken || (fills && id === "ffmpeg_nvidia"));
      expect(path?.inputArgs.includes("-hwaccel_output_format"), each.name).toBe(isKept);
    }
    expect(new Set(paths.map(({ each }) => each.treatment)).size).toBe(treatments.length);
  });

  test("gives its encoder pictures of the recipe's size and depth, in its own form", () => {
    for (const { each, path } of paths) {
      const [recipe] = each.work.recipes;
      if (path === null || path.filters === null || recipe === undefined) continue;
      const chain = chainOf(path, each).join(",");
      expect(chain).toContain(`w=${recipe.width}:h=${recipe.height}`);
      expect(/format=p010le/.test(chain)).toBe(recipe.bitDepth === 10);
      expect(chain).not.toMatch(/tpad|(?:^|,)scale=|hwdownload/);
      const own = path.filters.videoArgs(recipe);
      const usual = encoder.videoArgs(recipe);
      const at = usual.indexOf("-pix_fmt");
      // The same encoder in every other respect: where pictures come from is no part of a recipe.
      expect(own).toEqual(at < 0 ? usual : usual.with(at + 1, format));
    }
  });

  test("asks of FFmpeg nothing that it does not know", async () => {
    const faults = new Set<string>();
    for (const { each, path } of paths) {
      const [recipe] = each.work.recipes;
      if (path === null || path.filters === null || recipe === undefined) continue;
      const options = await encoderOptions(recipe.encoder);
      if (options !== null) {
        for (const fault of unknownOptions(path.filters.videoArgs(recipe), options))
          faults.add(fault);
      }
      for (const fault of await unknownFilters(chainOf(path, each))) faults.add(fault);
    }
    expect([...faults]).toEqual([]);
  });

  test("has the arguments that it has", () => {
    const lines = paths.flatMap(({ each, path }) => {
      const [recipe] = each.work.recipes;
      if (path === null || recipe === undefined) return [];
      const end =
        path.filters === null
          ? "in memory"
          : `-vf ${chainOf(path, each).join(",")} ${videoEncoderArgs(recipe, path.filters).join(" ")}`;
      return [`${each.name}: ${[...path.globalArgs, ...path.inputArgs].join(" ")} ${end}`];
    });
    expect(lines).toMatchSnapshot();
  });

  test("is understood by FFmpeg as far as to the device that is missing", async () => {
    const kept = paths.filter(({ path }) => path !== null && path.filters !== null);
    expect(kept.length).toBeGreaterThan(0);
    // Each filter chain once: of pictures in memory all is read and set up, and only the links fail, for want of a card.
    const chains = new Set(
      kept.map(({ each, path }) => (path === null ? "" : chainOf(path, each).join(","))),
    );
    for (const chain of [...chains].slice(0, 12)) {
      const { exitCode, stderr } = await tryTool([
        ...["ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", "color=s=64x64:d=0.1"],
        ...["-vf", chain, "-f", "null", "-"],
      ]);
      expect(exitCode).not.toBe(0);
      expect(stderr, chain).toMatch(
        /Impossible to convert between the formats|A hardware device|hardware frames/,
      );
      expect(stderr, chain).not.toMatch(/Option .* not found|No such filter|Undefined constant/i);
    }
    for (const { path, each } of kept.slice(0, 3)) {
      const [recipe] = each.work.recipes;
      if (path === null || path.filters === null || recipe === undefined) continue;
      const { stderr } = await tryTool([
        ...["ffmpeg", "-v", "error", "-nostdin", ...encoder.globalArgs, ...path.globalArgs],
        ...[...path.inputArgs, "-f", "lavfi", "-i", "color=s=64x64:d=0.1"],
        ...["-vf", chainOf(path, each).join(","), ...videoEncoderArgs(recipe, path.filters)],
        ...["-f", "null", "-"],
      ]);
      expect(stderr).toMatch(
        /Cannot load libcuda|Device creation failed|No VA display found|Failed to initialise VAAPI/,
      );
      expect(stderr).not.toMatch(/Unrecognized option|Option .* not found/i);
    }
  }, 60_000);
});

describe("NVIDIA's cards", () => {
  const nvidia = builtInProviders.find(({ id }) => id === "ffmpeg_nvidia");
  if (nvidia === undefined) throw new Error("expected a provider of NVIDIA's");
  const fields = workCases(nvidia).filter(({ treatment }) => treatment === "fields");

  test("make pictures of fields with the best that FFmpeg has for it, or leave them to the processor", () => {
    const chains = [new Set<string>(), ...filterSets].map((filters) => {
      const encoder = nvidia.onDevice({ id: "1", name: "" }, filters);
      return fields.map(({ work }) => encoder.path?.(work)?.filters?.deinterlace ?? "in memory");
    });
    const once = chains.map((each) => [...new Set(each.flat())]);
    expect(once).toEqual([
      ["in memory"],
      ["yadif_cuda=mode=send_frame:deint=all"],
      ["bwdif_cuda=mode=send_frame:deint=all"],
    ]);
  });

  test("halve pictures until they are less than twice as large, on whole samples of chroma", () => {
    const encoder = nvidia.onDevice({ id: "0", name: "" }, oldFilters);
    const [plain] = workCases(nvidia);
    const [recipe] = plain?.work.recipes ?? [];
    if (plain === undefined || recipe === undefined) return;
    const sources: readonly (readonly [number, number])[] = [
      [7680, 4320],
      [4096, 2160],
      [3840, 2160],
      [1918, 1078],
      [1280, 720],
      [854, 480],
      [426, 240],
    ];
    for (const [width, height] of sources) {
      const pictures = { ...plain.work.pictures, width, height };
      const square = { ...recipe, width: Math.round((recipe.height * width) / height / 2) * 2 };
      const path = encoder.path?.({ ...plain.work, pictures, recipes: [square] });
      const steps = path?.filters?.scale(square) ?? [];
      const sizes = steps.map((step) => /w=(\d+):h=(\d+)/.exec(step)?.slice(1).map(Number) ?? []);
      let [w, h] = [width, height];
      for (const [nextW = 0, nextH = 0] of sizes.slice(0, -1)) {
        expect([nextW * 2, nextH * 2]).toEqual([w, h]);
        expect((nextW % 2) + (nextH % 2)).toBe(0);
        [w, h] = [nextW, nextH];
      }
      expect(sizes.at(-1)).toEqual([square.width, square.height]);
    }
  });
});

test("pictures that a device decodes are in memory those that the processor decodes", async () => {
  // What comes down is NV12 or P010, where decoders in memory give planes: the same samples, through the same filters.
  for (const [planes, pairs] of [
    ["yuv420p", "nv12"],
    ["yuv420p10le", "p010le"],
  ] as const) {
    for (const end of [
      "scale=426:240:flags=bicubic:in_color_matrix=bt709:out_color_matrix=bt709",
      "null",
    ]) {
      const digests = await Promise.all(
        [planes, `${planes},format=${pairs}`].map(async (form) => {
          const chain = `format=${form},setpts=PTS,fps=25,tpad=stop_mode=clone:stop_duration=0.2,${end},format=${planes}`;
          const { stdout } = await runTool([
            ...["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=640x362:d=0.4"],
            ...["-vf", chain, "-f", "framemd5", "-"],
          ]);
          return new TextDecoder().decode(stdout);
        }),
      );
      expect(digests[1]).toBe(digests[0] ?? "");
      expect(digests[0]?.split("\n").length).toBeGreaterThan(14);
    }
  }
});

test("every filter that is asked for by name is one that its help tells of", async () => {
  for (const name of ["scale_cuda", "yadif_cuda", "scale_vaapi", "hwmap", "format"]) {
    expect((await filterOptions(name)).size).toBeGreaterThan(0);
  }
});
