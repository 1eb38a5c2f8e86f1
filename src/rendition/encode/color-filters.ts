import { sdrWhiteNits, toneCurve } from "./tone-curve.ts";
import {
  primariesCodes,
  matrixCodes,
  transferCodes,
  type ChromaLocation,
  type Color,
  type Matrix,
  type SourceColor,
  type Transfer,
} from "../../media/color.ts";

/** FFmpeg's `scale` has names of its own. */
const scaleMatrices: Readonly<Record<Color["matrix"], string>> = {
  ...{ bt709: "bt709", smpte170m: "smpte170m", bt470bg: "bt470", bt2020nc: "bt2020" },
};
const readable = ["bt709", "smpte170m", "bt470bg", "bt2020nc"] as const;

/** How FFmpeg's `scale` is to read pictures: matrix and chroma position. Their range each picture tells. */
export function readingOptions({ matrix, chromaLocation }: SourceColor): string[] {
  const known = readable.find((name) => name === matrix);
  return [
    `in_color_matrix=${known ? scaleMatrices[known] : "auto"}`,
    ...chromaPosition("in", chromaLocation),
  ];
}

/** How `scale` is to write them: limited range, as every player takes for granted. */
export function writingOptions(matrix: Color["matrix"]): string[] {
  return [`out_color_matrix=${scaleMatrices[matrix]}`, "out_range=tv"];
}

/** How `scale` is to read what it has written itself. */
export function rereadingOptions(matrix: Color["matrix"]): string[] {
  return [`in_color_matrix=${scaleMatrices[matrix]}`, "in_range=tv"];
}

/**
 * Filters that turn 16-bit pictures without subsampling into such of the output's colour, with what lies outside of its
 * primaries cut off. All is told, nothing is left to the pictures' tags: what zimg is not told it refuses
 * to convert. FFmpeg cuts a picture among as many threads as there are, each with a zimg of its own: it is given nothing
 * that looks beyond one sample, neither subsampling nor dithering. `peakNits`: of what is to become SDR, see toneCurve.
 */
export function convertFilters(
  source: SourceColor,
  output: Color,
  peakNits: number | undefined,
): string[] {
  const from = [
    ...(source.isRgb ? ["min=0"] : [`min=${matrixCode(source.matrix)}`, "rin=limited"]),
    `pin=${primariesCodes[source.primaries]}:tin=${zimgTransfer(source.transfer)}`,
  ];
  const to = [
    `p=${primariesCodes[output.primaries]}:t=${zimgTransfer(output.transfer)}`,
    "m=0:r=full",
  ];
  const rgb = "format=gbrp16le";
  // By way of whole numbers of red, green and blue, which end at black and white. `scale` would get to the matrix a third
  // of a step of eight bits too bright.
  const end = [rgb, `zscale=min=0:rin=full:m=${matrixCodes[output.matrix]}:r=limited`];
  const deep = "format=yuv444p16le";
  if (peakNits === undefined) return [`zscale=${[...from, ...to].join(":")}`, ...end, deep];
  const primaries = primariesCodes[source.primaries];
  const toPq = [`p=${primaries}:t=${transferCodes.smpte2084}`, "m=0:r=full"];
  const fromPq = [`min=0:rin=full:pin=${primaries}:tin=${transferCodes.smpte2084}`];
  const curve = toneCurve(peakNits);
  return [
    ...[`zscale=${[...from, ...toPq].join(":")}`, rgb],
    `lutrgb=r='${curve}':g='${curve}':b='${curve}'`,
    ...[`zscale=${[...fromPq, `npl=${sdrWhiteNits}`, ...to].join(":")}`, ...end, deep],
  ];
}

function matrixCode(matrix: Matrix | null): number {
  return matrixCodes[matrix ?? "bt709"];
}

/** FFmpeg 5.1's zscale knows neither SMPTE 240M's curve, next to BT.709's, nor DCI's gamma of 2.6. */
function zimgTransfer(transfer: Transfer): number {
  if (transfer === "smpte240m" || transfer === "bt1361e") return transferCodes.bt709;
  return transferCodes[transfer === "smpte428" ? "bt470bg" : transfer];
}

/**
 * Options of `scale` for a chroma position in subsampled pictures, in 1/256 of a luma sample. The middle is
 * its default and the only one that is right for every subsampling, so it is never said.
 */
function chromaPosition(side: "in" | "out", location: ChromaLocation): string[] {
  const x = location.endsWith("left") ? [`${side}_h_chr_pos=0`] : [];
  const y = location.startsWith("top") ? 0 : location.startsWith("bottom") ? 256 : null;
  return y === null ? x : [...x, `${side}_v_chr_pos=${y}`];
}
