import type { ColourSpace } from "../../support/colour.ts";
import type { Film } from "../film.ts";
import { shape, type Shape, type ShapeOptions } from "../shape.ts";

const sd = { matrix: "smpte170m", primaries: "smpte170m", transfer: "smpte170m" } as const;
const hd = { matrix: "bt709", primaries: "bt709", transfer: "bt709" } as const;
const uhd = { matrix: "bt2020nc", primaries: "bt2020", transfer: "bt2020-10" } as const;

const lossless: readonly string[] = ["-c:v", "ffv1"];
/** Colours need few pictures, and sound none. */
const short = { frames: 60, sounds: [], video: lossless } as const;
/** Many lines, few pictures. */
const tall = { width: 1280, height: 720, rate: "12", frames: 30 } as const;

function coloured(
  name: string,
  colour: Partial<ColourSpace>,
  film: Partial<Film> = {},
  options: ShapeOptions = {},
): Shape {
  return shape(
    "colours",
    `colour-${name}`,
    { ...short, colour: { ...hd, range: "tv", ...colour }, ...film },
    options,
  );
}

const matrices = [
  "bt709",
  "smpte170m",
  "bt470bg",
  "fcc",
  "smpte240m",
  "ycgco",
  "bt2020nc",
] as const;
const transfers = [
  ...(["bt709", "smpte170m", "smpte240m", "gamma22", "gamma28", "iec61966-2-1"] as const),
  ...(["bt2020-10", "bt2020-12"] as const),
];
const primaries = [
  ...(["bt709", "smpte170m", "bt470bg", "bt470m", "smpte240m", "film", "bt2020"] as const),
  ...(["smpte431", "smpte432"] as const),
];
const pixelFormats = [
  ...["yuv420p", "yuv422p", "yuv444p", "yuv411p", "yuv420p10le", "yuv422p10le", "yuv444p10le"],
  ...["yuv420p12le", "yuv422p12le", "yuv444p16le", "yuva420p", "yuva444p"],
];
const rgbFormats: readonly (readonly [string, readonly string[]])[] = [
  ["gbrp", ["-c:v", "libx264rgb", "-preset", "ultrafast", "-qp", "0"]],
  ["gbrp10le", lossless],
  ["gbrp12le", lossless],
  ["bgr0", lossless],
  ["rgb24", ["-c:v", "rawvideo"]],
  ["bgra", ["-c:v", "huffyuv"]],
];

const rgb = { matrix: "gbr", range: "pc", transfer: "iec61966-2-1" } as const;

export const colours: readonly Shape[] = [
  // Each property through all its values, the others as on HD film.
  ...matrices.map((matrix) => coloured(`matrix-${matrix}`, { matrix })),
  ...transfers.map((transfer) => coloured(`transfer-${transfer}`, { transfer })),
  ...primaries.map((name) => coloured(`primaries-${name}`, { primaries: name })),
  ...(["tv", "pc"] as const).flatMap((range) =>
    pixelFormats
      .filter((format) => range === "tv" || !/422p12|16le|yuva|411/.test(format))
      .map((pixelFormat) => coloured(`${pixelFormat}-${range}`, { range }, { pixelFormat })),
  ),
  ...rgbFormats.map(([pixelFormat, video]) =>
    coloured(`${pixelFormat}-${video[1]}`, rgb, {
      // libx264rgb wants its own order of planes.
      pixelFormat: pixelFormat === "gbrp" ? "bgr0" : pixelFormat,
      video,
      extension: video[1] === "rawvideo" ? "nut" : "mkv",
    }),
  ),
  coloured("gbrp-tall", rgb, { ...tall, pixelFormat: "gbrp" }),
  // Nothing said: what players take it for.
  coloured("untagged-sd", sd, { tags: [] }),
  coloured("untagged-hd", hd, { ...tall, tags: [] }),
  coloured("untagged-hd-444", hd, { ...tall, tags: [], pixelFormat: "yuv444p" }),
  coloured("untagged-hd-full", { ...hd, range: "pc" }, { ...tall, tags: ["range"] }),
  coloured("untagged-hd-deep", hd, { ...tall, tags: [], pixelFormat: "yuv422p10le" }),
  coloured("untagged-rgb", rgb, { pixelFormat: "gbrp", tags: [] }),
  // One thing said.
  coloured("tag-matrix-only", hd, { tags: ["matrix", "range"] }),
  coloured("tag-primaries-only", sd, { tags: ["primaries", "range"] }),
  coloured("tag-transfer-only", sd, { tags: ["transfer", "range"] }),
  // As found: wide gamuts in SDR, screens' RGB, old tapes.
  coloured("uhd-sdr", uhd, { pixelFormat: "yuv420p10le" }),
  coloured("uhd-sdr-x265", uhd, {
    pixelFormat: "yuv420p10le",
    video: x265("10"),
    extension: "mp4",
  }),
  coloured(
    "display-p3",
    { ...hd, primaries: "smpte432", transfer: "iec61966-2-1" },
    { extension: "mp4", video: ["-c:v", "libx264", "-qp", "4"] },
  ),
  coloured("srgb-screen", { ...hd, transfer: "iec61966-2-1", range: "pc" }),
  coloured("ntsc-1953", { matrix: "fcc", primaries: "bt470m", transfer: "gamma22" }),
  coloured("pal-1970", { matrix: "bt470bg", primaries: "bt470bg", transfer: "gamma28" }),
  // High dynamic range, fully and partly named.
  ...(["smpte2084", "arib-std-b67"] as const).flatMap((transfer) => {
    const hdr = { ...uhd, transfer };
    const ten = { pixelFormat: "yuv420p10le" };
    const short = transfer === "smpte2084" ? "pq" : "hlg";
    return [
      coloured(short, hdr, ten),
      coloured(`${short}-x265`, hdr, { ...ten, video: x265("10"), extension: "mp4" }),
      coloured(`${short}-without-matrix`, hdr, {
        ...ten,
        tags: ["primaries", "transfer", "range"],
      }),
      coloured(`${short}-without-primaries`, hdr, {
        ...ten,
        tags: ["matrix", "transfer", "range"],
      }),
      coloured(`${short}-transfer-alone`, hdr, { ...ten, tags: ["transfer"] }),
      coloured(`${short}-full-range`, { ...hdr, range: "pc" }, ten),
      coloured(`${short}-in-bt709`, { ...hd, transfer }, ten),
    ];
  }),
];

function x265(depth: string): string[] {
  const quiet = "log-level=none:pools=1:frame-threads=1";
  return [
    "-c:v",
    "libx265",
    "-preset",
    "ultrafast",
    "-x265-params",
    `${quiet}:crf=6`,
    "-profile:v",
    `main${depth}`,
  ];
}
