/**
 * The mathematics of video colour, from the standards and not from what is tested: ITU-T H.273 for
 * matrices, primaries and curves, CIE 15 for Lab, CIE 142 for the colour difference ΔE2000.
 */

export type Triple = readonly [number, number, number];

/** Chromaticities x, y of red, green, blue and white. H.273 table 2. */
const chromaticities: Readonly<Record<string, readonly number[]>> = {
  bt709: [0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329],
  bt470m: [0.67, 0.33, 0.21, 0.71, 0.14, 0.08, 0.31, 0.316],
  bt470bg: [0.64, 0.33, 0.29, 0.6, 0.15, 0.06, 0.3127, 0.329],
  smpte170m: [0.63, 0.34, 0.31, 0.595, 0.155, 0.07, 0.3127, 0.329],
  smpte240m: [0.63, 0.34, 0.31, 0.595, 0.155, 0.07, 0.3127, 0.329],
  film: [0.681, 0.319, 0.243, 0.692, 0.145, 0.049, 0.31, 0.316],
  bt2020: [0.708, 0.292, 0.17, 0.797, 0.131, 0.046, 0.3127, 0.329],
  smpte431: [0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.314, 0.351],
  smpte432: [0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.3127, 0.329],
  ebu3213: [0.63, 0.34, 0.295, 0.605, 0.155, 0.077, 0.3127, 0.329],
};

type Matrix3 = readonly [Triple, Triple, Triple];

export function multiply(matrix: Matrix3, [a, b, c]: Triple): Triple {
  const row = ([x, y, z]: Triple): number => x * a + y * b + z * c;
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
}

export function inverse([[a, b, c], [d, e, f], [g, h, i]]: Matrix3): Matrix3 {
  const det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  return [
    [(e * i - f * h) / det, (c * h - b * i) / det, (b * f - c * e) / det],
    [(f * g - d * i) / det, (a * i - c * g) / det, (c * d - a * f) / det],
    [(d * h - e * g) / det, (b * g - a * h) / det, (a * e - b * d) / det],
  ];
}

function times(left: Matrix3, right: Matrix3): Matrix3 {
  const column = (i: 0 | 1 | 2): Triple => multiply(left, [right[0][i], right[1][i], right[2][i]]);
  const [x, y, z] = [column(0), column(1), column(2)];
  return [
    [x[0], y[0], z[0]],
    [x[1], y[1], z[1]],
    [x[2], y[2], z[2]],
  ];
}

function xyzOf(x: number, y: number): Triple {
  return [x / y, 1, (1 - x - y) / y];
}

/** Linear RGB of some primaries to CIE XYZ, its white brought to D65 with Bradford's matrix. */
export function rgbToXyz(primaries: string): Matrix3 {
  const at = chromaticities[primaries];
  if (at === undefined) throw new Error(`no chromaticities of ${primaries}`);
  const [rx = 0, ry = 1, gx = 0, gy = 1, bx = 0, by = 1, wx = 0, wy = 1] = at;
  const [r, g, b] = [xyzOf(rx, ry), xyzOf(gx, gy), xyzOf(bx, by)];
  const columns: Matrix3 = [
    [r[0], g[0], b[0]],
    [r[1], g[1], b[1]],
    [r[2], g[2], b[2]],
  ];
  const white = xyzOf(wx, wy);
  const scale = multiply(inverse(columns), white);
  const scaled: Matrix3 = [
    [columns[0][0] * scale[0], columns[0][1] * scale[1], columns[0][2] * scale[2]],
    [columns[1][0] * scale[0], columns[1][1] * scale[1], columns[1][2] * scale[2]],
    [columns[2][0] * scale[0], columns[2][1] * scale[1], columns[2][2] * scale[2]],
  ];
  const bradford: Matrix3 = [
    [0.8951, 0.2664, -0.1614],
    [-0.7502, 1.7135, 0.0367],
    [0.0389, -0.0685, 1.0296],
  ];
  const from = multiply(bradford, white);
  const to = multiply(bradford, d65);
  const adapt: Matrix3 = [
    [to[0] / from[0], 0, 0],
    [0, to[1] / from[1], 0],
    [0, 0, to[2] / from[2]],
  ];
  return times(times(times(inverse(bradford), adapt), bradford), scaled);
}

const d65 = xyzOf(0.3127, 0.329);

interface Curve {
  readonly toLight: (value: number) => number;
  readonly fromLight: (light: number) => number;
}

const power = (gamma: number): Curve => ({
  toLight: (value) => Math.max(0, value) ** gamma,
  fromLight: (light) => Math.max(0, light) ** (1 / gamma),
});

/** What a screen makes of a value: BT.1886 for the video curves, whose cameras differ but not their screens. */
export function curve(transfer: string): Curve {
  switch (transfer) {
    case "bt470m":
      return power(2.2);
    case "bt470bg":
      return power(2.8);
    case "smpte428":
      return power(2.6);
    case "linear":
      return power(1);
    case "iec61966-2-1":
      return {
        toLight: (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4),
        fromLight: (l) => (l <= 0.0031308 ? l * 12.92 : 1.055 * l ** (1 / 2.4) - 0.055),
      };
    case "log100":
      return { toLight: (v) => 10 ** (2 * (v - 1)), fromLight: (l) => 1 + Math.log10(l) / 2 };
    case "log316":
      return { toLight: (v) => 10 ** (2.5 * (v - 1)), fromLight: (l) => 1 + Math.log10(l) / 2.5 };
    default:
      return power(2.4);
  }
}

/** Weights of red and blue in luma. H.273 table 4. */
const lumaWeights: Readonly<Record<string, readonly [number, number]>> = {
  bt709: [0.2126, 0.0722],
  fcc: [0.3, 0.11],
  bt470bg: [0.299, 0.114],
  smpte170m: [0.299, 0.114],
  smpte240m: [0.212, 0.087],
  bt2020nc: [0.2627, 0.0593],
};

/** R'G'B' to Y'CbCr: luma 0 to 1, colour differences -0.5 to 0.5. */
export function toYuv(matrix: string, primaries: string): Matrix3 {
  if (matrix === "ycgco") {
    return [
      [0.25, 0.5, 0.25],
      [-0.25, 0.5, -0.25],
      [0.5, 0, -0.5],
    ];
  }
  const light = rgbToXyz(primaries)[1];
  const [kr, kb] =
    matrix === "chroma-derived-nc" ? [light[0], light[2]] : (lumaWeights[matrix] ?? [NaN, NaN]);
  const kg = 1 - kr - kb;
  return [
    [kr, kg, kb],
    [-kr / (2 - 2 * kb), -kg / (2 - 2 * kb), 0.5],
    [0.5, -kg / (2 - 2 * kr), -kb / (2 - 2 * kr)],
  ];
}
