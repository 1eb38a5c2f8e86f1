import { anyVideo, everyHdr, videoLimits } from "../limits.ts";
import type { Device } from "../device.ts";
import { row, type KnownDevice } from "./known-device-row.ts";

/** Measured with canPlayType by Jellyfin's web client, which notes where browsers answer wrongly. */
const jellyfinWeb = "github:jellyfin/jellyfin-web:src/scripts/browserDeviceProfile.js";

/** A browser plays the first or default sound of a file, turns and stretches its pictures, and never deinterlaces. */
const browserAbilities = { turnsPictures: true, keepsAspect: true };

/**
 * What Chromium and Firefox decode themselves, whatever the machine; they mix down what has more channels. MP3 is refused
 * in segments of MP4 (measured with Chromium 156).
 */
const webAudio = {
  aac: { profiles: new Set(["LC", "HE-AAC", "HE-AACv2"]), maxChannels: 6 },
  mp3: { maxChannels: 2, carriage: "file" },
  opus: { maxChannels: 8 },
  flac: { maxChannels: 8 },
  vorbis: { maxChannels: 8, carriage: "file" },
  pcm_s16le: { maxChannels: 2, carriage: "file" },
} as const;

const webFiles = ["mp4", "webm", "mp3:mp3", "ogg:vorbis,opus,flac", "flac:flac", "wav", "aac:aac"];
const desktopHeight = 2160;
const phoneHeight = 1080;

const jellyfinAndroid = "github:jellyfin/jellyfin-android:DeviceProfileBuilder.kt";

const noHevc = "HEVC, AC-3 and E-AC-3 depend on the machine: none until the client says so.";

/** dav1d and libvpx decode in software what the machine does not. */
const desktopVideo = [
  ["h264", videoLimits("h264", "High", "5.2")],
  ["vp8", anyVideo],
  ["vp9", videoLimits("vp9", "Profile 2", "6.1", { hdr: everyHdr })],
  ["av1", videoLimits("av1", "Main", "5.3", { hdr: everyHdr })],
] as const;

const sdrVideo = [
  ["h264", videoLimits("h264", "High", "5.2")],
  ["vp8", anyVideo],
  ["vp9", videoLimits("vp9", "Profile 0", "6.1")],
  ["av1", videoLimits("av1", "Main", "5.3")],
] as const;

const phoneVideo = [
  ["h264", videoLimits("h264", "High", "4.2")],
  ["vp8", anyVideo],
  ["vp9", videoLimits("vp9", "Profile 0", "4.1")],
] as const;

/** WebKit decodes with the machine's hardware alone, and knows HEVC under the sample entry hvc1 only. */
const webkitEntries = new Set(["avc1", "avc3", "hvc1", "dvh1"]);
const dolbyVision = new Map([
  [5, 7],
  [8, 7],
]);
const webkitHevc = { sampleEntries: webkitEntries, maxFrameRate: 60 };
const webkitAudio = {
  aac: { profiles: new Set(["LC", "HE-AAC", "HE-AACv2"]), maxChannels: 6 },
  ac3: { maxChannels: 6 },
  eac3: { maxChannels: 8 },
  alac: { maxChannels: 8, carriage: "file" },
  flac: { maxChannels: 8 },
  mp3: { maxChannels: 2, carriage: "file" },
  pcm_s16le: { maxChannels: 2, carriage: "file" },
  pcm_s24le: { maxChannels: 2, carriage: "file" },
} as const;
const webkitOpus = { ...webkitAudio, opus: { maxChannels: 2 } } as const;
const webkitFiles = ["mp4", "mp3:mp3", "flac:flac", "wav", "aac:aac"];
const hls: Device["streaming"] = new Set(["hls"]);

const iosHdr = [
  ["h264", videoLimits("h264", "High", "5.2")],
  ["hevc", videoLimits("hevc", "Main 10", "5.1", { ...webkitHevc, hdr: everyHdr, dolbyVision })],
] as const;

const appleAuthoring =
  "https://developer.apple.com/documentation/http_live_streaming/hls_authoring_specification_for_apple_devices";
const appleHdr = "https://developer.apple.com/videos/play/tech-talks/501";

const ios = {
  files: webkitFiles,
  streaming: hls,
  sources: [jellyfinWeb, appleAuthoring, appleHdr],
  maxAudioChannels: 6,
};

/** In the order of recognition: each browser also carries the names of those it is like. */
export const browsers: readonly KnownDevice[] = [
  row({
    ...ios,
    id: "ios-17",
    name: "Safari on iOS 17 and later",
    userAgent: /(?:iPhone|iPad|iPod).* OS (\d+(?:_\d+)?)/,
    versions: [17, Infinity],
    assumed: "AV1 needs hardware that the User-Agent does not tell.",
    video: iosHdr,
    audio: webkitOpus,
    maxHeight: 2160,
    change: browserAbilities,
  }),
  row({
    ...ios,
    id: "ios-13",
    name: "Safari on iOS 13 to 16",
    userAgent: /(?:iPhone|iPad|iPod).* OS (\d+(?:_\d+)?)/,
    versions: [13, 17],
    video: iosHdr,
    audio: webkitAudio,
    maxHeight: 2160,
    change: browserAbilities,
  }),
  row({
    ...ios,
    id: "ios-11",
    name: "Safari on iOS 11 and 12",
    userAgent: /(?:iPhone|iPad|iPod).* OS (\d+(?:_\d+)?)/,
    versions: [11, 13],
    video: [
      ["h264", videoLimits("h264", "High", "4.2")],
      ["hevc", videoLimits("hevc", "Main 10", "5.0", { ...webkitHevc, hdr: everyHdr })],
    ],
    audio: webkitAudio,
    maxHeight: 2160,
    change: browserAbilities,
  }),
  row({
    ...ios,
    id: "ios-10",
    name: "Safari on iOS 10 and earlier",
    userAgent: /(?:iPhone|iPad|iPod).* OS (\d+(?:_\d+)?)/,
    versions: [0, 11],
    assumed: "Level 4.1 is that of the oldest iPhone with iOS 10.",
    video: [["h264", videoLimits("h264", "High", "4.1")]],
    audio: { aac: webkitAudio.aac, mp3: webkitAudio.mp3 },
    maxHeight: 1080,
    maxAudioChannels: 2,
    change: browserAbilities,
  }),
  row({
    id: "edge",
    name: "Edge",
    userAgent: /\bEdg\/\d/,
    sources: [jellyfinWeb],
    assumed: noHevc,
    files: webFiles,
    video: desktopVideo,
    audio: webAudio,
    maxHeight: desktopHeight,
    maxAudioChannels: 6,
    change: browserAbilities,
  }),
  row({
    id: "firefox-android",
    name: "Firefox on Android",
    userAgent: /Android.*\bFirefox\/\d/,
    sources: [jellyfinWeb],
    assumed: `Level and size as for Chrome on Android. ${noHevc}`,
    files: webFiles,
    video: phoneVideo,
    audio: webAudio,
    maxHeight: phoneHeight,
    maxAudioChannels: 2,
    change: browserAbilities,
  }),
  row({
    id: "firefox",
    name: "Firefox",
    userAgent: /\bFirefox\/\d/,
    sources: [jellyfinWeb],
    assumed: `Levels as for Chrome; HDR is shown on macOS only, which is taken for none. ${noHevc}`,
    files: webFiles,
    video: sdrVideo,
    audio: webAudio,
    maxHeight: desktopHeight,
    maxAudioChannels: 6,
    change: browserAbilities,
  }),
  row({
    id: "chrome-android",
    name: "Chrome on Android",
    userAgent: /Android.*\bChrome\/\d/,
    sources: [jellyfinWeb, jellyfinAndroid],
    assumed: `Level 4.2 and 1080p are those of ordinary phones; AV1 in software is too slow on them. ${noHevc}`,
    files: webFiles,
    video: phoneVideo,
    audio: webAudio,
    maxHeight: phoneHeight,
    maxAudioChannels: 2,
    change: browserAbilities,
  }),
  row({
    id: "chrome",
    name: "Chrome",
    userAgent: /\b(?:Chrome|Chromium|HeadlessChrome)\/\d/,
    sources: [jellyfinWeb],
    assumed: `High 10 is decoded in software on some systems only; Matroska is said to play by Chromium 156, since when was not found. ${noHevc}`,
    files: webFiles,
    video: desktopVideo,
    audio: webAudio,
    maxHeight: desktopHeight,
    maxAudioChannels: 6,
    change: browserAbilities,
  }),
  row({
    id: "safari-17",
    name: "Safari 17 and later on macOS",
    userAgent: /Macintosh.*\bVersion\/(\d+).*\bSafari\//,
    versions: [17, Infinity],
    sources: [jellyfinWeb, appleAuthoring, appleHdr],
    assumed:
      "AV1 needs hardware that the User-Agent does not tell; VP9 is left to what the client says.",
    files: webkitFiles,
    video: iosHdr,
    audio: webkitOpus,
    maxHeight: 2160,
    maxAudioChannels: 6,
    change: browserAbilities,
  }),
  row({
    id: "safari",
    name: "Safari 11 to 16 on macOS",
    userAgent: /Macintosh.*\bVersion\/(\d+).*\bSafari\//,
    versions: [11, 17],
    sources: [jellyfinWeb, appleAuthoring, appleHdr],
    assumed: "VP9 is left to what the client says.",
    files: webkitFiles,
    video: iosHdr,
    audio: webkitAudio,
    maxHeight: 2160,
    maxAudioChannels: 6,
    change: browserAbilities,
  }),
];
