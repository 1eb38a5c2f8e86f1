/**
 * How FFmpeg makes a file of each ending that a library lists: options after the pictures (`0:v`, 25 a
 * second) and the sound (`1:a`); null where no muxer or encoder of FFmpeg's makes one.
 */
const h264 = [
  "-c:v",
  "libx264",
  "-preset",
  "ultrafast",
  "-bf",
  "2",
  "-g",
  "25",
  "-pix_fmt",
  "yuv420p",
];
const xvid = ["-c:v", "mpeg4"];
const mpeg1 = ["-c:v", "mpeg1video", "-bf", "2"];
const mpeg2 = ["-c:v", "mpeg2video", "-bf", "2"];
const ts = [...mpeg2, "-c:a", "mp2", "-f", "mpegts"];
const ps = [...mpeg2, "-c:a", "mp2", "-f", "vob"];
const mp4 = [...h264, "-c:a", "aac", "-f", "mp4"];
const mkv = [...h264, "-c:a", "flac", "-f", "matroska"];
const asf = ["-c:v", "wmv2", "-c:a", "wmav2", "-f", "asf"];
const real = ["-c:v", "rv20", "-c:a", "ac3", "-f", "rm"];
const sound = (encoder: string, format: string): string[] => ["-vn", "-c:a", encoder, "-f", format];

export const endingRecipes: Readonly<Record<string, readonly string[] | null>> = {
  "3g2": [...h264, "-c:a", "aac", "-f", "3g2"],
  "3gp": [...h264, "-c:a", "aac", "-f", "3gp"],
  asf,
  wmv: asf,
  wma: [...sound("wmav2", "asf")],
  avi: [...xvid, "-c:a", "libmp3lame", "-f", "avi"],
  divx: [...xvid, "-c:a", "libmp3lame", "-f", "avi"],
  dv: ["-s", "720x576", "-c:v", "dvvideo", "-pix_fmt", "yuv420p", "-ac", "2", "-f", "dv"],
  flv: ["-c:v", "flv", "-c:a", "libmp3lame", "-ar", "44100", "-f", "flv"],
  f4v: [...h264, "-c:a", "aac", "-f", "f4v"],
  m1v: ["-an", ...mpeg1, "-f", "mpeg1video"],
  m2v: ["-an", ...mpeg2, "-f", "mpeg2video"],
  mp2v: ["-an", ...mpeg2, "-f", "mpeg2video"],
  mpe: [...mpeg1, "-c:a", "mp2", "-f", "mpeg"],
  mpeg: [...mpeg1, "-c:a", "mp2", "-f", "mpeg"],
  mpg: [...mpeg1, "-c:a", "mp2", "-f", "mpeg"],
  ...{ m2p: ps, mod: ps, vob: ps },
  ...{ m2t: ts, m2ts: ts, mts: ts, tod: ts, tp: ts, trp: ts, ts },
  ...{ m4v: mp4, mp4, mov: [...h264, "-c:a", "pcm_s16le", "-f", "mov"] },
  qt: ["-c:v", "svq1", "-c:a", "adpcm_ima_qt", "-f", "mov"],
  ...{ mk3d: mkv, mkv, mka: sound("libopus", "matroska") },
  webm: ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus", "-f", "webm"],
  mxf: [...mpeg2, "-c:a", "pcm_s16le", "-ar", "48000", "-f", "mxf"],
  nut: [...xvid, "-c:a", "libvorbis", "-f", "nut"],
  ogm: ["-c:v", "libtheora", "-c:a", "libopus", "-f", "ogg"],
  ogv: ["-c:v", "libtheora", "-c:a", "libopus", "-f", "ogg"],
  ...{ rm: real, rmvb: real },
  wtv: [...mpeg2, "-c:a", "ac3", "-f", "wtv"],
  aac: sound("aac", "adts"),
  ac3: sound("ac3", "ac3"),
  ...{ aif: sound("pcm_s16be", "aiff"), aiff: sound("pcm_s24be", "aiff") },
  ape: null,
  caf: sound("pcm_s16le", "caf"),
  dts: ["-strict", "-2", ...sound("dca", "dts")],
  eac3: sound("eac3", "eac3"),
  flac: sound("flac", "flac"),
  ...{ m4a: sound("alac", "ipod"), m4b: sound("aac", "ipod") },
  mp2: sound("mp2", "mp2"),
  mp3: sound("libmp3lame", "mp3"),
  mpc: null,
  ...{ oga: sound("flac", "ogg"), ogg: sound("libvorbis", "ogg"), opus: sound("libopus", "opus") },
  tta: sound("tta", "tta"),
  ...{ w64: sound("pcm_s16le", "w64"), wav: sound("pcm_s16le", "wav") },
  wv: sound("wavpack", "wv"),
};
