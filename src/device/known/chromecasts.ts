import type { VideoLimits } from "../device.ts";
import { anyVideo, videoLimits } from "../limits.ts";
import { row, type KnownDevice } from "./known-device-row.ts";

const castMedia = "https://developers.google.com/cast/docs/media";
const ultraRenderer =
  "github:UniversalMediaServer/UniversalMediaServer:src/main/external-resources/renderers/Google-ChromecastUltra.conf";
const hdr10: VideoLimits["hdr"] = new Set(["hdr10"]);
const inFile = { carriage: "file" } as const;
const anyAac = { profiles: new Set(["LC", "HE-AAC", "HE-AACv2"]) };

/** What every Cast receiver plays; FLAC up to 96 kHz and 24 bits. */
const cast = {
  sources: [castMedia],
  files: ["mp4", "webm", "mp3:mp3", "ogg:vorbis,opus", "wav"],
  audio: {
    aac: { ...anyAac, maxChannels: 6 },
    mp3: { maxChannels: 2, ...inFile },
    opus: { maxChannels: 2 },
    flac: { maxChannels: 2, maxSampleRateHz: 96_000, maxBitDepth: 24 },
    vorbis: { maxChannels: 2, ...inFile },
    pcm_s16le: { maxChannels: 2, ...inFile },
  },
  maxAudioChannels: 2,
} as const;

const castUltraHd = { maxHeight: 2160, maxFrameRate: 60 };

export const chromecasts: readonly KnownDevice[] = [
  row({
    ...cast,
    id: "nest-hub",
    name: "Google Nest Hub",
    userAgent: /CrKey.*(?:SmartDisplay|SmartSpeaker)/,
    video: [
      ["h264", videoLimits("h264", "High", "4.1", { maxHeight: 720, maxFrameRate: 30 })],
      ["vp9", videoLimits("vp9", "Profile 0", "4.0", { maxHeight: 720, maxFrameRate: 30 })],
    ],
    assumed: "30 pictures a second, as Nest Hub Max has; the smaller one has 60.",
    maxHeight: 720,
  }),
  row({
    ...cast,
    id: "chromecast-google-tv",
    name: "Chromecast with Google TV",
    userAgent: /Android.*CrKey|CrKey.*DeviceType\/Android/,
    assumed:
      "Televisions with Cast built in name themselves alike, so no HDR, which Google's table does not give for it either.",
    video: [
      [
        "h264",
        videoLimits("h264", "High", "5.1", { maxHeight: 2160, maxFrameRate: 30 }),
        videoLimits("h264", "High", "5.1", { maxHeight: 1080, maxFrameRate: 60 }),
      ],
      ["hevc", videoLimits("hevc", "Main 10", "5.1", castUltraHd)],
      ["vp9", videoLimits("vp9", "Profile 2", null, castUltraHd)],
    ],
    maxHeight: 2160,
  }),
  row({
    ...cast,
    id: "chromecast-ultra",
    name: "Chromecast Ultra",
    userAgent: /aarch64.*CrKey/,
    sources: [castMedia, ultraRenderer],
    assumed: "Dolby Vision is named without its profiles, so none.",
    video: [
      ["h264", videoLimits("h264", "High", "4.2", { maxHeight: 1080, maxFrameRate: 60 })],
      ["hevc", videoLimits("hevc", "Main 10", "5.1", { ...castUltraHd, hdr: hdr10 })],
      ["vp8", { ...anyVideo, maxHeight: 2160, maxFrameRate: 30 }],
      ["vp9", videoLimits("vp9", "Profile 2", "5.1", { ...castUltraHd, hdr: hdr10 })],
    ],
    maxHeight: 2160,
  }),
  row({
    ...cast,
    id: "chromecast",
    name: "Chromecast of the 1st to 3rd generation",
    userAgent: /CrKey/,
    assumed: "The three name themselves alike, so the first one's level 4.1; the third has 4.2.",
    video: [
      [
        "h264",
        videoLimits("h264", "High", "4.1", { maxHeight: 1080, maxFrameRate: 30 }),
        videoLimits("h264", "High", "4.1", { maxHeight: 720, maxFrameRate: 60 }),
      ],
      ["vp8", { ...anyVideo, maxHeight: 1080, maxFrameRate: 30 }],
    ],
    maxHeight: 1080,
  }),
];
