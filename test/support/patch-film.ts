import { runTool } from "./run-tool.ts";
import { toLab } from "./colour-difference.ts";
import {
  fromComponents,
  fromLight,
  fromXyz,
  toComponents,
  toLight,
  toXyz,
  type ColourSpace,
  type Triple,
} from "./colour.ts";

/** Colours as light, linear RGB of BT.709: none outside what any of the standards can show. */
export const patches: readonly Triple[] = [
  [0.5, 0.5, 0.5],
  [0.45, 0.13, 0.1],
  [0.12, 0.4, 0.14],
  [0.1, 0.14, 0.42],
];

/** How numbers stand for light. */
export type Reading = ColourSpace;

/** Values 0 to 1 of a colour, or -0.5 to 0.5 for its differences: what an encoder is given. */
function encodeColor(light: Triple, reading: Reading): Triple {
  const { matrix, primaries, transfer } = reading;
  const [r, g, b] = fromXyz(toXyz(light, "bt709"), primaries);
  const rgb: Triple = [fromLight(r, transfer), fromLight(g, transfer), fromLight(b, transfer)];
  return matrix === "gbr" ? rgb : toComponents(rgb, reading);
}

/** CIE Lab of what 8-bit numbers of limited range stand for. */
export function labOf([y, cb, cr]: Triple, reading: Reading): Triple {
  const { primaries, transfer } = reading;
  const yuv: Triple = [(y - 16) / 219, (cb - 128) / 224, (cr - 128) / 224];
  const [r, g, b] = fromComponents(yuv, reading);
  const light: Triple = [toLight(r, transfer), toLight(g, transfer), toLight(b, transfer)];
  return toLab(toXyz(light, primaries));
}

export const patchLab = (light: Triple): Triple => toLab(toXyz(light, "bt709"));

/**
 * Writes a picture of four patches, one a quarter, from left to right and top to bottom, as raw 16-bit
 * planes of 4:4:4 Y'CbCr or, for matrix `gbr`, of green, blue and red.
 */
async function writePatches(
  path: string,
  size: { readonly width: number; readonly height: number },
  reading: Reading,
): Promise<void> {
  const { width, height } = size;
  const colors = patches.map((light) => toCodes(encodeColor(light, reading), reading));
  const planes = new Uint16Array(width * height * 3);
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const color = colors[(y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1)];
        planes[plane * width * height + y * width + x] = color?.[plane] ?? 0;
      }
    }
  }
  await Bun.write(path, planes.buffer);
}

function toCodes([a, b, c]: Triple, { matrix, range }: Reading): number[] {
  const code = (value: number): number => Math.round(Math.min(65_535, Math.max(0, value)));
  if (matrix === "gbr") return [b, c, a].map((value) => code(value * 65_535));
  const [black, luma, chroma] = range === "tv" ? [16, 219, 224] : [0, 255, 255];
  // Codes of 16 bits are those of 8 bits with eight more behind the point; full range is stretched.
  const unit = range === "tv" ? 256 : 257;
  return [
    code((black + a * luma) * unit),
    code(32_768 + b * chroma * unit),
    code(32_768 + c * chroma * unit),
  ];
}

export interface FilmOptions {
  readonly path: string;
  readonly size: { readonly width: number; readonly height: number };
  /** How the numbers are meant, tagged or not. */
  readonly reading: Reading;
  readonly pixelFormat: string;
  readonly encoder: readonly string[];
  readonly seconds: number;
  /** Filters after the patches: aspect, fields. */
  readonly filters?: readonly string[];
  /** Output options: colour tags and the like. */
  readonly output?: readonly string[];
}

/** Encodes the patches as a film at 25 pictures a second; nothing but depth and subsampling is converted. */
export async function makePatchFilm(options: FilmOptions): Promise<void> {
  const { path, size, reading, pixelFormat, encoder, seconds, filters = [], output = [] } = options;
  const raw = `${path}.raw`;
  await writePatches(raw, size, reading);
  const isRgb = reading.matrix === "gbr";
  const range = isRgb ? "" : `:in_range=${reading.range}:out_range=${reading.range}`;
  await runTool([
    ...["ffmpeg", "-nostdin", "-y", "-v", "error", "-f", "rawvideo", "-framerate", "25"],
    ...["-pix_fmt", isRgb ? "gbrp16le" : "yuv444p16le"],
    ...["-video_size", `${size.width}x${size.height}`, "-i", raw],
    ...[
      "-vf",
      [`loop=-1:1`, `scale=flags=bicubic${range}`, `format=${pixelFormat}`, ...filters].join(),
    ],
    ...["-t", String(seconds), ...encoder, ...(isRgb ? [] : ["-color_range", reading.range])],
    ...[...output, path],
  ]);
}

/** Mean Y, Cb and Cr in the middle of a rectangle of a 4:2:0 picture; all in luma samples. */
export function sample(
  picture: Uint8Array,
  size: { readonly width: number; readonly height: number },
  center: { readonly x: number; readonly y: number },
): Triple {
  const { width, height } = size;
  const plane = (offset: number, stride: number, x: number, y: number): number => {
    let sum = 0;
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        sum += picture[offset + (Math.round(y) + dy) * stride + Math.round(x) + dx] ?? Number.NaN;
      }
    }
    return sum / 9;
  };
  const chroma = (offset: number): number => plane(offset, width / 2, center.x / 2, center.y / 2);
  const luma = width * height;
  return [plane(0, width, center.x, center.y), chroma(luma), chroma(luma + luma / 4)];
}
