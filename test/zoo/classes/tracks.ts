import { isText } from "../../../src/media/decoded-codecs.ts";
import { supFile } from "../../subtitle/pictures/write-pgs.ts";
import { sound, type Film } from "../film.ts";
import { shape, type Shape, type ShapeOptions } from "../shape.ts";

function tracked(name: string, film: Partial<Film>, options: ShapeOptions = {}): Shape {
  return shape("tracks", `tracks-${name}`, film, {
    ...options,
    properties: { tracks: name, ...options.properties },
  });
}

const flac = ["-c:a", "flac"] as const;
const cover = ["-f", "lavfi", "-i", "color=c=teal:s=300x300:d=0.04:r=25"] as const;
const subtitles = [
  "-f",
  "srt",
  "-i",
  "data:text/plain;base64,MQowMDowMDowMSwwMDAgLS0+IDAwOjAwOjAyLDAwMApIZWxsbwoK",
] as const;
/** A text that ends a quarter of an hour after the film. */
const lateSubtitles = [
  "-f",
  "srt",
  "-i",
  "data:text/plain;base64,MQowMDoxNTowMSwwMDAgLS0+IDAwOjE1OjAyLDAwMApIZWxsbwoK",
] as const;

/** A white stripe at the bottom, as a Blu-ray has it; FFmpeg makes the other kinds of pictures out of it. */
const stripe = { x: 80, y: 140, width: 160, height: 20, pixels: new Uint8Array(3200).fill(1) };
const sets = [[], [stripe], []].map((objects, i) => ({
  ...{ timeMs: 1000 * i, canvas: { width: 320, height: 180 }, objects },
  palette: [[16, 128, 128, 0] as const, [235, 128, 128, 255] as const],
}));
const pictures = [
  "-fix_sub_duration",
  "-f",
  "sup",
  "-i",
  `data:application/octet-stream;base64,${supFile(sets).toBase64()}`,
];

/** Every notation of subtitles in every container that has it: what the film has besides is not touched by them. */
const subtitleKinds: readonly (readonly [codec: string, encoder: string, extension: string])[] = [
  ...["subrip", "ass", "webvtt"].map((codec) => [codec, codec, "mkv"] as const),
  ["mov_text", "mov_text", "mov"],
  ["hdmv_pgs_subtitle", "copy", "mkv"],
  ...["mkv", "mp4"].map((extension) => ["dvd_subtitle", "dvdsub", extension] as const),
  ...["mkv", "ts"].map((extension) => ["dvb_subtitle", "dvbsub", extension] as const),
  ["xsub", "xsub", "avi"],
];

/** Puts other bytes into a file, of the same length, where they first stand (all of them with `g`). */
const replaced =
  (from: string, to: string): Shape["finish"] =>
  ([piece = ""], path) => [
    ["sh", "-c", 'LC_ALL=C sed "s/$1/$2/g" "$3" > "$4"', "sh", from, to, piece, path],
  ];

export const tracks: readonly Shape[] = [
  tracked("no-sound", { sounds: [] }),
  tracked("no-sound-ts", { sounds: [], extension: "ts" }),
  tracked("no-pictures", { video: null, extension: "mka" }),
  tracked("two", {
    sounds: [sound(), sound({ channels: 1, layout: "mono", sampleRateHz: 44_100 })],
    extension: "mp4",
  }),
  tracked("five", { sounds: Array.from({ length: 5 }, () => sound()), frames: 60 }),
  ...[0.3, 1.3, 3].flatMap((from) =>
    ["mp4", "mkv", "ts"].map((extension) =>
      tracked(`late-${from}`, { extension, sounds: [sound({ from })] }),
    ),
  ),
  ...[0.5, 2.2, 4].flatMap((to) =>
    ["mp4", "mkv", "ts"].map((extension) =>
      tracked(`early-end-${to}`, { extension, sounds: [sound({ to })] }),
    ),
  ),
  ...["flv", "wmv"].map((extension) =>
    tracked("early-end-2.2", { extension, sounds: [sound({ to: 2.2 })] }),
  ),
  tracked("one-late-one-early", {
    sounds: [sound({ from: 2 }), sound({ to: 2 })],
    extension: "mp4",
  }),
  tracked(
    "sound-goes-on",
    { filters: ["trim=end_frame=60"] },
    {
      expected: {
        pictures: Array.from({ length: 60 }, (_, number) => ({ number, time: number / 25 })),
        rate: null,
      },
    },
  ),
  // A track that is announced and never comes.
  ...["mp4", "mkv"].map((extension) =>
    tracked("empty", {
      extension,
      inputs: [["-f", "s16le", "-ar", "48000", "-ac", "2", "-i", "/dev/null"]],
      output: ["-c:a:1", "aac"],
    }),
  ),
  tracked("stated-too-long", { output: ["-metadata:s:a:0", "DURATION=00:01:30.000000000"] }),
  tracked("stated-too-short", { output: ["-metadata:s:a:0", "DURATION=00:00:01.000000000"] }),
  // Codecs that nobody knows.
  tracked(
    "unknown-second-sound",
    { sounds: [sound({ encoder: flac }), sound({ encoder: ["-c:a", "tta"] })] },
    {
      finish: replaced("A_TTA1", "A_TTAX"),
      expected: { sounds: [sound({ encoder: flac })] },
    },
  ),
  tracked(
    "unknown-only-sound",
    { sounds: [sound({ encoder: ["-c:a", "tta"] })] },
    {
      finish: replaced("A_TTA1", "A_TTAX"),
      expected: { sounds: [] },
    },
  ),
  tracked(
    "unknown-pictures",
    { sounds: [sound({ encoder: flac })] },
    {
      finish: replaced("V_MPEG4\\/ISO\\/AVC", "V_MPEG4\\/ISO\\/AVX"),
      expected: { pictures: [] },
    },
  ),
  tracked(
    "unknown-everything",
    { sounds: [sound({ encoder: ["-c:a", "tta"] })] },
    {
      finish: replaced("A_TTA1\\|V_MPEG4", "X_XXXX"),
      expected: { outcome: "is refused" },
    },
  ),
  // A codec that is kept out, beside ones that are not.
  tracked("unsafe-second-pictures", {
    inputs: [["-f", "lavfi", "-i", "testsrc2=s=64x36:r=25:d=4.5"]],
    output: ["-c:v:1", "magicyuv", "-bf:v:1", "0"],
  }),
  tracked("unsafe-first-pictures", { video: ["-c:v", "magicyuv"] }, { expected: { pictures: [] } }),
  // What is not part of the film.
  ...["mp4", "m4v", "mov"].map((extension) =>
    tracked("cover", {
      extension,
      inputs: [cover],
      output: ["-c:v:1", "mjpeg", "-bf:v:1", "0", "-disposition:v:1", "attached_pic"],
    }),
  ),
  tracked("cover-png", {
    extension: "mp4",
    inputs: [cover],
    output: ["-c:v:1", "png", "-bf:v:1", "0", "-disposition:v:1", "attached_pic"],
  }),
  tracked("cover-and-sound", {
    extension: "mp3",
    video: null,
    sounds: [sound({ encoder: ["-c:a", "libmp3lame", "-b:a", "192k"] })],
    inputs: [cover],
    output: ["-c:v:0", "mjpeg", "-disposition:v:0", "attached_pic"],
  }),
  tracked("cover-and-sound", {
    extension: "m4a",
    video: null,
    inputs: [cover],
    output: ["-c:v:0", "mjpeg", "-disposition:v:0", "attached_pic"],
  }),
  tracked("subtitles", { inputs: [subtitles], output: ["-c:s", "srt"] }),
  tracked(
    "subtitles",
    { extension: "mp4", inputs: [subtitles], output: ["-c:s", "mov_text"] },
    { expected: { subtitles: ["mov_text"] } },
  ),
  tracked("late-subtitles", { inputs: [lateSubtitles], output: ["-c:s", "srt"] }),
  ...subtitleKinds.map(([codec, encoder, extension]) =>
    tracked(
      `subtitles-${codec}`,
      {
        extension,
        inputs: [isText({ codec }) ? subtitles : pictures],
        output: ["-c:s", encoder],
        ...(extension === "avi" ? { video: ["-c:v", "mpeg4", "-q:v", "2"] } : {}),
      },
      { expected: { subtitles: [codec] } },
    ),
  ),
  tracked("two-pictures", {
    inputs: [["-f", "lavfi", "-i", "testsrc2=s=64x36:r=25:d=4.5"]],
    output: ["-c:v:1", "mpeg4", "-bf:v:1", "0"],
  }),
  tracked("timecode", { extension: "mov", output: ["-timecode", "10:00:00:00"] }),
  tracked("chapters", { output: ["-metadata", "title=Chapters"] }),
];
