import { rational } from "../../src/media/rational.ts";
import type { Source } from "../../src/media/source.ts";
import {
  av1,
  dolby,
  film,
  h264,
  hdr10,
  hevc,
  hevc10,
  hlg,
  other,
  sound,
  uhd,
  vp9,
} from "./source-shapes.ts";

/** Reason codes in two letters, for the table below. */
export const abbreviations = {
  ct: "CONTAINER_UNSUPPORTED",
  cc: "CONTAINER_CODEC_UNSUPPORTED",
  af: "AUDIO_TRACK_FIXED",
  st: "SOURCE_TRUNCATED",
  cj: "SOURCE_CLOCK_JUMPS",
  vc: "VIDEO_CODEC_UNSUPPORTED",
  vp: "VIDEO_PROFILE_UNSUPPORTED",
  vl: "VIDEO_LEVEL_TOO_HIGH",
  bd: "BIT_DEPTH_UNSUPPORTED",
  ch: "CHROMA_UNSUPPORTED",
  se: "SAMPLE_ENTRY_UNSUPPORTED",
  rs: "RESOLUTION_TOO_HIGH",
  br: "BITRATE_TOO_HIGH",
  hd: "HDR_UNSUPPORTED",
  dv: "DOLBY_VISION_UNSUPPORTED",
  il: "PICTURES_INTERLACED",
  tn: "PICTURES_TURNED",
  an: "PICTURES_ANAMORPHIC",
  ac: "AUDIO_CODEC_UNSUPPORTED",
  nc: "AUDIO_CHANNELS_TOO_MANY",
  cs: "CODEC_NOT_STREAMABLE",
} as const;

const eac3 = sound("eac3", 6);
const aac = sound("aac");

/**
 * What each device is to get of each file, written from what its maker says it plays. `file`, or why not in three
 * parts: reasons of the file alone | of the pictures | of the sound. An empty part of a track: it is copied.
 */
export const verdicts: readonly {
  readonly name: string;
  readonly source: Source;
  readonly audioIndex?: number;
  readonly expected: Readonly<Record<string, string>>;
}[] = [
  {
    name: "MP4: H.264 High 4.0 1080p24, AAC stereo",
    source: film("mp4", h264(), [aac]),
    expected: {
      file: "default chrome chromeAndroid firefox safari iphone appletv androidtv chromecast ultra googletv rokuultra roku firestick lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxone xboxseries ps5 kodi",
    },
  },
  {
    name: "Matroska: H.264 High 4.0 1080p24, AAC stereo",
    source: film("mkv", h264(), [aac]),
    expected: {
      file: "androidtv rokuultra roku lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxone xboxseries kodi",
      "ct||":
        "default chrome chromeAndroid firefox safari iphone appletv chromecast ultra googletv firestick ps5",
    },
  },
  {
    name: "MPEG-TS: H.264 High 4.0 1080p24, AAC stereo",
    source: film("ts", h264(), [aac]),
    expected: {
      file: "appletv androidtv lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxone xboxseries kodi",
      "ct||":
        "default chrome chromeAndroid firefox safari iphone chromecast ultra googletv rokuultra roku firestick ps5",
    },
  },
  {
    name: "AVI: MPEG-4 ASP, MP3",
    source: film(
      "avi",
      other("mpeg4", { profile: "Advanced Simple Profile", width: 640, height: 480 }),
      [sound("mp3")],
    ),
    expected: {
      file: "lg3 lg5 lg23 samsung16 xboxone xboxseries kodi",
      "cc|cs|ac": "samsung18 samsung20",
      "ct|cs vc|": "androidtv",
      "ct|cs vc|ac":
        "chrome chromeAndroid firefox chromecast ultra googletv firestick default safari iphone appletv roku rokuultra ps5",
    },
  },
  {
    name: "Matroska: H.264 High 10, AAC",
    source: film("mkv", h264({ profile: "High 10", pixelFormat: "yuv420p10le" }), [aac]),
    expected: {
      file: "kodi",
      "|vp bd|":
        "androidtv rokuultra roku lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxone xboxseries",
      "ct|vp bd|":
        "default chrome chromeAndroid firefox safari iphone appletv chromecast ultra googletv firestick ps5",
    },
  },
  {
    name: "MP4: H.264 High 4:2:2, AAC",
    source: film("mp4", h264({ profile: "High 4:2:2", pixelFormat: "yuv422p10le" }), [aac]),
    expected: {
      file: "kodi",
      "|vp bd ch|":
        "default chrome chromeAndroid firefox safari iphone appletv androidtv chromecast ultra googletv rokuultra roku firestick lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxone xboxseries ps5",
    },
  },
  {
    name: "MP4: H.264 High 5.2 2160p60, AAC",
    source: film("mp4", h264({ ...uhd, level: "5.2", frameRate: rational(60) }), [aac]),
    expected: {
      file: "chrome firefox safari iphone appletv firestick kodi",
      "|vl|": "lg3 lg5 lg23 samsung16 samsung18 samsung20",
      "|vl rs|":
        "default chromeAndroid androidtv roku chromecast ultra rokuultra googletv xboxone xboxseries",
      "|vl rs br|": "ps5",
    },
  },
  {
    name: "MP4: H.264 High 4.2 1080p60, AAC",
    source: film("mp4", h264({ level: "4.2", frameRate: rational(60) }), [aac]),
    expected: {
      file: "default chrome chromeAndroid firefox safari iphone appletv androidtv ultra googletv rokuultra roku firestick lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxone xboxseries ps5 kodi",
      "|vl rs|": "chromecast",
    },
  },
  {
    name: "MP4: H.264 1080i25, AAC",
    source: film("mp4", h264({ isInterlaced: true, frameRate: rational(25) }), [aac]),
    expected: {
      file: "lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxone xboxseries kodi",
      "|il|":
        "default chrome chromeAndroid firefox safari iphone appletv androidtv chromecast ultra googletv rokuultra roku firestick ps5",
    },
  },
  {
    name: "MP4: H.264 filmed upright, AAC",
    source: film("mp4", h264({ rotationDegrees: 90 }), [aac]),
    expected: {
      file: "chrome chromeAndroid firefox safari iphone appletv androidtv firestick kodi",
      "|tn|":
        "default chromecast ultra googletv roku rokuultra lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxone xboxseries ps5",
    },
  },
  {
    name: "Matroska: H.264 filmed upright and mirrored, AAC",
    source: film("mkv", h264({ rotationDegrees: 270, isMirrored: true }), [aac]),
    expected: {
      file: "androidtv kodi",
      "ct|tn|":
        "default chrome chromeAndroid firefox safari iphone appletv chromecast ultra googletv firestick ps5",
      "|tn|": "roku rokuultra lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxone xboxseries",
    },
  },
  {
    name: "MP4: H.264 of a PAL DVD, its samples 16:11, AAC",
    source: film("mp4", h264({ width: 720, height: 576, sampleAspectRatio: rational(16, 11) }), [
      aac,
    ]),
    expected: {
      file: "chrome chromeAndroid firefox safari iphone androidtv firestick lg5 lg23 xboxone xboxseries kodi",
      "|an|":
        "default appletv chromecast ultra googletv roku rokuultra lg3 samsung16 samsung18 samsung20 ps5",
    },
  },
  {
    name: "MP4: HEVC Main 4.0 1080p24 as hvc1, AAC",
    source: film("mp4", hevc(), [aac]),
    expected: {
      file: "safari iphone appletv androidtv ultra googletv rokuultra firestick lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxseries kodi",
      "|vc|": "default chrome chromeAndroid firefox chromecast roku xboxone ps5",
    },
  },
  {
    name: "MP4: HEVC Main 10 4.1 1080p24 SDR as hev1, AAC",
    source: film("mp4", hevc10({ codecTag: "hev1" }), [aac]),
    expected: {
      file: "ultra googletv rokuultra firestick lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxseries kodi",
      "se||": "safari iphone appletv",
      "|vp bd|": "androidtv",
      "|vc|": "default chrome chromeAndroid firefox chromecast roku xboxone ps5",
    },
  },
  {
    name: "Matroska: HEVC HDR10 2160p24, E-AC-3 5.1",
    source: film("mkv", hevc10({ ...uhd, ...hdr10 }), [eac3]),
    expected: {
      file: "lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxseries rokuultra kodi",
      "ct||": "safari iphone appletv firestick",
      "ct||nc ac": "ultra",
      "ct|hd|nc ac": "googletv",
      "ct|vc|ac": "chrome firefox",
      "ct|rs vc|nc ac": "default chromeAndroid chromecast",
      "ct|rs br vc|nc ac": "ps5",
      "|rs vp vl bd hd|ac": "androidtv",
      "|rs vc|": "roku xboxone",
    },
  },
  {
    name: "MP4: HEVC HLG 2160p50, AAC",
    source: film("mp4", hevc10({ ...uhd, ...hlg, frameRate: rational(50) }), [aac]),
    expected: {
      file: "safari iphone appletv firestick lg3 lg5 lg23 samsung16 samsung18 samsung20 kodi",
      "|hd|": "ultra rokuultra googletv xboxseries",
      "|rs vp vl bd hd|": "androidtv",
      "|vc|": "chrome firefox",
      "|rs vc|": "default chromeAndroid chromecast roku xboxone",
      "|rs br vc|": "ps5",
    },
  },
  {
    name: "MP4: Dolby Vision 5 2160p24 as dvh1, E-AC-3 5.1",
    source: film("mp4", hevc10({ ...uhd, codecTag: "dvh1", dolbyVision: dolby(5, 0) }), [eac3]),
    expected: {
      file: "safari iphone appletv",
      "|dv|": "firestick lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxseries rokuultra kodi",
      "|dv|nc ac": "ultra googletv",
      "|rs vp vl bd dv|ac": "androidtv",
      "|vc|ac": "chrome firefox",
      "|rs vc|nc ac": "default chromeAndroid chromecast",
      "|rs br vc|nc ac": "ps5",
      "|rs vc|": "roku xboxone",
    },
  },
  {
    name: "Matroska: Dolby Vision 8.1 2160p24, AAC",
    source: film("mkv", hevc10({ ...uhd, ...hdr10, dolbyVision: dolby(8, 1) }), [aac]),
    expected: {
      file: "lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxseries rokuultra kodi",
      "ct||": "safari iphone appletv firestick ultra",
      "ct|hd|": "googletv",
      "ct|vc|": "chrome firefox",
      "ct|rs vc|": "default chromeAndroid chromecast",
      "ct|rs br vc|": "ps5",
      "|rs vp vl bd hd|": "androidtv",
      "|rs vc|": "roku xboxone",
    },
  },
  {
    name: "MPEG-TS of a UHD Blu-ray: Dolby Vision 7, TrueHD 7.1",
    source: film("ts", hevc10({ ...uhd, ...hdr10, dolbyVision: dolby(7, 6) }), [
      sound("truehd", 8),
    ]),
    expected: {
      file: "kodi",
      "cc||cs nc ac": "lg3 lg5 lg23 xboxseries",
      "||cs nc ac": "samsung16 samsung18 samsung20",
      "|rs vp vl bd hd|cs nc ac": "androidtv",
      "cc|rs vc|cs nc ac": "xboxone",
      "cc||cs ac": "appletv",
      "ct||cs nc ac": "safari iphone ultra firestick rokuultra",
      "ct|hd|cs nc ac": "googletv",
      "ct|vc|cs nc ac": "chrome firefox",
      "ct|rs vc|cs nc ac": "default chromeAndroid chromecast roku",
      "ct|rs br vc|cs nc ac": "ps5",
    },
  },
  {
    name: "MP4: AV1 Main 8 bits 1080p24, Opus stereo",
    source: film("mp4", av1(), [sound("opus")]),
    expected: {
      file: "chrome firefox lg5 lg23 samsung20 kodi",
      "|vc|": "chromeAndroid safari iphone androidtv chromecast ultra googletv firestick samsung18",
      "|vc|ac": "default ps5 xboxone xboxseries appletv lg3 samsung16",
      "cc|vc|ac": "roku rokuultra",
    },
  },
  {
    name: "WebM: AV1 HDR10 10 bits 2160p24, Opus 5.1",
    source: film("webm", av1({ ...uhd, ...hdr10, level: "5.0", pixelFormat: "yuv420p10le" }), [
      sound("opus", 6),
    ]),
    expected: {
      file: "chrome lg5 lg23 samsung20 kodi",
      "|hd|": "firefox",
      "ct|vc|nc": "safari iphone",
      "ct|vc|ac": "appletv",
      "|rs vc|": "androidtv",
      "ct|rs vc|nc ac": "default",
      "ct|rs br vc|nc ac": "ps5",
      "|rs vc|nc": "chromeAndroid chromecast",
      "|vc|nc": "ultra googletv firestick",
      "nc|vc|ac": "rokuultra",
      "nc|rs vc|ac": "roku",
      "|vc|ac": "lg3 samsung16 xboxseries",
      "|vc|": "samsung18",
      "|rs vc|ac": "xboxone",
    },
  },
  {
    name: "WebM: VP9 Profile 0 1080p24, Opus stereo",
    source: film("webm", vp9(), [sound("opus")]),
    expected: {
      file: "chrome chromeAndroid firefox androidtv ultra googletv firestick lg5 lg23 samsung18 samsung20 kodi rokuultra",
      "|vc|": "chromecast",
      "ct|vc|ac": "default appletv ps5",
      "ct|vc|": "safari iphone",
      "|vc|ac": "roku xboxone",
      "||ac": "lg3 samsung16 xboxseries",
    },
  },
  {
    name: "WebM: VP9 Profile 2 HDR10 2160p60, Opus stereo",
    source: film(
      "webm",
      vp9({
        ...uhd,
        ...hdr10,
        profile: "Profile 2",
        pixelFormat: "yuv420p10le",
        frameRate: rational(60),
      }),
      [sound("opus")],
    ),
    expected: {
      file: "chrome firestick lg5 lg23 samsung18 samsung20 kodi ultra rokuultra",
      "|hd|": "googletv",
      "|rs vp vl bd hd|": "chromeAndroid androidtv",
      "|vp bd hd|": "firefox",
      "|rs vc|": "chromecast",
      "ct|rs vc|ac": "default",
      "ct|vc|": "safari iphone",
      "ct|vc|ac": "appletv",
      "|rs vc|ac": "roku xboxone",
      "||ac": "lg3 xboxseries",
      "|vp bd hd|ac": "samsung16",
      "ct|rs br vc|ac": "ps5",
    },
  },
  {
    name: "MPEG-TS of a broadcast: MPEG-2 1080i25, AC-3 5.1",
    source: film("ts", other("mpeg2video", { isInterlaced: true, frameRate: rational(25) }), [
      sound("ac3", 6),
    ]),
    expected: {
      file: "lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxone xboxseries kodi",
      "cc|il cs vc|": "appletv",
      "|il cs vc|ac": "androidtv",
      "ct|il cs vc|nc ac": "default ps5 chromeAndroid chromecast ultra googletv",
      "ct|il cs vc|ac": "chrome firefox",
      "ct|il cs vc|": "safari iphone roku rokuultra firestick",
    },
  },
  {
    name: "Matroska: VC-1 1080p24, DTS 5.1",
    source: film("mkv", other("vc1", { profile: "Advanced" }), [sound("dts", 6)]),
    expected: {
      file: "lg3 lg23 samsung16 kodi",
      "|cs|cs ac": "lg5 samsung18 samsung20 xboxone xboxseries",
      "|cs vc|cs ac": "androidtv",
      "cc|cs vc|cs ac": "roku rokuultra",
      "ct|cs vc|cs nc ac": "default ps5 chromeAndroid chromecast ultra googletv",
      "ct|cs vc|cs ac": "chrome firefox safari iphone appletv firestick",
    },
  },
  {
    name: "MP4: H.264, HE-AAC stereo",
    source: film("mp4", h264(), [sound("aac", 2, { profile: "HE-AAC" })]),
    expected: {
      file: "default chrome chromeAndroid firefox safari iphone appletv androidtv chromecast ultra googletv rokuultra roku firestick lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxone xboxseries ps5 kodi",
    },
  },
  {
    name: "MP4: H.264, AAC 5.1",
    source: film("mp4", h264(), [sound("aac", 6)]),
    expected: {
      file: "chrome firefox safari iphone appletv androidtv roku rokuultra firestick lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxone xboxseries kodi",
      "||nc": "default chromeAndroid chromecast ultra googletv ps5",
    },
  },
  {
    name: "MP4: H.264, AC-3 5.1",
    source: film("mp4", h264(), [sound("ac3", 6)]),
    expected: {
      file: "safari iphone appletv roku rokuultra firestick lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxone xboxseries kodi",
      "||ac": "chrome firefox androidtv",
      "||nc ac": "default chromeAndroid chromecast ultra googletv ps5",
    },
  },
  {
    name: "Matroska: H.264, TrueHD 7.1",
    source: film("mkv", h264(), [sound("truehd", 8)]),
    expected: {
      file: "kodi",
      "||cs nc ac": "androidtv lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxone xboxseries",
      "cc||cs nc ac": "roku rokuultra",
      "ct||cs ac": "appletv",
      "ct||cs nc ac":
        "default chrome chromeAndroid firefox safari iphone chromecast ultra googletv firestick ps5",
    },
  },
  {
    name: "Matroska: H.264, FLAC stereo of 24 bits",
    source: film("mkv", h264(), [sound("flac", 2, { bitDepth: 24 })]),
    expected: {
      file: "androidtv rokuultra roku lg3 lg5 lg23 xboxone xboxseries kodi",
      "||ac": "samsung16 samsung18 samsung20",
      "ct||":
        "chrome chromeAndroid firefox safari iphone appletv chromecast ultra googletv firestick",
      "ct||ac": "default ps5",
    },
  },
  {
    name: "MP4: H.264, MP3",
    source: film("mp4", h264(), [sound("mp3")]),
    expected: {
      file: "chrome chromeAndroid firefox safari iphone appletv androidtv chromecast ultra googletv roku rokuultra firestick lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxone xboxseries kodi",
      "||ac": "default ps5",
    },
  },
  {
    name: "MOV: H.264, PCM of 24 bits",
    source: film("mov", h264(), [sound("pcm_s24le", 2, { bitDepth: 24 })]),
    expected: {
      file: "safari iphone appletv lg3 lg5 lg23 samsung16 samsung18 samsung20 kodi",
      "||cs ac":
        "default chrome chromeAndroid firefox androidtv chromecast ultra googletv firestick xboxone xboxseries ps5",
      "cc||cs ac": "roku rokuultra",
    },
  },
  {
    name: "MP4: H.264, AAC first and AC-3 second, which is asked for",
    source: film("mp4", h264(), [aac, sound("ac3")]),
    audioIndex: 2,
    expected: {
      file: "appletv lg5 lg23 samsung20 kodi",
      "af||": "safari iphone roku rokuultra firestick lg3 samsung16 samsung18 xboxone xboxseries",
      "||ac": "androidtv",
      "af||ac": "default chrome chromeAndroid firefox chromecast ultra googletv ps5",
    },
  },
  {
    name: "MP4 cut off in a download: H.264, AAC",
    source: film("mp4", h264(), [aac], { truncated: { declaredDurationSeconds: 9000 } }),
    expected: {
      "st||":
        "default chrome chromeAndroid firefox safari iphone appletv androidtv chromecast ultra googletv rokuultra roku firestick lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxone xboxseries ps5 kodi",
    },
  },
  {
    name: "MPEG-TS joined of two recordings: H.264, AAC",
    source: film("ts", h264(), [aac], {
      pieces: [
        { startByte: 0, endByte: 500, durationMicroseconds: 5 },
        { startByte: 500, endByte: 1000, durationMicroseconds: 5 },
      ],
    }),
    expected: {
      "cj||":
        "appletv androidtv lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxone xboxseries kodi",
      "ct cj||":
        "default chrome chromeAndroid firefox safari iphone chromecast ultra googletv rokuultra roku firestick ps5",
    },
  },
  {
    name: "Matroska: HEVC range extensions 4:2:2 10 bits 1080p24, AAC",
    source: film("mkv", hevc({ profile: "Rext", level: "4.1", pixelFormat: "yuv422p10le" }), [aac]),
    expected: {
      file: "kodi",
      "ct|vp ch|": "safari iphone appletv firestick ultra googletv",
      "|vp ch|": "lg3 lg5 lg23 samsung16 samsung18 samsung20 xboxseries rokuultra",
      "|vp bd ch|": "androidtv",
      "ct|vc|": "default chrome chromeAndroid firefox chromecast ps5",
      "|vc|": "roku xboxone",
    },
  },
];
