import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { untagged } from "../../src/media/color.ts";
import { buildPlan, type PlanOptions } from "../../src/rendition/build-plan.ts";
import { parsePlan } from "../../src/rendition/parse-plan.ts";
import { canonicalPlan, contentHash } from "../../src/rendition/plan.ts";
import { parseObjectName } from "../../src/media/object-name.ts";
import { rational } from "../../src/media/rational.ts";
import { exampleAudio, exampleSource, exampleVideo } from "../media/example-source.ts";

const options: PlanOptions = {
  segmentSeconds: 4,
  quality: "medium",
  adaptive: true,
  maxHeight: 1080,
  maxBitrateBps: null,
  maxAudioChannels: 2,
  providers: [provider],
};

const pq = { ...untagged, transfer: "smpte2084" as const };
const hashOf = async (source = exampleSource(), change: Partial<PlanOptions> = {}) =>
  contentHash(canonicalPlan(buildPlan(source, { ...options, ...change })));

describe("the content hash", () => {
  test("is the same for the same film and options, on any machine and in any process", async () => {
    expect(await hashOf()).toBe(await hashOf());
    // Computed once and written down: a change here changes the address of everybody's content.
    expect(await hashOf()).toMatchSnapshot();
  });

  test("does not follow what changes no byte: bit rates as told, subtitles, the order of keys", async () => {
    const source = exampleSource();
    const turned = Object.fromEntries(Object.entries(source).toReversed());
    expect(await hashOf({ ...source, ...turned })).toBe(await hashOf());
    expect(await hashOf(exampleSource({ bitrateBps: 1 }))).toBe(await hashOf());
    expect(await hashOf(exampleSource({ subtitles: [] }))).toBe(await hashOf());
  });

  test.each<[string, Parameters<typeof hashOf>]>([
    ["another film", [exampleSource({ fingerprint: "sha256-sampled:1000:00fe" })]],
    ["another duration", [exampleSource({ durationSeconds: 5399 })]],
    ["another start time", [exampleSource({ startTimeSeconds: 1.4 })]],
    ["another frame rate", [exampleSource({ video: exampleVideo({ frameRate: rational(25) }) })]],
    ["another size", [exampleSource({ video: exampleVideo({ width: 1280, height: 720 }) })]],
    ["interlaced pictures", [exampleSource({ video: exampleVideo({ isInterlaced: true }) })]],
    ["HDR", [exampleSource({ video: exampleVideo({ color: pq }) })]],
    ["upright pictures", [exampleSource({ video: exampleVideo({ rotationDegrees: 90 }) })]],
    ["mirrored pictures", [exampleSource({ video: exampleVideo({ isMirrored: true }) })]],
    ["another sound track", [exampleSource({ audio: [exampleAudio({ index: 2 })] })]],
    ["another language", [exampleSource({ audio: [exampleAudio({ language: "de" })] })]],
    ["no sound", [exampleSource({ audio: [] })]],
    ["another segment length", [exampleSource(), { segmentSeconds: 6 }]],
    ["a short beginning", [exampleSource(), { beginningSeconds: [1] }]],
    ["another quality", [exampleSource(), { quality: "high" }]],
    ["a lower ladder", [exampleSource(), { maxHeight: 720 }]],
    ["one rung", [exampleSource(), { adaptive: false }]],
    [
      "surround sound",
      [exampleSource({ audio: [exampleAudio({ channels: 6 })] }), { maxAudioChannels: 6 }],
    ],
  ])("changes with %s", async (_what, [source, change]) => {
    expect(await hashOf(source, change)).not.toBe(await hashOf());
  });

  test("follows a short beginning by the boundaries alone: the recipes are those that were described", () => {
    const usual = buildPlan(exampleSource(), options);
    const short = buildPlan(exampleSource(), { ...options, beginningSeconds: [0.5, 1, 2] });
    expect(short.boundaries).not.toEqual(usual.boundaries);
    expect({ ...short, boundaries: usual.boundaries }).toEqual(usual);
  });

  test("survives being stored: a plan read back is the plan", () => {
    const json = canonicalPlan(buildPlan(exampleSource(), options));
    const read = parsePlan(json);
    expect(read && canonicalPlan(read)).toBe(json);
  });
});

describe("a stored plan", () => {
  test.each(["{}", "null", '{"version":2}', '{"version":1,"renditions":[]}'])(
    "that is none is refused: %s",
    (json) => expect(parsePlan(json)).toBeNull(),
  );
});

describe("object names", () => {
  test("are read back as what they are", () => {
    expect(parseObjectName("v720/17.m4s")).toEqual({ kind: "segment", rendition: "v720", n: 17 });
    expect(parseObjectName("a1/init.mp4")).toEqual({ kind: "init", rendition: "a1" });
    expect(parseObjectName("a1.m3u8")).toEqual({ kind: "hls-media", rendition: "a1" });
  });

  test.each([
    "v720/0.m4s",
    "v720/01.m4s",
    "v720/-1.m4s",
    "../plan.json",
    "v720/1.m4s/",
    "x1/1.m4s",
    "",
    "v720/1e3.m4s",
  ])("of no plan are none: %p", (name) => expect(parseObjectName(name)).toBeUndefined());
});

describe("a plan", () => {
  test("keeps the sound in step when pictures begin off the grid", () => {
    const video = exampleVideo({ startTimeSeconds: 1.461 });
    const plan = buildPlan(exampleSource({ startTimeSeconds: 1.4, video }), options);
    const rate = 24000 / 1001;
    const firstPicture = (1.461 - plan.source.originMicroseconds / 1e6) * rate;
    expect(Math.abs(firstPicture - Math.round(firstPicture))).toBeLessThan(1e-4);
  });

  test("has a label for every sound track, each its own", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 6 }), (titles) => {
        const audio = titles.map((title, i) => exampleAudio({ index: i + 1, title }));
        const { renditions } = buildPlan(exampleSource({ audio }), options);
        const labels = renditions.flatMap((r) => (r.kind === "audio" ? [r.label] : []));
        expect(new Set(labels).size).toBe(titles.length);
        for (const label of labels) expect(label).toMatch(/^[^"\p{Cc}]+$/u);
      }),
    );
  });

  test("leaves out a sound track of which nothing is left", () => {
    const audio = [exampleAudio({ endTimeSeconds: 0 }), exampleAudio({ index: 2 })];
    const { renditions } = buildPlan(exampleSource({ audio }), options);
    expect(renditions.filter(({ kind }) => kind === "audio").map(({ track }) => track)).toEqual([
      2,
    ]);
  });

  test("refuses what holds nothing to play", () => {
    expect(() => buildPlan(exampleSource({ video: null, audio: [] }), options)).toThrow("neither");
    expect(() => buildPlan(exampleSource({ durationSeconds: 0 }), options)).toThrow("no duration");
  });
});
