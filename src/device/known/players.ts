import { decodersByCodec, codecKind } from "../../media/decoded-codecs.ts";
import type { AudioLimits, VideoLimits } from "../device.ts";
import { anyVideo, everyHdr, videoLimits } from "../limits.ts";
import { row, type KnownDevice } from "./known-device-row.ts";

const codecs = [...decodersByCodec.keys()];
/** FFmpeg's decoders, like ours: whatever they read they play, HDR brought down to what the screen shows. */
const everyVideo: readonly (readonly [string, VideoLimits])[] = codecs
  .filter((codec) => codecKind(codec) === "video")
  .map((codec) => [codec, { ...anyVideo, hdr: everyHdr }]);
const everyAudio: Readonly<Record<string, Partial<AudioLimits>>> = Object.fromEntries(
  codecs.filter((codec) => codecKind(codec) === "audio").map((codec) => [codec, {}]),
);

const everyFile = [
  ...["mp4", "matroska", "webm", "mpegts", "mpeg", "avi", "asf", "flv", "ogg", "mxf", "rm", "dv"],
  ...["mp3", "flac", "wav", "aac", "ac3", "eac3", "dts", "aiff", "ape", "wv", "tta"],
];

const renderers =
  "github:UniversalMediaServer/UniversalMediaServer:src/main/external-resources/renderers";
const kodiFormats = `${renderers}/Kodi.conf`;
const kodiDolbyVision = "https://github.com/xbmc/xbmc/issues/22411";
const vlcFormats = `${renderers}/VLC-for-desktop.conf`;
const mpvRelease = "https://github.com/mpv-player/mpv/releases/tag/v0.35.0";

/** Dolby Vision's profile 5 needs its own colour conversion: without it the picture is green and purple. */
const noProfile5 =
  "Dolby Vision of profile 5 is shown rightly by some versions and outputs only, so it counts as none.";

const everything = {
  files: everyFile,
  video: everyVideo,
  audio: everyAudio,
  maxHeight: 2160,
  maxAudioChannels: 8,
  assumed: `2160p is what ordinary hardware decodes in time. ${noProfile5}`,
  change: { choosesAudio: true, deinterlaces: true, turnsPictures: true, keepsAspect: true },
} as const;

const likeKodi =
  "It plays what mpv does, and that what Kodi does: both are of FFmpeg, and neither was looked up.";

const jellyfinAndroidTv =
  "github:jellyfin/jellyfin-androidtv:app/src/main/java/org/jellyfin/androidtv/util/profile/deviceProfile.kt";
const jellyfinAndroid =
  "github:jellyfin/jellyfin-android:app/src/main/java/org/jellyfin/mobile/player/deviceprofile/DeviceProfileBuilder.kt";
const swiftfin =
  "github:jellyfin/Swiftfin:Shared/Objects/VideoPlayerType/VideoPlayerType+Swiftfin.swift";
const jellyfinKodi = "github:jellyfin/jellyfin-kodi:playutils.py";

const swiftfinAudio = [
  ...[
    "aac",
    "ac3",
    "alac",
    "dts",
    "eac3",
    "flac",
    "mp1",
    "mp2",
    "mp3",
    "opus",
    "vorbis",
    "wavpack",
  ],
  ...[
    "pcm_alaw",
    "pcm_mulaw",
    "pcm_bluray",
    "pcm_dvd",
    "pcm_s16be",
    "pcm_s16le",
    "pcm_s24be",
    "pcm_s24le",
  ],
  ...["wmav1", "wmav2", "wmapro", "wmalossless"],
];
const swiftfinOlder = [
  ...["mpeg1video", "mpeg2video", "mpeg4", "msmpeg4v1", "msmpeg4v2", "msmpeg4v3", "theora", "vc1"],
  ...["vp8", "wmv1", "wmv2", "wmv3", "h263", "mjpeg", "prores", "ffv1", "flv1", "dirac"],
];

/** FFmpeg's audio decoders are built into both apps. */
const jellyfinAndroidAudio: Readonly<Record<string, Partial<AudioLimits>>> = {
  ...{ aac: {}, ac3: {}, eac3: {}, mp3: {}, opus: {}, flac: {} },
  ...Object.fromEntries(
    ["alac", "dts", "truehd", "mlp", "mp1", "mp2", "vorbis", "pcm_s16le", "pcm_s24le"].map(
      (codec) => [codec, { carriage: "file" }],
    ),
  ),
};
const exoFiles = ["mp4", "matroska", "webm", "mpegts", "mp3", "flac", "ogg", "wav", "aac"];
const exoVideo = [
  ["h264", videoLimits("h264", "High", "4.2", { maxFrameRate: 60 })],
  ["hevc", videoLimits("hevc", "Main", "4.1", { maxFrameRate: 60 })],
  ["vp8", { ...anyVideo, maxFrameRate: 60 }],
  ["vp9", videoLimits("vp9", "Profile 0", "4.1", { maxFrameRate: 60 })],
] as const;
const exo = {
  files: exoFiles,
  video: exoVideo,
  audio: jellyfinAndroidAudio,
  maxHeight: 1080,
  maxAudioChannels: 8,
  assumed:
    "The app asks its device what it decodes; what every Android television must is taken here.",
  change: { choosesAudio: true, turnsPictures: true, keepsAspect: true },
} as const;

export const players: readonly KnownDevice[] = [
  row({
    ...everything,
    id: "jellyfin-media-player",
    name: "Jellyfin Media Player",
    userAgent: /Jellyfin ?(?:MediaPlayer|Media Player|Desktop)/i,
    sources: [mpvRelease],
    assumed: `${likeKodi} ${everything.assumed}`,
  }),
  row({
    ...everything,
    id: "jellyfin-kodi",
    name: "Jellyfin for Kodi",
    userAgent: /Jellyfin-Kodi\/|JellyCon/,
    sources: [jellyfinKodi, kodiFormats],
  }),
  row({
    ...exo,
    id: "jellyfin-android-tv",
    name: "Jellyfin for Android TV",
    userAgent: /Jellyfin (?:for )?Android TV/,
    sources: [jellyfinAndroidTv],
  }),
  row({
    ...exo,
    id: "jellyfin-android",
    name: "Jellyfin for Android",
    userAgent: /Jellyfin (?:for )?Android/,
    sources: [jellyfinAndroid],
  }),
  row({
    id: "swiftfin",
    name: "Swiftfin",
    userAgent: /Swiftfin/,
    sources: [swiftfin],
    assumed: "AV1 needs hardware that the User-Agent does not tell.",
    files: everyFile,
    streaming: new Set(["hls"]),
    video: [
      ["h264", videoLimits("h264", "High", null)],
      ["hevc", videoLimits("hevc", "Main 10", null, { hdr: everyHdr })],
      ["vp9", { ...anyVideo, hdr: everyHdr }],
      ...swiftfinOlder.map((codec) => [codec, anyVideo] as const),
    ],
    audio: Object.fromEntries(swiftfinAudio.map((codec) => [codec, {}])),
    maxHeight: 2160,
    maxAudioChannels: 8,
    change: { choosesAudio: true, turnsPictures: true },
  }),
  row({
    ...everything,
    id: "kodi",
    name: "Kodi",
    userAgent: /\bKodi\/|\bXBMC\//,
    sources: [kodiFormats, jellyfinKodi, kodiDolbyVision],
  }),
  row({
    ...everything,
    id: "vlc",
    name: "VLC",
    userAgent: /\b(?:Lib)?VLC\b/,
    sources: [vlcFormats],
  }),
  row({
    ...everything,
    id: "mpv",
    name: "mpv, or another player of FFmpeg's",
    userAgent: /\b(?:lib)?mpv\b|^Lavf\//,
    sources: [mpvRelease],
    assumed: `${likeKodi} ${everything.assumed}`,
  }),
];
