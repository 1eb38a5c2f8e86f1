import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { levelNumber } from "../../src/media/codec-level.ts";
import { codecsOfType, parseCodecString } from "../../src/device/codec-string.ts";
import type { VideoLimits } from "../../src/device/device.ts";

/** What a string says of pictures; fails for one that says nothing. */
function pictures(text: string): { codec: string; limits: VideoLimits } {
  const claim = parseCodecString(text);
  if (claim?.kind !== "video") throw new Error(`expected ${text} to speak of pictures`);
  return claim;
}

const levels = ["3.0", "3.1", "4.0", "4.1", "5.0", "5.1", "5.2", "6.2"];
const hex = (value: number): string => value.toString(16).padStart(2, "0");
const two = (value: number): string => String(value).padStart(2, "0");

describe("each profile and level, written as its standard says, is read as ffprobe names it", () => {
  test.each([
    ["Constrained Baseline", "42e0"],
    ["Baseline", "4200"],
    ["Main", "4d40"],
    ["High", "6400"],
    ["High 10", "6e00"],
    ["High 4:2:2", "7a00"],
    ["High 4:4:4 Predictive", "f400"],
  ])("H.264 %s", (profile, digits) => {
    for (const level of levels) {
      for (const entry of ["avc1", "avc3", "AVC1"]) {
        const number = levelNumber("h264", level) ?? 0;
        const { codec, limits } = pictures(`${entry}.${digits}${hex(number)}`);
        expect([codec, limits.maxLevel, [...(limits.profiles ?? [])].includes(profile)]).toEqual([
          "h264",
          number,
          true,
        ]);
      }
    }
  });

  test.each([
    ["Main", "1.6", 8],
    ["Main 10", "2.4", 10],
  ])("HEVC %s", (profile, start, bits) => {
    for (const level of levels) {
      for (const [tier, entry, rest] of [
        ["L", "hvc1", ".B0"],
        ["H", "hev1", ""],
        ["l", "HVC1", ".90.0.0.0.0.0"],
      ]) {
        const number = levelNumber("hevc", level) ?? 0;
        const { codec, limits } = pictures(`${entry}.${start}.${tier}${number}${rest}`);
        expect([codec, limits.maxLevel, limits.maxBitDepth]).toEqual(["hevc", number, bits]);
        expect(limits.profiles).toContain(profile);
        expect(limits.profiles?.has("Rext")).toBe(false);
        expect(limits.chroma).toEqual(new Set(["4:2:0"]));
      }
    }
  });

  test.each([
    [0, "Main"],
    [1, "High"],
    [2, "Professional"],
  ])("AV1 %d is %s", (number, profile) => {
    for (const level of levels) {
      for (const bits of [8, 10, 12]) {
        const index = levelNumber("av1", level) ?? 0;
        const text = `av01.${number}.${two(index)}M.${two(bits)}`;
        for (const whole of [text, `${text}.0.110.09.16.09.0`]) {
          const { codec, limits } = pictures(whole);
          expect([codec, limits.maxLevel, limits.maxBitDepth]).toEqual(["av1", index, bits]);
          expect(limits.profiles).toContain(profile);
        }
        expect(pictures(`${text}.0.110.09.16.09.0`).limits.hdr).toEqual(new Set(["hdr10"]));
        expect(pictures(text).limits.hdr.size).toBe(0);
      }
    }
  });

  test.each([0, 1, 2, 3])("VP9 %d", (number) => {
    for (const level of levels) {
      const index = levelNumber("vp9", level) ?? 0;
      const text = `vp09.${two(number)}.${index}.10`;
      for (const whole of [text, `${text}.01`, `${text}.01.09.18.09.00`]) {
        const { codec, limits } = pictures(whole);
        expect([codec, limits.maxLevel, limits.maxBitDepth]).toEqual(["vp9", index, 10]);
        expect(limits.profiles).toContain(`Profile ${number}`);
      }
      expect(pictures(`${text}.01.09.18.09.00`).limits.hdr).toEqual(new Set(["hlg"]));
    }
  });

  test.each([
    ["dvh1.05.06", "hevc", 5, 6],
    ["dvhe.08.09", "hevc", 8, 9],
    ["dav1.10.06", "av1", 10, 6],
    ["dva1.09.05", "h264", 9, 5],
  ])("Dolby Vision %s", (text, codec, profile, level) => {
    const claim = pictures(text);
    expect(claim.codec).toBe(codec);
    expect(claim.limits.dolbyVision).toEqual(new Map([[profile, level]]));
  });
});

test("a decoder of a profile decodes those within it and no wider one", () => {
  const wide: readonly (readonly [string, readonly string[]])[] = [
    ["avc1.42e01e", ["Constrained Baseline"]],
    ["avc1.640028", ["Constrained Baseline", "Baseline", "Main", "High"]],
    ["hvc1.1.6.L93.B0", ["Main Still Picture", "Main"]],
    ["hvc1.2.4.L153.B0", ["Main Still Picture", "Main", "Main 10"]],
    ["av01.1.08M.10", ["Main", "High"]],
    ["vp09.02.51.10", ["Profile 0", "Profile 2"]],
  ];
  for (const [text, profiles] of wide) {
    expect([text, [...(pictures(text).limits.profiles ?? [])]]).toEqual([text, [...profiles]]);
  }
  expect(parseCodecString("mp4a.40.29")).toMatchObject({
    codec: "aac",
    limits: { profiles: new Set(["LC", "HE-AAC", "HE-AACv2"]) },
  });
  expect(parseCodecString("mp4a.40.02")).toMatchObject({ limits: { profiles: new Set(["LC"]) } });
});

test("range extensions of HEVC are as deep and as coloured as their flags say", () => {
  // Table A.2 of ISO/IEC 23008-2: Main 12, Main 4:2:2 10, Main 4:4:4, Monochrome 12.
  expect(pictures("hvc1.4.10.L120.98.80").limits).toMatchObject({
    maxBitDepth: 12,
    chroma: new Set(["4:0:0", "4:2:0"]),
  });
  expect(pictures("hvc1.4.10.L120.9d.08").limits).toMatchObject({ maxBitDepth: 10 });
  expect(pictures("hvc1.4.10.L120.9d.08").limits.chroma).toEqual(
    new Set(["4:0:0", "4:2:0", "4:2:2"]),
  );
  expect(pictures("hvc1.4.10.L120.9e.08").limits).toMatchObject({ maxBitDepth: 8 });
  expect(pictures("hvc1.4.10.L120.9e.08").limits.chroma).toContain("4:4:4");
});

test.each([
  ["h264", "h264"],
  ["H.265", "hevc"],
  ["avc1", "h264"],
  ["ec-3", "eac3"],
  ["fLaC", "flac"],
  ["Opus", "opus"],
  ["dtsh", "dts"],
  ["mp4a", "aac"],
  ["vc1", "vc1"],
])("%s is the name of %s and says no more", (text, codec) => {
  expect(parseCodecString(text)).toMatchObject({ kind: "name", codec });
});

test.each([
  ["mp4a.40.5", "aac"],
  ["mp4a.40.34", "mp3"],
  ["mp4a.6B", "mp3"],
  ["mp4a.a6", "eac3"],
  ["mp4a.67", "aac"],
])("%s is sound of %s", (text, codec) => {
  expect(parseCodecString(text)).toMatchObject({ kind: "audio", codec });
});

const broken = [
  ...["", " ", "avc1.", "avc1.6400", "avc1.64002", "avc1.6400280", "avc1.zz0028", "avc1.650028"],
  ...["avc1.640000", "avc1.6400ff", "avc1.66.30", "hvc1.2.4", "hvc1.2.4.153", "hvc1.2.4.X153"],
  ...[
    "hvc1.9.4.L153",
    "hvc1.2.4.L0",
    "hvc1.2.4.L999",
    "hvc1.2.4.L153.B0.0.0.0.0.0.0",
    "hvc1.2.g.L153",
  ],
  ...["hvc1.1.L120", "av01.3.08M.10", "av01.0.8M.10", "av01.0.08X.10", "av01.0.08M.9"],
  ...[
    "av01.0.08M.10.0",
    "av01.0.08M.10.0.110.09.16.09",
    "vp09.04.51.10",
    "vp09.02.51",
    "vp09.02.5.10",
  ],
  ...["vp09.02.51.11", "mp4a.40.99", "mp4a.zz", "mp4a.40.2.1", "dvh1.05", "dvh1.5.6", "dvh1.05.00"],
  ...["constructor", "__proto__.x", "toString", "video/mp4", "h264, aac", "subrip"],
];

test.each(broken)("%p is no codec", (text) => {
  expect(parseCodecString(text)).toBeNull();
});

test("whatever a client sends is read or left alone, and no level is beyond its scale", () => {
  const field = fc.constantFrom(
    "",
    "0",
    "1",
    "2",
    "08M",
    "10",
    "L153",
    "B0",
    "40",
    "640028",
    "ff",
    "-1",
    "1e3",
  );
  const entry = fc.constantFrom("avc1", "hvc1", "av01", "vp09", "mp4a", "dvh1", "x");
  const stringy = fc
    .tuple(entry, fc.array(field, { maxLength: 10 }))
    .map(([a, rest]) => [a, ...rest].join("."));
  fc.assert(
    fc.property(fc.oneof(stringy, fc.string()), (text) => {
      const claim = parseCodecString(text);
      if (claim?.kind !== "video") return;
      const { maxLevel, maxBitDepth } = claim.limits;
      expect(maxLevel === null || (maxLevel >= 0 && maxLevel <= 255)).toBe(true);
      expect(maxBitDepth === null || (maxBitDepth >= 8 && maxBitDepth <= 16)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ['video/mp4; codecs="avc1.640028, mp4a.40.2"', ["avc1.640028", "mp4a.40.2"]],
  ["audio/mp4;codecs=ec-3", ["ec-3"]],
  ['video/webm; foo=1; CODECS="vp9"', ["vp9"]],
  ["video/mp4", []],
  ['video/mp4; codecs=""', []],
])("the codecs of %s", (type, codecs) => {
  expect(codecsOfType(type)).toEqual(codecs);
});
