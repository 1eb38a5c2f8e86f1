import { sound, x264, type Film } from "../film.ts";
import { shape, type Shape } from "../shape.ts";
import { concatenate } from "./containers.ts";

const mp2 = [sound({ encoder: ["-c:a", "mp2", "-b:a", "192k"] })];
const mpeg2: readonly string[] = ["-c:v", "mpeg2video", "-q:v", "2"];
const pieceFrames = 65;

/** What differs from one piece of a recording to the next. */
const pictureChanges: readonly (readonly [string, readonly Partial<Film>[]])[] = [
  ["size-up", [{}, { width: 480, height: 270 }]],
  ["size-down", [{ width: 480, height: 270 }, {}]],
  ["size-there-and-back", [{}, { width: 480, height: 270 }, {}]],
  [
    "anamorphic",
    [
      { width: 352, height: 288, sampleAspect: "12/11" },
      { width: 352, height: 288, sampleAspect: "16/11" },
    ],
  ],
  [
    "wide-to-narrow",
    [
      { width: 352, height: 288, sampleAspect: "16/11" },
      { width: 352, height: 288, sampleAspect: "12/11" },
    ],
  ],
  [
    "aspect",
    [
      { width: 320, height: 180 },
      { width: 320, height: 240 },
    ],
  ],
];
const formatChanges: readonly (readonly [string, readonly Partial<Film>[]])[] = [
  ["depth", [{ pixelFormat: "yuv420p" }, { pixelFormat: "yuv420p10le" }]],
  ["sampling", [{ pixelFormat: "yuv422p" }, { pixelFormat: "yuv420p" }]],
];
const ac3 = (channels: number, sampleRateHz = 48_000) => [
  sound({
    encoder: ["-c:a", "ac3", "-b:a", "384k"],
    channels,
    layout: channels === 1 ? "mono" : channels === 2 ? "stereo" : "5.1",
    sampleRateHz,
  }),
];
const soundChanges: readonly (readonly [string, readonly Partial<Film>[]])[] = [
  ["stereo-to-surround", [{ sounds: ac3(2) }, { sounds: ac3(6) }]],
  ["surround-to-stereo", [{ sounds: ac3(6) }, { sounds: ac3(2) }]],
  ["broadcast", [{ sounds: ac3(2) }, { sounds: ac3(6) }, { sounds: ac3(2) }]],
  ["mono-to-stereo", [{ sounds: ac3(1) }, { sounds: ac3(2) }]],
  ["rate-up", [{ sounds: ac3(2, 44_100) }, { sounds: ac3(2) }]],
  ["rate-down", [{ sounds: ac3(2) }, { sounds: ac3(2, 32_000) }]],
];

/** FFmpeg's MPEG-2 decoder loses the picture that it holds back when the next one has another size. */
const withoutLastOfFirst = Array.from({ length: 2 * pieceFrames }, (_, number) => ({
  number,
  time: number / 25,
})).filter(({ number }) => number !== pieceFrames - 1);

/** The same in containers whose header says what all of it is like. */
const remuxed = (["mkv", "mp4"] as const).flatMap((extension) =>
  soundChanges
    .filter(([name]) => name === "broadcast" || name === "rate-up")
    .map(([name, pieces]) =>
      changing(
        `sound-${name}`,
        "sound",
        pieces,
        { likeness: 0.8, jointLikeness: 0.6 },
        { extension },
      ),
    ),
);

/** Another clock in each piece, too. */
const rejoined = soundChanges
  .filter(([name]) => name === "broadcast" || name === "rate-down")
  .map(([name, pieces]) =>
    changing(
      `sound-${name}-joined`,
      "sound and clock",
      pieces,
      { likeness: 0.8, clock: "repaired" },
      { clocks: [10, 3600, 100] },
    ),
  );

export const changes: readonly Shape[] = [
  ...pictureChanges.map(([name, pieces]) =>
    changing(name, "pictures", pieces, { mayHaveBars: true }),
  ),
  ...formatChanges.map(([name, pieces]) => changing(name, "pixels", pieces, {})),
  ...formatChanges
    .slice(0, 1)
    .map(([name, pieces]) => changing(`${name}-back`, "pixels", pieces.toReversed(), {})),
  ...soundChanges.map(([name, pieces]) =>
    changing(`sound-${name}`, "sound", pieces, { likeness: 0.8 }),
  ),
  ...remuxed,
  ...rejoined,
  changing(
    "interlaced-size",
    "pictures",
    [fields({}), fields({ width: 352, height: 288, sampleAspect: "12/11" })],
    { mayHaveBars: true, pictures: withoutLastOfFirst },
    { encoder: mpeg2 },
  ),
];

function fields(film: Partial<Film>): Partial<Film> {
  return { ...film, filters: ["setfield=tff"] };
}

interface Making {
  readonly encoder?: readonly string[];
  /** Where each piece's clock begins; one clock runs through all unless told. */
  readonly clocks?: readonly number[];
  /** What the joined transport stream is put into. */
  readonly extension?: "ts" | "mkv" | "mp4";
}

function changing(
  name: string,
  what: string,
  pieces: readonly Partial<Film>[],
  expected: Partial<Shape["expected"]>,
  { encoder = x264, clocks, extension = "ts" }: Making = {},
): Shape {
  const films = pieces.map((piece, i): Partial<Film> => {
    const isFields = piece.filters !== undefined;
    // As a broadcast runs on: one clock through all pieces.
    const start = clocks?.[i] ?? 10 + (i * pieceFrames) / 25;
    return {
      sounds: mp2,
      ...piece,
      extension: "ts",
      frames: pieceFrames,
      firstFrame: i * pieceFrames,
      video: isFields ? [...encoder, "-flags", "+ildct+ilme"] : encoder,
      output: ["-output_ts_offset", String(start)],
    };
  });
  const joined = shape("changes", `change-${name}`, films, {
    properties: { change: what, container: extension },
    finish: extension === "ts" ? concatenate : remux,
    expected: { clockSeconds: 0.06, ...expected },
  });
  return { ...joined, name: `change-${name}.${extension}` };
}

/** Joined, and copied into another container packet by packet. */
function remux(pieces: readonly string[], path: string): string[][] {
  const [first = ""] = pieces;
  const joined = `${first}.joined.ts`;
  return [
    ...concatenate(pieces, joined),
    ["ffmpeg", "-nostdin", "-v", "error", "-i", joined, "-map", "0", "-c", "copy", path],
    ["rm", joined],
  ];
}
