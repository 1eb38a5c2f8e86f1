import type { MatrixName } from "../../support/colour.ts";
import { sound, type Film } from "../film.ts";
import type { Outcome } from "../shape.ts";
import { shape, type Shape } from "../shape.ts";

interface Codec {
  readonly encoder: string;
  readonly extension: string;
  readonly pixels: readonly string[];
  readonly options?: readonly string[];
  /** Chroma positions that the codec can be told. */
  readonly chroma?: readonly string[];
  readonly film?: Partial<Film>;
  /** ΔE2000 that the codec costs by itself on the card, as decoded by FFmpeg. */
  readonly error?: number;
  /** Rare, with a decoder few have looked at: it may be kept out, with the true reason, at the scan. */
  readonly outcome?: Outcome;
}

const rare: Outcome = "plays or is refused";
const pal = { width: 720, height: 576, sampleAspect: "16/15", frames: 50 } as const;
const cif = { width: 352, height: 288, sampleAspect: "12/11" } as const;
const pcm = [sound({ encoder: ["-c:a", "pcm_s16le"] })];
const mp2 = [sound({ encoder: ["-c:a", "mp2", "-b:a", "192k"] })];
const wma = [sound({ encoder: ["-c:a", "wmav2", "-b:a", "192k"] })];
const mp3 = [sound({ encoder: ["-c:a", "libmp3lame", "-b:a", "192k"] })];
const vorbis = [sound({ encoder: ["-c:a", "libvorbis", "-b:a", "192k"] })];

const q2 = ["-q:v", "2"];
const codecs: readonly Codec[] = [
  {
    encoder: "mpeg1video",
    extension: "mpg",
    pixels: ["yuv420p"],
    options: q2,
    film: { sounds: mp2 },
  },
  {
    encoder: "mpeg2video",
    extension: "mpg",
    pixels: ["yuv420p", "yuv422p"],
    options: q2,
    film: { sounds: mp2 },
  },
  {
    encoder: "mpeg2video",
    extension: "ts",
    pixels: ["yuv420p", "yuv422p"],
    options: q2,
    film: { sounds: mp2 },
  },
  { encoder: "mpeg4", extension: "avi", pixels: ["yuv420p"], options: q2, film: { sounds: mp3 } },
  { encoder: "mpeg4", extension: "mp4", pixels: ["yuv420p"], options: [...q2, "-bf", "2"] },
  { encoder: "libxvid", extension: "avi", pixels: ["yuv420p"], options: q2, film: { sounds: mp3 } },
  { encoder: "h263", extension: "3gp", pixels: ["yuv420p"], options: q2, film: cif },
  { encoder: "h263p", extension: "mkv", pixels: ["yuv420p"], options: q2 },
  { encoder: "flv", extension: "flv", pixels: ["yuv420p"], options: q2, film: { sounds: mp3 } },
  {
    encoder: "msmpeg4v2",
    extension: "avi",
    pixels: ["yuv420p"],
    options: q2,
    film: { sounds: mp3 },
  },
  { encoder: "msmpeg4", extension: "avi", pixels: ["yuv420p"], options: q2, film: { sounds: mp3 } },
  { encoder: "wmv1", extension: "wmv", pixels: ["yuv420p"], options: q2, film: { sounds: wma } },
  { encoder: "wmv2", extension: "wmv", pixels: ["yuv420p"], options: q2, film: { sounds: wma } },
  {
    encoder: "rv10",
    extension: "rm",
    pixels: ["yuv420p"],
    options: q2,
    film: { ...cif, sampleAspect: "1", sounds: [] },
  },
  {
    encoder: "rv20",
    extension: "rm",
    pixels: ["yuv420p"],
    options: q2,
    film: { ...cif, sampleAspect: "1", sounds: [] },
  },
  {
    encoder: "libtheora",
    extension: "ogv",
    pixels: ["yuv420p", "yuv422p", "yuv444p"],
    options: ["-q:v", "9"],
    film: { sounds: vorbis },
  },
  {
    encoder: "mjpeg",
    extension: "avi",
    pixels: ["yuvj420p", "yuvj422p", "yuvj444p"],
    options: q2,
    film: { sounds: pcm },
  },
  {
    encoder: "mjpeg",
    extension: "mov",
    pixels: ["yuvj420p", "yuvj422p"],
    options: q2,
    film: { sounds: pcm },
  },
  { encoder: "dvvideo", extension: "dv", pixels: ["yuv420p"], film: { ...pal, sounds: pcm } },
  {
    encoder: "dvvideo",
    extension: "avi",
    pixels: ["yuv420p", "yuv422p"],
    film: { ...pal, sounds: pcm },
  },
  {
    encoder: "dvvideo",
    extension: "mov",
    pixels: ["yuv411p"],
    film: {
      width: 720,
      height: 480,
      sampleAspect: "8/9",
      rate: "30000/1001",
      frames: 60,
      sounds: pcm,
    },
  },
  {
    encoder: "libx264",
    extension: "mp4",
    pixels: ["yuv420p"],
    options: ["-preset", "ultrafast", "-crf", "8"],
    chroma: ["left", "center", "topleft", "top", "bottomleft", "bottom"],
  },
  {
    encoder: "libx264",
    extension: "mkv",
    pixels: ["yuv420p10le", "yuv422p", "yuv422p10le", "yuv444p", "yuv444p10le"],
    options: ["-preset", "ultrafast", "-crf", "8"],
  },
  {
    encoder: "libx265",
    extension: "mp4",
    pixels: ["yuv420p10le"],
    options: [
      "-preset",
      "ultrafast",
      "-x265-params",
      "log-level=none:pools=1:crf=8:chromaloc=2",
      "-tag:v",
      "hvc1",
    ],
  },
  {
    encoder: "libx265",
    extension: "mkv",
    pixels: ["yuv420p", "yuv422p", "yuv444p12le"],
    options: ["-preset", "ultrafast", "-x265-params", "log-level=none:pools=1:crf=8"],
  },
  {
    encoder: "libvpx",
    extension: "webm",
    pixels: ["yuv420p"],
    options: ["-deadline", "realtime", "-cpu-used", "8", "-b:v", "3M"],
    film: { sounds: vorbis },
  },
  {
    encoder: "libvpx-vp9",
    extension: "webm",
    pixels: ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le"],
    options: ["-deadline", "realtime", "-cpu-used", "8", "-b:v", "0", "-crf", "12"],
    film: { sounds: vorbis },
  },
  {
    encoder: "libaom-av1",
    extension: "mp4",
    pixels: ["yuv420p"],
    options: ["-usage", "realtime", "-cpu-used", "9", "-crf", "10"],
    chroma: ["left", "topleft"],
    film: { frames: 60 },
  },
  {
    encoder: "libaom-av1",
    extension: "mkv",
    pixels: ["yuv420p10le"],
    options: ["-usage", "realtime", "-cpu-used", "9", "-crf", "10"],
    film: { frames: 60 },
  },
  { encoder: "ffv1", extension: "mkv", pixels: ["yuv420p", "yuv422p10le"], film: { sounds: pcm } },
  { encoder: "huffyuv", extension: "avi", pixels: ["yuv422p"], film: { sounds: pcm } },
  { encoder: "ffvhuff", extension: "avi", pixels: ["yuv420p"], film: { sounds: pcm } },
  { encoder: "utvideo", extension: "avi", pixels: ["yuv420p", "yuv422p"], film: { sounds: pcm } },
  {
    encoder: "magicyuv",
    extension: "avi",
    pixels: ["yuv420p"],
    film: { sounds: pcm },
    outcome: "is refused",
  },
  {
    encoder: "prores_ks",
    extension: "mov",
    pixels: ["yuv422p10le", "yuv444p10le"],
    film: { sounds: pcm, frames: 60 },
  },
  {
    encoder: "dnxhd",
    extension: "mov",
    pixels: ["yuv422p"],
    options: ["-profile:v", "dnxhr_hq"],
    film: { sounds: pcm, frames: 60 },
  },
  {
    encoder: "dnxhd",
    extension: "mxf",
    pixels: ["yuv422p"],
    options: ["-b:v", "36M"],
    film: { width: 1280, height: 720, rate: "25", frames: 25, sounds: pcm },
  },
  {
    encoder: "cfhd",
    extension: "mov",
    pixels: ["yuv422p10le"],
    film: { height: 192, sounds: pcm },
  },
  {
    encoder: "jpeg2000",
    extension: "mkv",
    pixels: ["yuv420p", "yuv422p"],
    film: { frames: 50, sounds: pcm },
  },
  {
    encoder: "libopenjpeg",
    extension: "mxf",
    pixels: ["yuv422p10le"],
    film: { frames: 50, sounds: pcm },
  },
  {
    encoder: "vc2",
    extension: "mkv",
    pixels: ["yuv420p", "yuv422p10le"],
    options: ["-b:v", "40M"],
    film: { sounds: pcm },
    outcome: rare,
  },
  {
    encoder: "snow",
    extension: "avi",
    pixels: ["yuv420p"],
    options: ["-qscale:v", "2", "-strict", "-2"],
    film: { frames: 50, sounds: pcm },
    outcome: rare,
  },
  {
    encoder: "svq1",
    extension: "mov",
    pixels: ["yuv410p"],
    options: q2,
    film: { sounds: pcm },
    error: 6,
  },
  {
    encoder: "rawvideo",
    extension: "avi",
    pixels: ["yuv420p", "yuyv422", "uyvy422"],
    film: { sounds: pcm },
  },
  { encoder: "rawvideo", extension: "nut", pixels: ["yuv420p", "nv12"], film: { sounds: pcm } },
  {
    encoder: "v210",
    extension: "mov",
    pixels: ["yuv422p10le"],
    film: { width: 384, height: 216, sounds: pcm, frames: 60 },
  },
  {
    encoder: "speedhq",
    extension: "avi",
    pixels: ["yuv422p"],
    film: { sounds: pcm },
    outcome: rare,
  },
  {
    encoder: "asv2",
    extension: "avi",
    pixels: ["yuv420p"],
    options: q2,
    film: { sounds: pcm },
    outcome: rare,
  },
  {
    encoder: "mpeg2video",
    extension: "m2v",
    pixels: ["yuv420p"],
    options: q2,
    film: { sounds: [] },
  },
  {
    encoder: "mpeg1video",
    extension: "m1v",
    pixels: ["yuv420p"],
    options: q2,
    film: { sounds: [] },
  },
];

const rgbCodecs: readonly Codec[] = [
  { encoder: "qtrle", extension: "mov", pixels: ["rgb24"], film: { sounds: pcm } },
  { encoder: "png", extension: "mov", pixels: ["rgb24"], film: { sounds: pcm } },
  {
    encoder: "cinepak",
    extension: "avi",
    pixels: ["rgb24"],
    film: { frames: 30, sounds: pcm, width: 160, height: 96 },
    error: 6,
  },
  {
    encoder: "msvideo1",
    extension: "avi",
    pixels: ["rgb555le"],
    film: { sounds: pcm, height: 192 },
    error: 8,
    outcome: rare,
  },
  { encoder: "zmbv", extension: "avi", pixels: ["bgr0"], film: { sounds: pcm }, outcome: rare },
  { encoder: "flashsv", extension: "flv", pixels: ["bgr24"], film: { sounds: mp3 }, outcome: rare },
  { encoder: "rawvideo", extension: "avi", pixels: ["bgr24"], film: { sounds: pcm } },
  { encoder: "utvideo", extension: "avi", pixels: ["gbrp"], film: { sounds: pcm } },
  {
    encoder: "r210",
    extension: "mov",
    pixels: ["gbrp10le"],
    film: { width: 384, height: 216, sounds: pcm },
    outcome: rare,
  },
  {
    encoder: "hap",
    extension: "mov",
    pixels: ["rgba"],
    film: { sounds: pcm },
    error: 3,
    outcome: rare,
  },
  {
    encoder: "gif",
    extension: "mkv",
    pixels: ["rgb8"],
    film: { sounds: [] },
    error: 20,
    outcome: rare,
  },
];

const matrix: MatrixName = "smpte170m";
const sd = { matrix, primaries: "smpte170m", transfer: "smpte170m" } as const;
/** JPEG names no colours; its decoders say BT.601 of 625 lines, in full range. */
const jfif = {
  ...({ matrix: "bt470bg", primaries: "bt470bg", transfer: "smpte170m", range: "pc" } as const),
};
const screen = {
  matrix: "gbr",
  primaries: "bt709",
  transfer: "iec61966-2-1",
  range: "pc",
} as const;

/** Codec × pixel format × chroma position, each in a container that it is met in. */
export const codecShapes: readonly Shape[] = [
  ...codecs.flatMap((codec) => shapesOf(codec, false)),
  ...rgbCodecs.flatMap((codec) => shapesOf(codec, true)),
];

function shapesOf(codec: Codec, isRgb: boolean): Shape[] {
  return codec.pixels.flatMap((pixels) =>
    (codec.chroma ?? [null]).map((position) => {
      const isFull = pixels.startsWith("yuvj");
      const colour = isRgb ? screen : isFull ? jfif : { ...sd, range: "tv" as const };
      const chroma = position === null ? [] : ["-chroma_sample_location", position];
      const name = [codec.encoder, pixels, ...(position === null ? [] : [position])].join("-");
      return shape(
        "codecs",
        `codec-${name}`,
        {
          pixelFormat: pixels,
          ...codec.film,
          colour,
          extension: codec.extension,
          video: ["-c:v", codec.encoder, ...(codec.options ?? []), ...chroma],
        },
        {
          properties: { chroma: position ?? "as the codec has it" },
          expected: { codingError: codec.error ?? 0, outcome: codec.outcome ?? "plays" },
        },
      );
    }),
  );
}
