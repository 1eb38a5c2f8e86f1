import { expect, test } from "bun:test";
import { parseResolution } from "../../src/media/resolution.ts";
import { resolveDeviceProfile } from "../../src/playback/device-profile.ts";
import { parseQuality } from "../../src/playback/quality-request.ts";

test("a device that says nothing plays H.264 and AAC stereo in MP4 up to 1080p, SDR", () => {
  expect(resolveDeviceProfile()).toEqual({
    containers: new Set(["mp4"]),
    videoCodecs: new Set(["h264"]),
    audioCodecs: new Set(["aac"]),
    maxHeight: 1080,
    maxBitrateBps: null,
    supportsHdr: false,
    maxAudioChannels: 2,
    subtitles: new Set(["vtt"]),
  });
});

test("codecs are told apart by kind, and other spellings mean the same", () => {
  const profile = resolveDeviceProfile({
    supportedCodecs: ["AVC1.640028", "H265", "ec-3", "mp4a.40.2"],
    supportedContainers: ["MKV", "ts"],
  });
  expect(profile.videoCodecs).toEqual(new Set(["h264", "hevc"]));
  expect(profile.audioCodecs).toEqual(new Set(["eac3", "aac"]));
  expect(profile.containers).toEqual(new Set(["matroska", "mpegts"]));
});

test("names that every object has are names of nothing", () => {
  const profile = resolveDeviceProfile({ supportedCodecs: ["constructor", "__proto__.x"] });
  expect(profile.videoCodecs).toEqual(new Set(["constructor", "__proto__.x"]));
});

test("a list of sound codecs alone leaves the pictures at H.264", () => {
  const profile = resolveDeviceProfile({ supportedCodecs: ["opus"] });
  expect(profile.videoCodecs).toEqual(new Set(["h264"]));
  expect(profile.audioCodecs).toEqual(new Set(["opus"]));
});

test.each([
  ["1080p", 1080],
  ["720", 720],
  ["1080i", 1080],
  ["4K", 2160],
  ["1920x1080", 1080],
  ["1080x1920", 1080],
  ["1920x800", 1080],
  ["1024x768", 768],
  ["big", undefined],
  ["constructor", undefined],
  ["", undefined],
  ["-1080p", undefined],
  ["0010", undefined],
])("the resolution %p is the class height %p", (text, height) => {
  expect(parseResolution(text)).toBe(height);
});

test.each([
  ["auto", { preset: null, maxHeight: null }],
  ["high", { preset: "high", maxHeight: null }],
  ["v720", { preset: null, maxHeight: 720 }],
  ["480p", { preset: null, maxHeight: 480 }],
  ["toString", undefined],
  ["", undefined],
])("the quality %p asks for %p", (text, expected) => {
  expect(parseQuality(text)).toEqual<unknown>(expected);
});
