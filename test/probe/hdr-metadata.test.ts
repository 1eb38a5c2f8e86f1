import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import type { HdrMetadata } from "../../src/media/hdr-metadata.ts";
import { hdrMetadata } from "../../src/probe/hdr-side-data.ts";
import { createProber } from "../../src/probe/prober.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { ffmpeg, recordingRunner } from "./probe-fixture.ts";

setDefaultTimeout(60_000);

let folder: TempFolder;
const { runner, started } = recordingRunner();
const prober = createProber({ runner, ffprobePath: "ffprobe" });

beforeAll(async () => {
  folder = await createTempFolder("light");
});
afterAll(async () => {
  expect(runner.running).toBe(0);
  await folder[Symbol.asyncDispose]();
});

const p3At1000: HdrMetadata = {
  mastering: {
    ...{ red: { x: 34_000, y: 16_000 }, green: { x: 13_250, y: 34_500 } },
    ...{ blue: { x: 7500, y: 3000 }, whitePoint: { x: 15_635, y: 16_450 } },
    ...{ minLuminance: 50, maxLuminance: 10_000_000 },
  },
  light: { maxCll: 1000, maxFall: 400 },
};
const inMessages = [
  "master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)",
  "max-cll=1000,400",
];
const inUnits = [
  "mastering-display=G(0.265,0.69)B(0.15,0.06)R(0.68,0.32)WP(0.3127,0.329)L(1000.0,0.0050)",
  "content-light=1000,400:color-primaries=9:transfer-characteristics=16:matrix-coefficients=9",
];
const x265 = (...params: string[]) => [
  ...["libx265", "-preset", "ultrafast", "-x265-params"],
  ["log-level=none", ...params].join(":"),
];
const svt = ["libsvtav1", "-preset", "12", "-svtav1-params", inUnits.join(":")];
const tags = (transfer: string) => [
  ...["-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc"],
];

test.each([
  ["x265.mp4", "smpte2084", x265(...inMessages), p3At1000, 2],
  ["x265.mkv", "smpte2084", x265(...inMessages), p3At1000, 2],
  ["x265.ts", "smpte2084", x265(...inMessages, "repeat-headers=1"), p3At1000, 2],
  ["svt.mkv", "smpte2084", svt, p3At1000, 2],
  [
    "cll.mp4",
    "smpte2084",
    x265("max-cll=600,0"),
    { mastering: null, light: { maxCll: 600, maxFall: 0 } },
    2,
  ],
  // Nothing is said, and of what is not PQ nothing is looked for.
  ["bare.mp4", "smpte2084", x265(), null, 2],
  ["hlg.mp4", "arib-std-b67", x265(), null, 1],
] as const)(
  "what the pictures of %s say of their light is found where the container does not, for %s",
  async (name, transfer, encoder, expected, processes) => {
    const picture = ["-f", "lavfi", "-i", "testsrc2=s=128x128:r=25:d=0.4"];
    const made = [...picture, "-pix_fmt", "yuv420p10le", "-c:v", ...encoder, ...tags(transfer)];
    await ffmpeg(...made, folder.file(name));
    started.length = 0;
    const { video } = await prober.probe(folder.file(name));
    expect(started).toHaveLength(processes);
    expect(video?.hdrMetadata).toEqual(expected);
  },
);

/** Numbers a stranger's file may hold where the range of a field is [0, most]. */
const anyNumber = fc.oneof(
  fc.double({ noNaN: false }),
  fc.integer(),
  fc.constantFrom(0, -1, Number.NaN, Infinity, 1, 10_000, 429_496.7295, 429_496.73),
);
const maybe = fc.option(anyNumber, { nil: undefined });

test("whatever a header says, only what a display and content can be is told of it", () => {
  const fields = fc.record({
    ...{ red_x: maybe, red_y: maybe, green_x: maybe, green_y: maybe, blue_x: maybe, blue_y: maybe },
    ...{ white_point_x: maybe, white_point_y: maybe, min_luminance: maybe, max_luminance: maybe },
    ...{ max_content: maybe, max_average: maybe },
  });
  const within = (value: number | undefined, most: number) =>
    Number.isInteger(value) && value !== undefined && value >= 0 && value <= most;
  fc.assert(
    fc.property(fc.array(fields, { maxLength: 3 }), (sideData) => {
      const told = hdrMetadata(sideData);
      if (told === null) return;
      const { mastering, light } = told;
      if (light !== null) {
        expect(within(light.maxCll, 65_535) && within(light.maxFall, 65_535)).toBe(true);
        expect(light.maxCll + light.maxFall).toBeGreaterThan(0);
      }
      if (mastering !== null) {
        const { minLuminance, maxLuminance, ...points } = mastering;
        for (const { x, y } of Object.values(points)) {
          expect(within(x, 50_000) && within(y, 50_000)).toBe(true);
        }
        expect(within(minLuminance, 0xffff_ffff) && within(maxLuminance, 0xffff_ffff)).toBe(true);
        expect(minLuminance).toBeLessThan(maxLuminance);
      }
      expect(mastering ?? light).not.toBeNull();
    }),
    { numRuns: 2000 },
  );
});
