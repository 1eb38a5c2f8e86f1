import type { VideoLimits } from "../device.ts";
import { videoLimits } from "../limits.ts";
import { row, type KnownDevice } from "./known-device-row.ts";

const rokuStreaming = "https://developer.roku.com/docs/specs/media/streaming-specifications.md";
const rokuRenderers =
  "github:UniversalMediaServer/UniversalMediaServer:src/main/external-resources/renderers";
const hdr10: VideoLimits["hdr"] = new Set(["hdr10"]);
const inFile = { carriage: "file" } as const;
const anyAac = { profiles: new Set(["LC", "HE-AAC", "HE-AACv2"]) };

const roku = {
  sources: [rokuStreaming],
  files: [
    "mp4:h264,hevc,av1,aac,ac3,eac3,alac,mp3,pcm_s16le",
    "matroska:h264,hevc,vp9,av1,aac,ac3,eac3,alac,flac,mp3,opus,pcm_s16le,vorbis",
    ...["webm", "mp3:mp3", "flac:flac", "ogg:vorbis"],
  ],
  audio: {
    aac: { ...anyAac, maxChannels: 6 },
    ac3: { maxChannels: 6 },
    eac3: { maxChannels: 8 },
    alac: { maxChannels: 2, ...inFile },
    flac: { maxChannels: 2, ...inFile },
    mp3: { maxChannels: 2, ...inFile },
    opus: { maxChannels: 2, ...inFile },
    vorbis: { maxChannels: 2, ...inFile },
    pcm_s16le: { maxChannels: 2, ...inFile },
  },
  maxAudioChannels: 6,
} as const;

const rokuLevels = "H.264 of level 4.2 and HEVC and VP9 of level 5.1, as its picture sizes need";
const rokuVideo = (hdr: VideoLimits["hdr"]) =>
  [
    ["h264", videoLimits("h264", "High", "4.2", { maxHeight: 1080, maxFrameRate: 60 })],
    ["hevc", videoLimits("hevc", "Main 10", "5.1", { maxFrameRate: 60, hdr })],
    ["vp9", videoLimits("vp9", "Profile 2", "5.1", { maxFrameRate: 60, hdr })],
  ] as const;

export const rokus: readonly KnownDevice[] = [
  row({
    ...roku,
    id: "roku-ultra",
    name: "Roku Ultra",
    userAgent: /Roku\/4[68]\d0/,
    sources: [rokuStreaming, `${rokuRenderers}/Roku-Ultra.conf`],
    assumed: `${rokuLevels}; HLG was not found, so none.`,
    video: rokuVideo(hdr10),
    maxHeight: 2160,
  }),
  row({
    ...roku,
    id: "roku-tv-4k",
    name: "Roku TV 4K",
    userAgent: /Roku\/[678]\d{3}X/,
    sources: [rokuStreaming, `${rokuRenderers}/Roku-TV-4K.conf`],
    assumed: `${rokuLevels}; not all of these sets show HDR, so none.`,
    video: rokuVideo(new Set()),
    maxHeight: 2160,
  }),
  row({
    ...roku,
    id: "roku",
    name: "Roku",
    userAgent: /\bRoku\b/,
    assumed:
      "Most name the software alone, not the model: HEVC and VP9 are in the 4K ones only, so none.",
    video: [["h264", videoLimits("h264", "High", "4.2", { maxFrameRate: 60 })]],
    maxHeight: 1080,
  }),
];
