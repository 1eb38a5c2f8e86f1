/**
 * Colour as FFmpeg names it and ITU-T H.273 numbers it. What a source says, what it is taken for, and what
 * comes out: pure, so that a plan says once and for all how its pictures are read.
 */

/** MatrixCoefficients, H.273 table 4. */
export const matrixCodes = {
  gbr: 0,
  bt709: 1,
  fcc: 4,
  bt470bg: 5,
  smpte170m: 6,
  smpte240m: 7,
  ycgco: 8,
  bt2020nc: 9,
  bt2020c: 10,
  "chroma-derived-nc": 12,
  "chroma-derived-c": 13,
  ictcp: 14,
} as const;

/** ColourPrimaries, H.273 table 2. */
export const primariesCodes = {
  bt709: 1,
  bt470m: 4,
  bt470bg: 5,
  smpte170m: 6,
  smpte240m: 7,
  film: 8,
  bt2020: 9,
  smpte428: 10,
  smpte431: 11,
  smpte432: 12,
  ebu3213: 22,
} as const;

/** TransferCharacteristics, H.273 table 3. */
export const transferCodes = {
  bt709: 1,
  bt470m: 4,
  bt470bg: 5,
  smpte170m: 6,
  smpte240m: 7,
  linear: 8,
  log100: 9,
  log316: 10,
  "iec61966-2-4": 11,
  bt1361e: 12,
  "iec61966-2-1": 13,
  "bt2020-10": 14,
  "bt2020-12": 15,
  smpte2084: 16,
  smpte428: 17,
  "arib-std-b67": 18,
} as const;

export const chromaLocations = [
  "left",
  "center",
  "topleft",
  "top",
  "bottomleft",
  "bottom",
] as const;

export type Matrix = keyof typeof matrixCodes;
export type Primaries = keyof typeof primariesCodes;
export type Transfer = keyof typeof transferCodes;
export const matrixNames = namesOf(matrixCodes);
export const primariesNames = namesOf(primariesCodes);
export const transferNames = namesOf(transferCodes);
export type ChromaLocation = (typeof chromaLocations)[number];

/** What a file says of its pictures' colour; null where it says nothing, or nothing that is known. */
export interface ColorTags {
  readonly matrix: Matrix | null;
  readonly primaries: Primaries | null;
  readonly transfer: Transfer | null;
  readonly chromaLocation: ChromaLocation | null;
}

/** Colour as the bitstream made here names it: SDR that every player can show, or HDR of BT.2100. */
export interface Color {
  readonly matrix: "bt709" | "smpte170m" | "bt470bg" | "bt2020nc";
  readonly primaries: "bt709" | "smpte170m" | "bt470bg" | "bt2020";
  readonly transfer: CarriedTransfer | HdrTransfer;
}

/** Curves of HDR (BT.2100): PQ and HLG. */
export const hdrTransfers = ["smpte2084", "arib-std-b67"] as const;
export type HdrTransfer = (typeof hdrTransfers)[number];

/** What the source's pictures are taken for. */
export interface SourceColor {
  /** null: as each picture is tagged, over changes in mid-film too. */
  readonly matrix: Matrix | null;
  readonly primaries: Primaries;
  readonly transfer: Transfer;
  readonly chromaLocation: ChromaLocation;
  /** Decoded to red, green and blue. */
  readonly isRgb: boolean;
}

/** Standard range, or what a source of PQ or HLG has beyond it. */
export type DynamicRange = "sdr" | "hdr";

/**
 * `matrix`: the values stay, those of RGB get a matrix. `colorspace`: into a matrix, primaries or a curve
 * that players know. `tone-map`: PQ or HLG down to SDR BT.709.
 */
export type ColorConversion = "matrix" | "colorspace" | "tone-map";

export interface ColorPlan {
  readonly source: SourceColor;
  readonly conversion: ColorConversion;
  readonly output: Color;
}

/** Curves of SDR that players read from the bitstream: tagged, not converted. */
export const carriedTransfers = [
  ...(["bt709", "smpte170m", "bt470m", "bt470bg"] as const),
  ...(["smpte240m", "iec61966-2-1", "smpte428"] as const),
];
export type CarriedTransfer = (typeof carriedTransfers)[number];

const bt709: Color = { matrix: "bt709", primaries: "bt709", transfer: "bt709" };

/**
 * How pictures are read and what they become. `size` is the coded one, in samples. What is not tagged
 * follows from what is (BT.2020 belongs to PQ and HLG); without any tag pictures of 1280 samples or 720
 * lines are taken for BT.709, smaller ones for BT.601, by the custom of players. `range`: what PQ and HLG become.
 */
export function planColor(
  tags: ColorTags,
  pixelFormat: string | null,
  size: { readonly width: number; readonly height: number },
  range: DynamicRange = "sdr",
): ColorPlan {
  const isRgb = rgbFormat.test(pixelFormat ?? "");
  const read = readTags(pixelFormat?.startsWith("xyz") ? untagged : tags, isRgb, size);
  const { primaries, transfer } = read;
  const matrix = definedMatrix(read);
  const kept = outputMatrices.find((name) => name === matrix);
  const isTagged = kept !== undefined && kept === tags.matrix;
  const source = {
    ...{ matrix: isTagged ? null : matrix, primaries, transfer },
    ...{ chromaLocation: tags.chromaLocation ?? "left", isRgb },
  };
  const hdrTransfer = hdrTransfers.find((name) => name === transfer);
  if (hdrTransfer !== undefined && range === "hdr") {
    const isUsual = matrix === "bt2020nc" || (isRgb && matrix === "gbr");
    return {
      source: { ...source, matrix },
      conversion: isUsual && primaries === "bt2020" ? "matrix" : "colorspace",
      output: { matrix: "bt2020nc", primaries: "bt2020", transfer: hdrTransfer },
    };
  }
  if (hdrTransfer !== undefined) {
    return { source: { ...source, matrix }, conversion: "tone-map", output: bt709 };
  }
  const named = namedPrimaries[primaries];
  const curve = sameCurve[transfer] ?? carriedTransfers.find((name) => name === transfer);
  const isKept = named !== undefined && curve !== undefined && (isRgb || kept !== undefined);
  return {
    source: isKept ? source : { ...source, matrix },
    conversion: isKept ? "matrix" : "colorspace",
    output: {
      // Of other primaries BT.709 is made as a whole.
      matrix: named === undefined ? "bt709" : (kept ?? named),
      primaries: named ?? "bt709",
      transfer: curve ?? "bt709",
    },
  };
}

export function isHdr(transfer: Transfer | null): boolean {
  return hdrTransfers.some((name) => name === transfer);
}

/** FFmpeg's pixel formats of red, green and blue; XYZ becomes that as it is scaled. */
const rgbFormat = /^(?:x2|0)?(?:a?rgb|a?bgr|gbra?p)|^pal8|^bayer_|^xyz12/;

export const untagged: ColorTags = {
  matrix: null,
  primaries: null,
  transfer: null,
  chromaLocation: null,
};

/** Matrices that players are told of: pictures that have one keep it. */
const outputMatrices = ["bt709", "smpte170m", "bt470bg"] as const;

/** Primaries a player can be told of, under the name of the standard that has the same ones. */
const namedPrimaries: Readonly<Partial<Record<Primaries, (typeof outputMatrices)[number]>>> = {
  bt709: "bt709",
  smpte170m: "smpte170m",
  smpte240m: "smpte170m",
  bt470bg: "bt470bg",
};

/** Curves that are BT.709's between black and white. */
const sameCurve: Readonly<Partial<Record<Transfer, CarriedTransfer>>> = {
  "iec61966-2-4": "bt709",
  bt1361e: "bt709",
  "bt2020-10": "bt709",
  "bt2020-12": "bt709",
};

interface ReadTags {
  readonly matrix: Matrix;
  readonly primaries: Primaries;
  readonly transfer: Transfer;
}

function readTags(
  tags: ColorTags,
  isRgb: boolean,
  size: { readonly width: number; readonly height: number },
): ReadTags {
  const bySize = size.height >= 720 || size.width >= 1280 ? "bt709" : "smpte170m";
  const told = tags.matrix === "gbr" ? null : tags.matrix;
  const byOthers = isHdr(tags.transfer) ? "bt2020nc" : usualMatrix[tags.primaries ?? "film"];
  const matrix = isRgb ? "gbr" : (told ?? byOthers ?? bySize);
  const primaries =
    tags.primaries ?? (isHdr(tags.transfer) ? "bt2020" : (usualPrimaries[matrix] ?? "bt709"));
  const transfer = tags.transfer ?? usualTransfer[matrix] ?? "bt709";
  return { matrix, primaries, transfer };
}

const usualMatrix: Readonly<Partial<Record<Primaries, Matrix>>> = {
  bt709: "bt709",
  smpte170m: "smpte170m",
  bt470bg: "bt470bg",
  smpte240m: "smpte240m",
  bt2020: "bt2020nc",
};

const usualPrimaries: Readonly<Partial<Record<Matrix, Primaries>>> = {
  fcc: "smpte170m",
  bt470bg: "bt470bg",
  smpte170m: "smpte170m",
  smpte240m: "smpte240m",
  bt2020nc: "bt2020",
  bt2020c: "bt2020",
  ictcp: "bt2020",
};

const usualTransfer: Readonly<Partial<Record<Matrix, Transfer>>> = {
  fcc: "smpte170m",
  bt470bg: "smpte170m",
  smpte170m: "smpte170m",
  smpte240m: "smpte240m",
};

/** Constant luminance and ICtCp exist with BT.2020's primaries and some curves only; zimg refuses others. */
function definedMatrix({ matrix, primaries, transfer }: ReadTags): Matrix {
  const isWide = primaries === "bt2020";
  if (matrix === "ictcp") return isWide && isHdr(transfer) ? "ictcp" : "bt2020nc";
  const isBt2020Curve = transfer === "bt709" || sameCurve[transfer] === "bt709";
  if (matrix === "bt2020c") return isWide && isBt2020Curve ? "bt2020c" : "bt2020nc";
  return matrix;
}

function namesOf<T extends string>(codes: Readonly<Record<T, number>>): T[] {
  const names: T[] = [];
  for (const name in codes) names.push(name);
  return names;
}
