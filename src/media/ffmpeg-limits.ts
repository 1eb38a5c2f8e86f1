/**
 * What FFmpeg and ffprobe may touch when they read a stranger's file. A playlist or a script that calls
 * itself `x.mp4` would otherwise make them open other files; obscure decoders are where the holes are.
 */

/**
 * Demuxer names as `ffmpeg -demuxers` prints them (the first of a comma list is enough). None of these
 * opens a second file. Left out on purpose: hls, dash, concat, image2, lavfi, sdp, imf, subtitle scripts,
 * and bare video streams, which have no clock.
 */
const demuxers = [
  ...["mov", "matroska", "mpegts", "mpeg", "avi", "flv", "asf", "ogg", "mxf"],
  ...["wav", "mp3", "aac", "ac3", "eac3", "flac"],
];

/** Decoder names (not codec names) that FFmpeg chooses by itself for what films are made of. */
const videoDecoders = [
  ...["h264", "hevc", "libdav1d", "libaom-av1", "av1", "vp8", "vp9", "vp6", "vp6a", "vp6f"],
  ...["mpeg1video", "mpeg2video", "mpeg4", "msmpeg4v1", "msmpeg4v2", "msmpeg4", "h263", "flv"],
  ...["wmv1", "wmv2", "wmv3", "vc1", "theora", "rv30", "rv40", "svq1", "svq3", "cinepak", "qtrle"],
  ...[
    "mjpeg",
    "dvvideo",
    "prores",
    "dnxhd",
    "cfhd",
    "ffv1",
    "huffyuv",
    "ffvhuff",
    "rawvideo",
    "v210",
  ],
  // Cover pictures.
  ...["png", "bmp", "gif", "webp"],
];

const audioDecoders = [
  ...["aac", "aac_latm", "ac3", "eac3", "dca", "truehd", "mlp", "flac", "alac", "opus", "vorbis"],
  ...["libopus", "libvorbis", "mp1float", "mp2float", "mp3float", "mp1", "mp2", "mp3", "wavpack"],
  ...["wmav1", "wmav2", "wmapro", "wmalossless", "cook", "speex", "libspeex", "nellymoser"],
  ...["amrnb", "amrwb", "adpcm_ms", "adpcm_ima_wav", "adpcm_ima_qt", "adpcm_swf", "s302m"],
  ...["pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_s8"],
  ...["pcm_u8", "pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be", "pcm_alaw", "pcm_mulaw"],
  ...["pcm_bluray", "pcm_dvd"],
];

const subtitleDecoders = [
  ...["ass", "ssa", "subrip", "srt", "mov_text", "webvtt", "text", "cc_dec"],
  ...["pgssub", "dvdsub", "dvbsub", "xsub", "libzvbi_teletextdec"],
];

/** 8192×8192: twice the samples of 8K UHD. A frame of 32767×32767 would be 1.6 GB. */
const maxPicturePixels = 8192 * 8192;

/** Options that come before every `-i` of FFmpeg and before the input of ffprobe. */
export const inputLimitArgs: readonly string[] = [
  ...["-protocol_whitelist", "file"],
  ...["-format_whitelist", demuxers.join(",")],
  ...["-codec_whitelist", [...videoDecoders, ...audioDecoders, ...subtitleDecoders].join(",")],
  ...["-max_pixels", String(maxPicturePixels)],
];
