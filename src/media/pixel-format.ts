/** How much colour a picture holds beside its brightness; `4:0:0` is grey, `rgb` has no such planes. */
export const chromaFormats = [
  ...(["4:0:0", "4:1:0", "4:1:1", "4:2:0"] as const),
  ...(["4:2:2", "4:4:0", "4:4:4", "rgb"] as const),
] as const;
export type ChromaFormat = (typeof chromaFormats)[number];

export interface SampleFormat {
  readonly bitDepth: number;
  readonly chroma: ChromaFormat;
}

/** Bit depth and chroma format of one of FFmpeg's pixel formats; null for one not known here. */
export function sampleFormat(pixelFormat: string): SampleFormat | null {
  const name = pixelFormat.replace(/[lb]e$/, "");
  const whole = named.get(name);
  if (whole !== undefined) return whole;
  const planar = /^yuva?j?(4\d\d)p(\d*)$/.exec(name);
  if (planar !== null) return found(planar[1], planar[2]);
  const semiPlanar = /^[pP]([024])(10|12|16)$/.exec(name);
  if (semiPlanar !== null) return found(`4${semiPlanar[1]}${semiPlanar[1]}`, semiPlanar[2]);
  const grey = /^gr[ae]y(\d*)$/.exec(name);
  if (grey !== null) return found("400", grey[1]);
  const rgb = /^gbra?p(\d*)$/.exec(name);
  return rgb === null ? null : found("rgb", rgb[1]);
}

/** The digits of FFmpeg's names. `p0xx` is 4:2:0, written there as 0. */
const byDigits: ReadonlyMap<string, ChromaFormat> = new Map([
  ["400", "4:0:0"],
  ["410", "4:1:0"],
  ["411", "4:1:1"],
  ["420", "4:2:0"],
  ["422", "4:2:2"],
  ["440", "4:4:0"],
  ["444", "4:4:4"],
  ["rgb", "rgb"],
]);

function found(digits = "", depth = ""): SampleFormat | null {
  const chroma = byDigits.get(digits);
  return chroma === undefined ? null : { chroma, bitDepth: depth === "" ? 8 : Number(depth) };
}

/** Formats whose name does not say it. */
const named: ReadonlyMap<string, SampleFormat> = new Map([
  ...["nv12", "nv21", "p010", "p012", "p016"].map((name) => entry(name, "4:2:0")),
  ...["nv16", "nv20", "yuyv422", "uyvy422", "yvyu422"].map((name) => entry(name, "4:2:2")),
  ...["nv24", "nv42"].map((name) => entry(name, "4:4:4")),
  ...["rgb24", "bgr24", "rgba", "bgra", "argb", "abgr"].map((name) => entry(name, "rgb")),
  ...["rgb0", "bgr0", "0rgb", "0bgr", "rgb48", "bgr48"].map((name) => entry(name, "rgb")),
]);

function entry(name: string, chroma: ChromaFormat): [string, SampleFormat] {
  const deep = /^p0(\d\d)$/.exec(name)?.[1];
  const bitDepth = name === "nv20" ? 10 : name.endsWith("48") ? 16 : Number(deep ?? 8);
  return [name, { chroma, bitDepth }];
}
