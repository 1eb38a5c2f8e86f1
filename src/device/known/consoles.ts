import { anyVideo, noHdr, videoLimits } from "../limits.ts";
import { row, type KnownDevice } from "./known-device-row.ts";

const xboxTechnologies =
  "https://learn.microsoft.com/windows/uwp/apps-for-xbox/supported-technologies";
const jellyfinWeb = "github:jellyfin/jellyfin-web:src/scripts/browserDeviceProfile.js";

const xboxH264 = [
  "h264",
  videoLimits("h264", "High", "4.2", { maxHeight: 1080, maxFrameRate: 60 }),
] as const;
const olderVideo = ["vc1", "wmv3", "mpeg2video", "mpeg4"].map(
  (codec) => [codec, { ...anyVideo, maxHeight: 1080, maxFrameRate: 60 }] as const,
);
const xbox = {
  sources: [xboxTechnologies, jellyfinWeb],
  files: [
    "mp4",
    "matroska",
    "mpegts:h264,mpeg2video,vc1,aac,ac3,eac3,mp3",
    "avi",
    "mp3:mp3",
    "flac:flac",
  ],
  audio: {
    aac: { maxChannels: 6 },
    mp3: { maxChannels: 2, carriage: "file" },
    ac3: { maxChannels: 6 },
    eac3: { maxChannels: 8 },
    flac: { maxChannels: 2, carriage: "file" },
  },
  maxAudioChannels: 6,
  change: { deinterlaces: true, keepsAspect: true },
} as const;

export const consoles: readonly KnownDevice[] = [
  row({
    ...xbox,
    id: "xbox-series",
    name: "Xbox Series X or S",
    userAgent: /Xbox Series/,
    assumed:
      "HDR10 as Xbox One S and later show it; HLG and Dolby Vision were not looked up, so none.",
    video: [
      xboxH264,
      [
        "hevc",
        videoLimits("hevc", "Main 10", "5.1", { maxFrameRate: 60, hdr: new Set(["hdr10"]) }),
      ],
      [
        "vp9",
        videoLimits("vp9", "Profile 2", "5.1", { maxFrameRate: 60, hdr: new Set(["hdr10"]) }),
      ],
      ...olderVideo,
    ],
    maxHeight: 2160,
  }),
  row({
    ...xbox,
    id: "xbox-one",
    name: "Xbox One",
    userAgent: /\bXbox\b/,
    assumed: "The first one, without HEVC and 4K: One S and One X name themselves alike.",
    video: [xboxH264, ...olderVideo],
    maxHeight: 1080,
  }),
  row({
    id: "playstation-5",
    name: "PlayStation 5",
    userAgent: /PlayStation 5/,
    sources: ["https://support.plex.tv/articles/204377253-what-media-formats-are-supported/"],
    assumed:
      "As PlayStation 4: Sony publishes nothing of its browser, and HEVC, VP9 and HDR were not found.",
    files: ["mp4"],
    video: [["h264", videoLimits("h264", "High", "4.2", { maxFrameRate: 60, hdr: noHdr })]],
    audio: { aac: { maxChannels: 2 } },
    maxHeight: 1080,
    maxAudioChannels: 2,
    change: { maxBitrateBps: 20_000_000 },
  }),
  row({
    id: "playstation-4",
    name: "PlayStation 4",
    userAgent: /PlayStation 4/,
    sources: [
      jellyfinWeb,
      "https://support.plex.tv/articles/204377253-what-media-formats-are-supported/",
    ],
    files: ["mp4"],
    video: [["h264", videoLimits("h264", "High", "4.1")]],
    audio: { aac: { maxChannels: 2 } },
    maxHeight: 1080,
    maxAudioChannels: 2,
    change: { maxBitrateBps: 8_000_000 },
  }),
];
