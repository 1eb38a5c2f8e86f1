import { everyHdr, videoLimits } from "../limits.ts";
import { row, type KnownDevice } from "./known-device-row.ts";

const appleAuthoring =
  "https://developer.apple.com/documentation/http_live_streaming/hls_authoring_specification_for_apple_devices";
const appleHdr = "https://developer.apple.com/videos/play/tech-talks/501";
const swiftfin =
  "github:jellyfin/Swiftfin:Shared/Objects/VideoPlayerType/VideoPlayerType+Native.swift";
const inFile = { carriage: "file" } as const;
const anyAac = { profiles: new Set(["LC", "HE-AAC", "HE-AACv2"]) };

const apple = {
  streaming: new Set(["hls"] as const),
  sources: [appleAuthoring, appleHdr, swiftfin],
  files: ["mp4", "mpegts:h264,aac,ac3,eac3,mp3", "mp3:mp3", "flac:flac", "wav"],
  audio: {
    aac: { ...anyAac, maxChannels: 8 },
    ac3: { maxChannels: 6 },
    eac3: { maxChannels: 8 },
    alac: { maxChannels: 8, ...inFile },
    flac: { maxChannels: 8 },
    mp3: { maxChannels: 2, ...inFile },
    pcm_s16le: { maxChannels: 2, ...inFile },
    pcm_s24le: { maxChannels: 2, ...inFile },
  },
  maxAudioChannels: 8,
  change: { choosesAudio: true, turnsPictures: true },
};
const appleEntries = { sampleEntries: new Set(["avc1", "avc3", "hvc1", "dvh1"]), maxFrameRate: 60 };

export const appleTvs: readonly KnownDevice[] = [
  row({
    ...apple,
    id: "apple-tv-4k",
    name: "Apple TV 4K",
    userAgent: /AppleTV(?:6|11|14),/,
    video: [
      ["h264", videoLimits("h264", "High", "5.2", appleEntries)],
      [
        "hevc",
        videoLimits("hevc", "Main 10", "5.1", {
          ...{ ...appleEntries, hdr: everyHdr },
          dolbyVision: new Map([
            [5, 7],
            [8, 7],
          ]),
        }),
      ],
    ],
    maxHeight: 2160,
  }),
  row({
    ...apple,
    id: "apple-tv",
    name: "Apple TV",
    userAgent: /Apple ?TV/,
    assumed: "Without its model it is taken for Apple TV HD: 1080p, SDR.",
    video: [
      ["h264", videoLimits("h264", "High", "4.2", appleEntries)],
      ["hevc", videoLimits("hevc", "Main", "4.1", appleEntries)],
    ],
    maxHeight: 1080,
  }),
];
