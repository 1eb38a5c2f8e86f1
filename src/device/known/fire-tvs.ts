import { everyHdr, videoLimits } from "../limits.ts";
import { row, type KnownDevice } from "./known-device-row.ts";

const fireUltraHd = "https://developer.amazon.com/docs/fire-tv/4k-ultra-hd.html";
const fireModels = "https://developer.amazon.com/docs/device-specs/identify-fire-tv-devices.html";
const inFile = { carriage: "file" } as const;
const anyAac = { profiles: new Set(["LC", "HE-AAC", "HE-AACv2"]) };

const fire = {
  files: ["mp4", "webm", "mp3:mp3", "flac:flac"],
  audio: {
    aac: { ...anyAac, maxChannels: 6 },
    ac3: { maxChannels: 6 },
    eac3: { maxChannels: 8 },
    mp3: { maxChannels: 2, ...inFile },
    flac: { maxChannels: 2 },
    opus: { maxChannels: 2 },
    vorbis: { maxChannels: 2, ...inFile },
  },
  maxAudioChannels: 6,
  change: { turnsPictures: true, keepsAspect: true },
} as const;

const fireHdr =
  "HDR10 and HLG as the sticks are sold with; profiles of Dolby Vision were not found, so none.";

export const fireTvs: readonly KnownDevice[] = [
  row({
    ...fire,
    id: "fire-tv-stick-4k",
    name: "Fire TV Stick 4K",
    userAgent: /\bAFT(?:MM|KA|KRT|KM)\b/,
    sources: [fireUltraHd, fireModels],
    assumed: fireHdr,
    video: [
      ["h264", videoLimits("h264", "High", "5.2", { maxFrameRate: 60 })],
      ["hevc", videoLimits("hevc", "Main 10", "5.1", { maxFrameRate: 60, hdr: everyHdr })],
      ["vp9", videoLimits("vp9", "Profile 2", "5.1", { maxFrameRate: 60, hdr: everyHdr })],
    ],
    maxHeight: 2160,
  }),
  row({
    ...fire,
    id: "fire-tv-cube",
    name: "Fire TV Cube, or Fire TV of the 3rd generation",
    userAgent: /\bAFT(?:A|N|R|GAZL)\b/,
    sources: [fireUltraHd, fireModels],
    assumed: fireHdr,
    video: [
      [
        "h264",
        videoLimits("h264", "High", "5.1", { maxFrameRate: 30 }),
        videoLimits("h264", "High", "5.1", { maxHeight: 1080, maxFrameRate: 60 }),
      ],
      ["hevc", videoLimits("hevc", "Main 10", "5.1", { maxFrameRate: 60, hdr: everyHdr })],
    ],
    maxHeight: 2160,
  }),
  row({
    ...fire,
    id: "fire-tv",
    name: "Fire TV",
    userAgent: /\bAFT\w+\b/,
    sources: [fireModels],
    assumed: "The models differ and were not looked up one by one: H.264 of level 4.1 in 1080p.",
    video: [["h264", videoLimits("h264", "High", "4.1", { maxFrameRate: 60 })]],
    maxHeight: 1080,
    maxAudioChannels: 2,
  }),
];
