import { sound, type Film } from "../film.ts";
import { shape, type Shape, type ShapeOptions } from "../shape.ts";

const silent = { sounds: [], frames: 60 } as const;
const mpeg2: readonly string[] = ["-c:v", "mpeg2video", "-q:v", "2"];

function shaped(name: string, film: Partial<Film>, options: ShapeOptions = {}): Shape {
  return shape("geometry", `shape-${name}`, { ...silent, ...film }, options);
}

const sizes: readonly (readonly [number, number])[] = [
  ...([
    [64, 36],
    [96, 54],
    [160, 90],
    [176, 144],
    [240, 180],
    [320, 240],
    [402, 170],
  ] as const),
  ...([
    [180, 320],
    [240, 240],
    [640, 272],
    [322, 182],
    [326, 178],
  ] as const),
];
/** Codecs that keep odd sizes. */
const oddSizes: readonly (readonly [number, number])[] = [
  [321, 181],
  [319, 180],
  [320, 179],
];
/** Too narrow for the card to be read. */
const extremes: readonly (readonly [number, number])[] = [
  ...([
    [16, 2000],
    [2000, 16],
    [32, 1000],
    [1000, 32],
    [16, 16],
    [2, 2],
    [8, 8],
    [48, 600],
  ] as const),
];
const aspects: readonly (readonly [number, number, string])[] = [
  ...([
    [352, 288, "12/11"],
    [352, 288, "16/11"],
    [352, 240, "10/11"],
    [352, 240, "40/33"],
  ] as const),
  ...([
    [240, 180, "4/3"],
    [320, 180, "1/2"],
    [160, 180, "2"],
    [176, 144, "128/117"],
  ] as const),
];
/** Degrees as FFmpeg 5.1 takes them: counter-clockwise by the viewer, so the other way before. */
const turns = [90, 180, 270] as const;
const filters: Readonly<Record<number, readonly string[]>> = {
  90: ["transpose=clock"],
  180: ["hflip", "vflip"],
  270: ["transpose=cclock"],
};

export const geometry: readonly Shape[] = [
  ...sizes.map(([width, height]) => shaped(`${width}x${height}`, { width, height })),
  ...oddSizes.map(([width, height]) =>
    shaped(`${width}x${height}`, { width, height, video: ["-c:v", "ffv1"] }),
  ),
  ...extremes.map(([width, height]) =>
    shaped(`${width}x${height}`, { width, height, frames: 30, video: ["-c:v", "ffv1"] }),
  ),
  ...aspects.map(([width, height, sampleAspect]) =>
    shaped(`${width}x${height}-${sampleAspect.replace("/", "to")}`, {
      width,
      height,
      sampleAspect,
    }),
  ),
  ...turns.flatMap((degrees) =>
    ["mp4", "mov"].map((extension) =>
      shaped(
        `turned-${degrees}`,
        { extension, filters: filters[degrees] ?? [] },
        {
          properties: { turned: String(degrees) },
          finish: ([piece = ""], path) => [
            [
              ...[
                "ffmpeg",
                "-nostdin",
                "-y",
                "-v",
                "error",
                "-i",
                piece,
                "-map",
                "0",
                "-c",
                "copy",
              ],
              ...["-metadata:s:v:0", `rotate=${degrees}`, `${piece}.turned.${extension}`],
            ],
            ["mv", `${piece}.turned.${extension}`, path],
          ],
        },
      ),
    ),
  ),
  // Fields of one moment, so that numbers stay legible.
  ...(["tff", "bff"] as const).flatMap((order) => [
    shaped(
      `fields-${order}`,
      {
        extension: "ts",
        video: [...mpeg2, "-flags", "+ildct+ilme"],
        filters: [`setfield=${order}`],
      },
      { properties: { fields: order } },
    ),
    shaped(
      `fields-x264-${order}`,
      {
        video: [
          "-c:v",
          "libx264",
          "-preset",
          "ultrafast",
          "-crf",
          "10",
          "-x264-params",
          `${order}=1`,
        ],
        filters: [`setfield=${order}`],
      },
      { properties: { fields: order } },
    ),
  ]),
  shaped(
    "fields-mbaff",
    {
      extension: "mp4",
      video: ["-c:v", "libx264", "-preset", "veryfast", "-crf", "10", "-flags", "+ildct+ilme"],
      filters: ["setfield=tff"],
    },
    { properties: { fields: "mbaff" } },
  ),
  shaped(
    "fields-turned-wide",
    {
      extension: "ts",
      width: 352,
      height: 288,
      sampleAspect: "16/11",
      video: [...mpeg2, "-flags", "+ildct+ilme"],
      filters: ["setfield=tff"],
    },
    { properties: { fields: "tff" } },
  ),
  // Every rung of a ladder.
  shaped(
    "ladder-720",
    { width: 1280, height: 720, rate: "10", frames: 24, sounds: [sound()] },
    { isAdaptive: true },
  ),
  shaped(
    "ladder-576",
    { width: 720, height: 576, sampleAspect: "16/11", frames: 60, sounds: [sound()] },
    { isAdaptive: true },
  ),
  shaped("ladder-upright", { width: 480, height: 854, frames: 40 }, { isAdaptive: true }),
];
