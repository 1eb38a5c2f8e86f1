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

export const changes: readonly Shape[] = [
  ...pictureChanges.map(([name, pieces]) =>
    changing(name, "pictures", pieces, { mayHaveBars: true }),
  ),
  ...formatChanges.map(([name, pieces]) => changing(name, "pixels", pieces, {})),
  ...formatChanges
    .slice(0, 1)
    .map(([name, pieces]) => changing(`${name}-back`, "pixels", pieces.toReversed(), {})),
  ...soundChanges.map(([name, pieces]) =>
    changing(`sound-${name}`, "sound", pieces, { likeness: 0.4 }),
  ),
  changing(
    "interlaced-size",
    "pictures",
    [fields({}), fields({ width: 352, height: 288, sampleAspect: "12/11" })],
    { mayHaveBars: true },
    mpeg2,
  ),
];

function fields(film: Partial<Film>): Partial<Film> {
  return { ...film, filters: ["setfield=tff"] };
}

function changing(
  name: string,
  what: string,
  pieces: readonly Partial<Film>[],
  expected: Partial<Shape["expected"]>,
  encoder: readonly string[] = x264,
): Shape {
  const films = pieces.map((piece, i): Partial<Film> => {
    const isFields = piece.filters !== undefined;
    return {
      sounds: mp2,
      ...piece,
      extension: "ts",
      frames: pieceFrames,
      firstFrame: i * pieceFrames,
      video: isFields ? [...encoder, "-flags", "+ildct+ilme"] : encoder,
      // As a broadcast runs on: one clock through all pieces.
      output: ["-output_ts_offset", String(10 + (i * pieceFrames) / 25)],
    };
  });
  return shape("changes", `change-${name}`, films, {
    properties: { change: what },
    finish: concatenate,
    expected: { clockSeconds: 0.06, ...expected },
  });
}
