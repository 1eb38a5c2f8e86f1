import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { Source } from "../../src/media/source.ts";
import {
  decide,
  decisionKinds,
  sourceWarnings,
  type DecisionKind,
} from "../../src/playback/decide.ts";
import {
  resolveDeviceProfile,
  type DeviceProfileRequest,
} from "../../src/playback/device-profile.ts";
import { clockTime, type ReasonCode } from "../../src/playback/reason.ts";
import { sampleAudio, sampleSource, sampleVideo } from "./sample-source.ts";

const everything: ReadonlySet<DecisionKind> = new Set(decisionKinds);

function decided(
  source: Partial<Source>,
  profile: DeviceProfileRequest = {},
  offered = everything,
  maxHeight: number | null = null,
) {
  const whole = { ...sampleSource, ...source };
  const wishes = { audio: whole.audio[0], maxHeight, offered };
  const decision = decide(whole, resolveDeviceProfile(profile), wishes);
  return [decision.kind, ...decision.reasons.map(({ code }) => code)];
}

describe("the cheapest way that a device can play", () => {
  test("a file it knows in every way is played as it is, for no reason", () => {
    expect(decided({})).toEqual(["direct_play"]);
  });

  test("a strange container alone is remuxed", () => {
    expect(decided({ container: "matroska,webm" })).toEqual(["remux", "CONTAINER_UNSUPPORTED"]);
  });

  test("a device that plays Matroska gets it as it is", () => {
    const profile = { supportedContainers: ["mkv"] };
    expect(decided({ container: "matroska,webm" }, profile)).toEqual(["direct_play"]);
  });

  test("a device that plays WebM does not play H.264 in Matroska", () => {
    const profile = { supportedContainers: ["webm"] };
    expect(decided({ container: "matroska,webm" }, profile)[0]).toBe("remux");
  });

  const needingWork: [ReasonCode, Partial<Source>][] = [
    ["VIDEO_CODEC_UNSUPPORTED", { video: { ...sampleVideo, codec: "hevc" } }],
    ["RESOLUTION_TOO_HIGH", { video: { ...sampleVideo, width: 3840, height: 1600 } }],
    ["HDR_UNSUPPORTED", { video: { ...sampleVideo, isHdr: true } }],
    ["PICTURES_INTERLACED", { video: { ...sampleVideo, isInterlaced: true } }],
    ["PICTURES_TURNED", { video: { ...sampleVideo, rotationDegrees: 90 } }],
    ["AUDIO_CODEC_UNSUPPORTED", { audio: [{ ...sampleAudio, codec: "dts" }] }],
    ["AUDIO_CHANNELS_TOO_MANY", { audio: [{ ...sampleAudio, channels: 6 }] }],
  ];
  test.each(needingWork)("%s is transcoded", (code, source) => {
    expect(decided(source)).toEqual(["transcode", code]);
  });

  test("more bits than the device takes are transcoded", () => {
    expect(decided({}, { maxBitrate: 1e6 })).toEqual(["transcode", "BITRATE_TOO_HIGH"]);
  });

  test("less than the source was asked for is transcoded", () => {
    expect(decided({}, {}, everything, 720)).toEqual(["transcode", "QUALITY_REQUESTED"]);
  });

  test("what the server does not offer is delivered otherwise, and that is said", () => {
    const only = new Set<DecisionKind>(["transcode"]);
    expect(decided({}, {}, only)).toEqual(["transcode", "DELIVERY_ADAPTIVE"]);
    const matroska = { container: "matroska,webm" };
    expect(decided(matroska, {}, only)).toEqual([
      "transcode",
      "CONTAINER_UNSUPPORTED",
      "DELIVERY_ADAPTIVE",
    ]);
  });

  test("sound alone is judged by its sound", () => {
    expect(decided({ video: null })).toEqual(["direct_play"]);
  });

  test("a device that can do more is never given less", () => {
    const codecs = fc.subarray(["h264", "hevc", "vp9", "aac", "ac3", "opus"]);
    const source = fc.record({
      video: fc
        .record({ codec: fc.constantFrom("h264", "hevc", "vp9"), isHdr: fc.boolean() })
        .map((video) => ({ ...sampleVideo, ...video })),
      audio: fc.constantFrom("aac", "ac3", "opus").map((codec) => [{ ...sampleAudio, codec }]),
      container: fc.constantFrom("matroska,webm", sampleSource.container, "avi"),
    });
    const rank = (kind: string | undefined): number => decisionKinds.findIndex((k) => k === kind);
    fc.assert(
      fc.property(source, codecs, (its, supportedCodecs) => {
        // Both kinds named, so that the defaults for a kind left out do not come into it.
        const some = { supportedCodecs: ["h264", "aac", ...supportedCodecs] };
        const more = {
          supportedCodecs: ["h264", "hevc", "vp9", "aac", "ac3", "opus"],
          supportedContainers: ["mp4", "mkv", "avi"],
          supportsHdr: true,
        };
        expect(rank(decided(its, more)[0])).toBeLessThanOrEqual(rank(decided(its, some)[0]));
      }),
    );
  });
});

test("a truncated source is warned of with where it ends and where it should", () => {
  const truncated = { ...sampleSource, truncated: { declaredDurationSeconds: 3725 } };
  expect(sourceWarnings(truncated, false)).toEqual([
    {
      code: "SOURCE_TRUNCATED",
      message: "Ends at 1:00 because the file is truncated; it was meant to last 1:02:05",
    },
  ]);
  expect(sourceWarnings(sampleSource, false)).toEqual([]);
});

test.each([
  [0, "0:00"],
  [59.9, "0:59"],
  [605, "10:05"],
  [3600, "1:00:00"],
  [36_061, "10:01:01"],
])("%p seconds read as %p", (seconds, text) => {
  expect(clockTime(seconds)).toBe(text);
});

test("each track that is left out is a warning that names it", () => {
  const source: Source = {
    ...sampleSource,
    leftOut: [
      { kind: "audio", index: 2, codec: "dfpwm" },
      { kind: "video", index: 4, codec: null },
      { kind: "cover", index: 5, codec: "tiff" },
    ],
  };
  const warnings = sourceWarnings(source, false);
  expect(warnings.map(({ code }) => code)).toEqual(Array(3).fill("TRACK_LEFT_OUT"));
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^A sound track \(stream 2\) .*dfpwm/),
    expect.stringMatching(/^A picture track \(stream 4\) .*unknown/),
    expect.stringMatching(/^The cover \(stream 5\) .*tiff/),
  ]);
});
