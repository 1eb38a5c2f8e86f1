import { anyVideo, videoLimits } from "../limits.ts";
import { row, type KnownDevice } from "./known-device-row.ts";

const androidFormats = "https://developer.android.com/guide/topics/media/media-formats";
const androidDefinition =
  "https://android.googlesource.com/platform/compatibility/cdd/+/refs/heads/android-s-beta-5/5_multimedia/5_3_video-decoding.md";
const inFile = { carriage: "file" } as const;
const anyAac = { profiles: new Set(["LC", "HE-AAC", "HE-AACv2"]) };

/** ExoPlayer's own extractors; AVI is read since Media3 with few codecs, so it counts as none. */
const androidFiles = [
  "mp4",
  "matroska",
  "webm",
  "mpegts",
  "mp3:mp3",
  "flac:flac",
  "ogg",
  "wav",
  "aac:aac",
];

export const androidTvs: readonly KnownDevice[] = [
  row({
    id: "android-tv",
    name: "Android player (ExoPlayer) or Android TV",
    userAgent: /ExoPlayerLib\/|AndroidXMedia3\/|Android TV/,
    sources: [androidFormats, androidDefinition],
    assumed:
      "What the compatibility definition asks of every television; 4K, HDR, AC-3 and DTS depend on the model: none until the client says so.",
    files: androidFiles,
    video: [
      ["h264", videoLimits("h264", "High", "4.2", { maxFrameRate: 60 })],
      ["hevc", videoLimits("hevc", "Main", "4.1", { maxFrameRate: 60 })],
      ["vp8", { ...anyVideo, maxFrameRate: 60 }],
      ["vp9", videoLimits("vp9", "Profile 0", "4.1", { maxFrameRate: 60 })],
    ],
    audio: {
      aac: { ...anyAac, maxChannels: 6 },
      mp3: { maxChannels: 2 },
      opus: { maxChannels: 6 },
      flac: { maxChannels: 6 },
      vorbis: { maxChannels: 6, ...inFile },
      pcm_s16le: { maxChannels: 6, ...inFile },
    },
    maxHeight: 1080,
    maxAudioChannels: 6,
    change: { choosesAudio: true, turnsPictures: true, keepsAspect: true },
  }),
];
