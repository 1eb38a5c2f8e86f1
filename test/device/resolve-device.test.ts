import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { DeviceRequest, MediaCapability } from "../../src/device/device-request.ts";
import { defaultDevice } from "../../src/device/default-device.ts";
import { decisionOf, judgeTracks } from "../../src/device/judge-tracks.ts";
import { knownDevice } from "../../src/device/known-device.ts";
import { resolveDevice } from "../../src/device/resolve-device.ts";
import { rational } from "../../src/media/rational.ts";
import type { Source } from "../../src/media/source.ts";
import { av1, dolby, film, h264, hdr10, hevc, hevc10, sound, uhd, vp9 } from "./source-shapes.ts";
import { userAgents } from "./user-agents.ts";

const auto = {
  audioIndex: null,
  maxHeight: null,
  delivery: "auto",
  subtitle: null,
  nightMode: false,
} as const;

/** `direct_play`, `remux`, or why the pictures are encoded. */
function outcome(source: Source, request: DeviceRequest): string {
  const verdict = judgeTracks(source, resolveDevice(request).device, auto);
  const encoded = verdict.tracks.filter(({ action }) => action === "encode");
  const codes = encoded.flatMap(({ reasons }) => reasons.map(({ code }) => code));
  return codes.length > 0 ? codes.join(" ") : (decisionOf(verdict) ?? "");
}

const aac = sound("aac");
const plainHevc = film("mp4", hevc(), [aac]);
const deepHevc = film("mp4", hevc10(), [aac]);
const uhdHdr = film("mp4", hevc10({ ...uhd, ...hdr10 }), [aac]);

describe("a client that says nothing", () => {
  test("is its row of the table", () => {
    for (const userAgent of Object.values(userAgents)) {
      const row = knownDevice(userAgent)?.device ?? defaultDevice;
      const { device, warnings } = resolveDevice({ userAgent });
      expect(warnings).toEqual([]);
      expect([...device.video.keys()]).toEqual([...row.video.keys()]);
      expect({ ...device, video: row.video }).toEqual(row);
    }
  });

  test("plays H.264 and AAC stereo up to 1080p in SDR when it is in no row", () => {
    expect(outcome(film("mp4", h264(), [aac]), {})).toBe("direct_play");
    expect(outcome(plainHevc, {})).toBe("VIDEO_CODEC_UNSUPPORTED");
    expect(outcome(film("mp4", h264({ width: 2560, height: 1440 }), [aac]), {})).toBe(
      "RESOLUTION_TOO_HIGH",
    );
    expect(outcome(film("mp4", h264(), [sound("aac", 6)]), {})).toBe("AUDIO_CHANNELS_TOO_MANY");
  });
});

describe("what a client says wins over the table", () => {
  const { chrome, chromeAndroid, kodi, lg5 } = userAgents;
  test.each<[string, Source, DeviceRequest, string]>([
    [
      "a codec the row lacks",
      plainHevc,
      { userAgent: chrome, supportedCodecs: ["hevc", "aac"] },
      "direct_play",
    ],
    [
      "a codec it leaves out",
      plainHevc,
      { userAgent: kodi, supportedCodecs: ["h264"] },
      "VIDEO_CODEC_UNSUPPORTED",
    ],
    [
      "sound alone, so pictures of the row",
      plainHevc,
      { userAgent: kodi, supportedCodecs: ["aac"] },
      "direct_play",
    ],
    [
      "a string, its profile",
      deepHevc,
      { userAgent: kodi, supportedCodecs: ["hvc1.1.6.L153.B0"] },
      "VIDEO_PROFILE_UNSUPPORTED BIT_DEPTH_UNSUPPORTED",
    ],
    [
      "a string, its level",
      film("mp4", h264({ level: "4.1" }), [aac]),
      { userAgent: kodi, supportedCodecs: ["avc1.640028"] },
      "VIDEO_LEVEL_TOO_HIGH",
    ],
    [
      "two strings, either",
      deepHevc,
      { supportedCodecs: ["hvc1.1.6.L153.B0", "hvc1.2.4.L123.B0"] },
      "direct_play",
    ],
    [
      "a string and a name: the name's row",
      deepHevc,
      { userAgent: kodi, supportedCodecs: ["hvc1.1.6.L93.B0", "hevc"] },
      "direct_play",
    ],
    [
      "a smaller picture",
      film("mp4", h264(), [aac]),
      { userAgent: kodi, maxResolution: "720p" },
      "RESOLUTION_TOO_HIGH",
    ],
    [
      "a larger picture, and its levels",
      film("mp4", h264({ ...uhd, level: "5.2" }), [aac]),
      { userAgent: chromeAndroid, maxResolution: "4k" },
      "direct_play",
    ],
    ["no HDR", uhdHdr, { userAgent: lg5, supportsHdr: false }, "HDR_UNSUPPORTED"],
    [
      "HDR",
      film("mp4", vp9({ ...uhd, ...hdr10, profile: "Profile 2", pixelFormat: "yuv420p10le" }), [
        aac,
      ]),
      { userAgent: userAgents.googletv, supportsHdr: true },
      "direct_play",
    ],
    [
      "HDR by names alone",
      uhdHdr,
      { supportedCodecs: ["hevc"], supportsHdr: true, maxResolution: "4k" },
      "direct_play",
    ],
    [
      "HEVC by its name alone: eight bits",
      deepHevc,
      { supportedCodecs: ["hevc"] },
      "VIDEO_PROFILE_UNSUPPORTED BIT_DEPTH_UNSUPPORTED",
    ],
    [
      "a container",
      film("mkv", h264(), [aac]),
      { userAgent: chrome, supportedContainers: ["MKV"] },
      "direct_play",
    ],
    [
      "other containers",
      film("mp4", h264(), [aac]),
      { userAgent: kodi, supportedContainers: ["ts"] },
      "remux",
    ],
    [
      "fewer channels",
      film("mp4", h264(), [sound("aac", 6)]),
      { userAgent: kodi, maxAudioChannels: 2 },
      "AUDIO_CHANNELS_TOO_MANY",
    ],
    [
      "more channels",
      film("mp4", h264(), [sound("aac", 6)]),
      { maxAudioChannels: 6 },
      "direct_play",
    ],
    [
      "a bit rate",
      film("mp4", h264(), [aac]),
      { userAgent: kodi, maxBitrate: 4e6 },
      "BITRATE_TOO_HIGH",
    ],
    [
      "a bit rate that the pictures alone keep",
      film("mp4", h264({ bitrateBps: 3e6 }), [aac]),
      { userAgent: kodi, maxBitrate: 4e6 },
      "remux",
    ],
    [
      "AAC-LC alone",
      film("mp4", h264(), [sound("aac", 2, { profile: "HE-AAC" })]),
      { supportedCodecs: ["mp4a.40.2"] },
      "AUDIO_PROFILE_UNSUPPORTED",
    ],
    [
      "Dolby Vision 5",
      film("mp4", hevc10({ ...uhd, dolbyVision: dolby(5, 0) }), [aac]),
      { userAgent: lg5, supportedCodecs: ["dvh1.05.06", "hevc"] },
      "direct_play",
    ],
    [
      "Dolby Vision 5 of a lower level",
      film("mp4", hevc10({ ...uhd, dolbyVision: dolby(5, 0, 9) }), [aac]),
      { userAgent: lg5, supportedCodecs: ["dvh1.05.06"] },
      "DOLBY_VISION_UNSUPPORTED",
    ],
    [
      "Dolby Vision 5, which that set finds in MP4 alone",
      film("mkv", hevc10({ ...uhd, dolbyVision: dolby(5, 0) }), [aac]),
      { userAgent: lg5, supportedCodecs: ["dvh1.05.06", "hevc"] },
      "remux",
    ],
    [
      "a base layer of HDR10 without Dolby Vision",
      film("mp4", hevc10({ dolbyVision: dolby(8, 1) }), [aac]),
      { supportedCodecs: ["hvc1.2.4.L153.B0"], supportsHdr: true },
      "direct_play",
    ],
    [
      "a base layer of SDR without HDR",
      film("mp4", hevc10({ dolbyVision: dolby(8, 2) }), [aac]),
      { supportedCodecs: ["hvc1.2.4.L153.B0"] },
      "direct_play",
    ],
  ])("%s", (_said, source, request, expected) => {
    expect(outcome(source, request)).toBe(expected);
  });
});

describe("results of MediaCapabilities", () => {
  const entry = (change: Partial<MediaCapability>): MediaCapability => ({
    contentType: 'video/mp4; codecs="hvc1.2.4.L153.B0"',
    width: 3840,
    height: 2160,
    framerate: 30,
    supported: true,
    ...change,
  });
  const sized = (frameRate: number): Source =>
    film("mp4", hevc10({ ...uhd, frameRate: rational(frameRate) }), [aac]);

  test.each<[string, Source, Partial<MediaCapability>, string]>([
    ["what plays smoothly plays, though no list names it", sized(24), {}, "direct_play"],
    ["and nothing faster", sized(60), {}, "FRAME_RATE_TOO_HIGH"],
    ["and nothing larger", sized(24), { width: 1920, height: 1080 }, "RESOLUTION_TOO_HIGH"],
    [
      "what stutters does not play",
      sized(24),
      { smooth: false },
      "RESOLUTION_TOO_HIGH VIDEO_CODEC_UNSUPPORTED",
    ],
    ["power is no matter", sized(24), { powerEfficient: false }, "direct_play"],
    ["HDR where it was asked about", uhdHdr, { hdr: "hdr10+" }, "direct_play"],
    ["and not where it was not", uhdHdr, {}, "HDR_UNSUPPORTED"],
    [
      "a name has its usual profile",
      film("mp4", av1({ ...uhd }), [aac]),
      { contentType: 'video/mp4; codecs="av1"' },
      "direct_play",
    ],
  ])("%s", (_rule, source, change, expected) => {
    expect(outcome(source, { mediaCapabilities: [entry(change)] })).toBe(expected);
  });

  test("what is not supported is refused with all that asks for more, and only that", () => {
    const request = (change: Partial<MediaCapability>): DeviceRequest => ({
      userAgent: userAgents.kodi,
      mediaCapabilities: [entry({ supported: false, ...change })],
    });
    expect(outcome(sized(30), request({}))).toBe("DEVICE_REFUSES");
    expect(outcome(sized(60), request({}))).toBe("DEVICE_REFUSES");
    expect(outcome(sized(24), request({}))).toBe("direct_play");
    expect(outcome(deepHevc, request({}))).toBe("direct_play");
    expect(outcome(film("mp4", h264({ ...uhd }), [aac]), request({}))).toBe("direct_play");
    const eightBits = film("mp4", hevc({ ...uhd, frameRate: rational(30) }), [aac]);
    expect(outcome(eightBits, request({}))).toBe("direct_play");
    const all = {
      contentType: 'video/mp4; codecs="hevc"',
      width: undefined,
      height: undefined,
      framerate: undefined,
    };
    expect(outcome(plainHevc, request(all))).toBe("DEVICE_REFUSES");
    expect(
      outcome(
        film("mp4", h264(), [sound("eac3", 6)]),
        request({ contentType: 'audio/mp4; codecs="ec-3"', channels: 6 }),
      ),
    ).toBe("DEVICE_REFUSES");
  });

  test("of two answers to one configuration the better one stands", () => {
    const both = [entry({ supported: false }), entry({})];
    for (const mediaCapabilities of [both, both.toReversed()]) {
      expect(outcome(sized(30), { mediaCapabilities })).toBe("direct_play");
    }
  });

  test("what was measured larger does not make the rest larger", () => {
    const request = { mediaCapabilities: [entry({})] };
    expect(resolveDevice(request).device.maxHeight).toBe(2160);
    expect(outcome(film("mp4", h264({ ...uhd, level: "4.0" }), [aac]), request)).toBe(
      "RESOLUTION_TOO_HIGH",
    );
    const tall = { width: 7680, height: 4320 };
    const chrome = { userAgent: userAgents.chrome, mediaCapabilities: [entry(tall)] };
    expect(outcome(film("mp4", hevc10({ ...tall }), [aac]), chrome)).toBe("direct_play");
    expect(outcome(film("mp4", h264({ ...tall }), [aac]), chrome)).toBe("RESOLUTION_TOO_HIGH");
    const capped = { ...request, maxResolution: "1080p" };
    expect(outcome(sized(24), capped)).toContain("RESOLUTION_TOO_HIGH");
  });

  test("a type without one known codec is left out of account, and said to be", () => {
    for (const contentType of [
      "video/mp4",
      'video/mp4; codecs="nonsense"',
      'video/mp4; codecs="avc1.640028, mp4a.40.2"',
      "",
    ]) {
      const { device, warnings } = resolveDevice({
        mediaCapabilities: [entry({ contentType, supported: false })],
      });
      expect(warnings.map(({ code }) => code)).toEqual(["CLAIM_IGNORED"]);
      expect(device.refused).toEqual([]);
    }
  });
});

test("strings that are no codecs are left out of account, and said to be", () => {
  const { device, warnings } = resolveDevice({
    supportedCodecs: ["h264", "avc1.zz", "constructor", "aac"],
  });
  expect(warnings.map(({ code }) => code)).toEqual(["CLAIM_IGNORED", "CLAIM_IGNORED"]);
  expect(warnings.map(({ message }) => message).join()).toContain("avc1.zz");
  expect([...device.video.keys(), ...device.audio.keys()]).toEqual(["h264", "aac"]);
});

const soundNames = new Set(["aac", "opus", "ac-3", "ec-3", "flac", "mp3"]);
const codecNames = [
  "h264",
  "hevc",
  "av1",
  "vp9",
  "H265",
  "aac",
  "opus",
  "ac-3",
  "ec-3",
  "flac",
  "mp3",
];

test("without User-Agent and strings a list of codecs that names no sound says nothing of sound, and likewise of pictures", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...codecNames)), (supportedCodecs) => {
      const { device, warnings } = resolveDevice({ supportedCodecs });
      expect(warnings).toEqual([]);
      const saysVideo = supportedCodecs.some((name) => !soundNames.has(name));
      const saysAudio = supportedCodecs.some((name) => soundNames.has(name));
      if (!saysVideo) expect([...device.video.keys()]).toEqual(["h264"]);
      if (!saysAudio) expect([...device.audio.keys()]).toEqual(["aac"]);
      const showsHdr = [...device.video.values()].flat().some(({ hdr }) => hdr.size > 0);
      expect(showsHdr).toBe(false);
    }),
  );
});

test("the order of a client's lists does not matter", () => {
  const strings = [
    "avc1.640028",
    "avc1.6e0033",
    "hvc1.1.6.L93.B0",
    "hvc1.2.4.L153.B0",
    "dvh1.05.06",
    "hevc",
    "h264",
  ];
  const sources = [
    plainHevc,
    deepHevc,
    uhdHdr,
    film("mkv", h264({ profile: "High 10", pixelFormat: "yuv420p10le" }), [sound("eac3", 6)]),
  ];
  fc.assert(
    fc.property(
      fc
        .shuffledSubarray([...strings, ...codecNames])
        .chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
      fc.constantFrom(...Object.values(userAgents)),
      fc.constantFrom(...sources),
      ([one, other], userAgent, source) => {
        const verdicts = [one, other].map((supportedCodecs) =>
          judgeTracks(source, resolveDevice({ userAgent, supportedCodecs }).device, auto),
        );
        expect(verdicts[0]).toEqual(verdicts[1]);
      },
    ),
    { numRuns: 500 },
  );
});
