/**
 * Colour as the standards write it, so that a test can say what a correct conversion gives without asking
 * the program under test. Values are 0..1 unless told; matrices by Kr and Kb (ITU-T H.273 table 4), primaries
 * by their chromaticities (table 2), transfers as a display shows them.
 */
export type Triple = readonly [number, number, number];

export interface ColourSpace {
  readonly matrix: MatrixName;
  readonly primaries: PrimariesName;
  readonly transfer: TransferName;
  readonly range: "tv" | "pc";
}

/** Kr and Kb. `gbr` and `ycgco` are not of that form; `chroma-derived-nc` has those of the primaries. */
const lumaWeights = {
  bt709: [0.2126, 0.0722],
  fcc: [0.3, 0.11],
  smpte170m: [0.299, 0.114],
  bt470bg: [0.299, 0.114],
  smpte240m: [0.212, 0.087],
  bt2020nc: [0.2627, 0.0593],
} as const;
export type MatrixName = keyof typeof lumaWeights | "gbr" | "ycgco" | "chroma-derived-nc";

/** x, y of red, green, blue and white. */
const primaryPoints = {
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
} as const;

export type PrimariesName = keyof typeof primaryPoints;

/** Exponents of displays; the camera curves of BT.709 and its like are shown by BT.1886's. */
const displayGamma = {
  bt709: 2.4,
  smpte170m: 2.4,
  smpte240m: 2.4,
  "bt2020-10": 2.4,
  "bt2020-12": 2.4,
  "iec61966-2-4": 2.4,
  bt1361e: 2.4,
  smpte428: 2.6,
  // By FFmpeg's options, and as ffprobe and its filters name them.
  gamma22: 2.2,
  gamma28: 2.8,
  bt470m: 2.2,
  bt470bg: 2.8,
} as const;
/** Decades of light that a logarithmic curve spans. */
const logDecades = { log100: 2, log316: 2.5 } as const;
export type TransferName =
  | keyof typeof displayGamma
  | keyof typeof logDecades
  | ("iec61966-2-1" | "linear" | "smpte2084" | "arib-std-b67");

/** BT.2408: the light of diffuse white in a PQ picture, candela per square metre. */
const referenceWhite = 203;

/** R'G'B' to Y'CbCr: luma 0..1, chroma −0.5..0.5. For `gbr`, G, B and R in this order, less a half where chroma is. */
export function toComponents(
  [r, g, b]: Triple,
  { matrix, primaries }: Pick<ColourSpace, "matrix" | "primaries">,
): Triple {
  if (matrix === "gbr") return [g, b - 0.5, r - 0.5];
  if (matrix === "ycgco") {
    return [0.25 * r + 0.5 * g + 0.25 * b, -0.25 * r + 0.5 * g - 0.25 * b, 0.5 * r - 0.5 * b];
  }
  const [kr, kb] = weightsOf(matrix, primaries);
  const y = kr * r + (1 - kr - kb) * g + kb * b;
  return [y, (b - y) / (2 * (1 - kb)), (r - y) / (2 * (1 - kr))];
}

export function fromComponents(
  [y, cb, cr]: Triple,
  { matrix, primaries }: Pick<ColourSpace, "matrix" | "primaries">,
): Triple {
  if (matrix === "gbr") return [cr + 0.5, y, cb + 0.5];
  if (matrix === "ycgco") return [y - cb + cr, y + cb, y - cb - cr];
  const [kr, kb] = weightsOf(matrix, primaries);
  const r = y + 2 * (1 - kr) * cr;
  const b = y + 2 * (1 - kb) * cb;
  return [r, (y - kr * r - kb * b) / (1 - kr - kb), b];
}

function weightsOf(
  matrix: Exclude<MatrixName, "gbr" | "ycgco">,
  primaries: PrimariesName,
): readonly [number, number] {
  if (matrix !== "chroma-derived-nc") return lumaWeights[matrix];
  const [, light] = xyzMatrix(primaries);
  return [light[0], light[2]];
}

/** A coded value to light as the display gives it, 1 for (diffuse) white. */
export function toLight(value: number, transfer: TransferName): number {
  const v = Math.max(0, value);
  if (transfer === "linear") return v;
  if (transfer === "iec61966-2-1") return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  if (transfer === "smpte2084") {
    const p = v ** (1 / 78.84375);
    const light =
      (Math.max(p - 0.8359375, 0) / (18.8515625 - 18.6875 * p)) ** (1 / 0.1593017578125);
    return (light * 10_000) / referenceWhite;
  }
  if (transfer === "arib-std-b67") {
    const scene =
      v <= 0.5 ? v ** 2 / 3 : (Math.exp((v - 0.55991073) / 0.17883277) + 0.28466892) / 12;
    return scene / hlgWhite;
  }
  if (transfer === "log100" || transfer === "log316") {
    return 10 ** (logDecades[transfer] * (value - 1));
  }
  return v ** displayGamma[transfer];
}

export function fromLight(light: number, transfer: TransferName): number {
  const v = Math.max(0, light);
  if (transfer === "linear") return v;
  if (transfer === "iec61966-2-1") {
    return v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055;
  }
  if (transfer === "smpte2084") {
    const p = ((v * referenceWhite) / 10_000) ** 0.1593017578125;
    return ((0.8359375 + 18.8515625 * p) / (1 + 18.6875 * p)) ** 78.84375;
  }
  if (transfer === "arib-std-b67") {
    const scene = v * hlgWhite;
    return scene <= 1 / 12
      ? Math.sqrt(3 * scene)
      : 0.17883277 * Math.log(12 * scene - 0.28466892) + 0.55991073;
  }
  if (transfer === "log100" || transfer === "log316") {
    return 1 + Math.log10(v) / logDecades[transfer];
  }
  return v ** (1 / displayGamma[transfer]);
}

/** Scene light of HLG's diffuse white, a signal of 75 % (BT.2408). */
const hlgWhite = (Math.exp((0.75 - 0.55991073) / 0.17883277) + 0.28466892) / 12;

/** Linear RGB of some primaries to CIE XYZ, their white adapted to D65 (Bradford). */
export function toXyz(rgb: Triple, primaries: PrimariesName): Triple {
  return apply(xyzMatrix(primaries), rgb);
}

export function fromXyz(xyz: Triple, primaries: PrimariesName): Triple {
  return apply(inverse(xyzMatrix(primaries)), xyz);
}

type Matrix = readonly [Triple, Triple, Triple];

const bradford: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];
const d65 = whiteXyz(0.3127, 0.329);

function xyzMatrix(name: PrimariesName): Matrix {
  const [rx, ry, gx, gy, bx, by, wx, wy] = primaryPoints[name];
  const white = whiteXyz(wx, wy);
  const columns = [whiteXyz(rx, ry), whiteXyz(gx, gy), whiteXyz(bx, by)] as const;
  const points = transposed(columns);
  const [r, g, b] = apply(inverse(points), white);
  const native = product(points, [
    [r, 0, 0],
    [0, g, 0],
    [0, 0, b],
  ]);
  const from = apply(bradford, white);
  const to = apply(bradford, d65);
  const scale: Matrix = [
    [to[0] / from[0], 0, 0],
    [0, to[1] / from[1], 0],
    [0, 0, to[2] / from[2]],
  ];
  return product(product(inverse(bradford), product(scale, bradford)), native);
}

function whiteXyz(x: number, y: number): Triple {
  return [x / y, 1, (1 - x - y) / y];
}

function apply([a, b, c]: Matrix, v: Triple): Triple {
  const row = (r: Triple): number => r[0] * v[0] + r[1] * v[1] + r[2] * v[2];
  return [row(a), row(b), row(c)];
}

function transposed([a, b, c]: Matrix): Matrix {
  return [
    [a[0], b[0], c[0]],
    [a[1], b[1], c[1]],
    [a[2], b[2], c[2]],
  ];
}

function product(a: Matrix, b: Matrix): Matrix {
  const [x, y, z] = transposed(b);
  return transposed([apply(a, x), apply(a, y), apply(a, z)]);
}

function inverse([a, b, c]: Matrix): Matrix {
  const cross = (u: Triple, v: Triple): Triple => [
    u[1] * v[2] - u[2] * v[1],
    u[2] * v[0] - u[0] * v[2],
    u[0] * v[1] - u[1] * v[0],
  ];
  const [bc, ca, ab] = [cross(b, c), cross(c, a), cross(a, b)];
  const determinant = a[0] * bc[0] + a[1] * bc[1] + a[2] * bc[2];
  const divided = (v: Triple): Triple => [
    v[0] / determinant,
    v[1] / determinant,
    v[2] / determinant,
  ];
  return transposed([divided(bc), divided(ca), divided(ab)]);
}
