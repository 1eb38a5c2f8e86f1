import { expect } from "bun:test";
import { deltaE2000 } from "./colour-difference.ts";
import { orientations, setDisplayMatrix, shownAt } from "./display-matrix.ts";
import type { MatrixName, PrimariesName } from "./colour.ts";
import type { Case } from "./pairwise.ts";
import { labOf, makePatchFilm, patches, patchLab, sample, type Reading } from "./patch-film.ts";
import { decodePictures, type PictureBench } from "./picture-bench.ts";

const lossless = ["-c:v", "libx264", "-qp", "0", "-preset", "ultrafast"];
const fine = ["-q:v", "2"];

interface Coding {
  readonly encoder: readonly string[];
  readonly pixelFormat: string;
  /** mov holds a display matrix. */
  readonly extension: "mkv" | "mov" | "avi" | "mpg" | "ogv" | "ts";
  /** The codec or container itself says how its pictures are read. */
  readonly fixed?: Partial<Reading>;
}

/** Codec and pixel format: who made the pictures. */
const codings: readonly Coding[] = [
  { encoder: lossless, pixelFormat: "yuv420p", extension: "mov" },
  { encoder: lossless, pixelFormat: "yuv422p10le", extension: "mkv" },
  { encoder: lossless, pixelFormat: "yuv444p", extension: "mov" },
  { encoder: ["-c:v", "libx264rgb", "-qp", "0"], pixelFormat: "rgb24", extension: "mkv" },
  { encoder: ["-c:v", "ffv1"], pixelFormat: "yuv420p10le", extension: "mkv" },
  { encoder: ["-c:v", "ffv1"], pixelFormat: "yuv444p16le", extension: "mkv" },
  { encoder: ["-c:v", "ffv1"], pixelFormat: "gbrp12le", extension: "mkv" },
  { encoder: ["-c:v", "ffv1"], pixelFormat: "bgr0", extension: "mkv" },
  { encoder: ["-c:v", "rawvideo"], pixelFormat: "uyvy422", extension: "mov" },
  { encoder: ["-c:v", "prores_ks"], pixelFormat: "yuv422p10le", extension: "mov" },
  { encoder: ["-c:v", "mpeg4", ...fine], pixelFormat: "yuv420p", extension: "mov" },
  { encoder: ["-c:v", "mpeg2video", ...fine], pixelFormat: "yuv420p", extension: "ts" },
  { encoder: ["-c:v", "mpeg2video", ...fine], pixelFormat: "yuv422p", extension: "mkv" },
  { encoder: ["-c:v", "mpeg1video", ...fine], pixelFormat: "yuv420p", extension: "mpg" },
  { encoder: ["-c:v", "mjpeg", ...fine], pixelFormat: "yuvj420p", extension: "mov" },
  { encoder: ["-c:v", "mjpeg", ...fine], pixelFormat: "yuvj444p", extension: "mkv" },
  { encoder: ["-c:v", "libtheora", "-q:v", "10"], pixelFormat: "yuv420p", extension: "ogv" },
  { encoder: ["-c:v", "huffyuv"], pixelFormat: "yuv422p", extension: "avi" },
  { encoder: ["-c:v", "libvpx-vp9", "-lossless", "1"], pixelFormat: "yuv420p", extension: "mkv" },
  {
    encoder: ["-c:v", "libx265", "-x265-params", "log-level=none:lossless=1"],
    ...{ pixelFormat: "yuv420p10le", extension: "mov" },
  },
];

/** What of pictures may differ: each case takes one value of each list. */
export const pictureLists = {
  coding: codings,
  chromaLocation: [null, "left", "center", "topleft", "top", "bottomleft", "bottom"],
  range: ["tv", "pc"],
  matrix: [
    ...[null, "bt709", "fcc", "bt470bg", "smpte170m", "smpte240m", "ycgco", "bt2020nc"],
    ...["bt2020c", "chroma-derived-nc", "ictcp"],
  ],
  primaries: [
    ...[null, "bt709", "bt470m", "bt470bg", "smpte170m", "smpte240m", "film", "bt2020"],
    ...["smpte431", "smpte432", "ebu3213"],
  ],
  transfer: [
    ...[null, "bt709", "bt470m", "bt470bg", "smpte170m", "smpte240m", "linear", "log100", "log316"],
    ...["iec61966-2-4", "bt1361e", "iec61966-2-1", "bt2020-10", "bt2020-12", "smpte428"],
    ...["smpte2084", "arib-std-b67"],
  ],
  aspect: ["1/1", "16/15", "64/45", "10/11"],
  fields: ["progressive", "tff", "bff"],
  orientation: orientations,
  size: [
    { width: 128, height: 96 },
    { width: 160, height: 64 },
  ],
} as const;

export type PictureCase = Case<typeof pictureLists>;

export function caseTitle(one: PictureCase): string {
  const { coding, chromaLocation, range, matrix, primaries, transfer } = one;
  const tags = [matrix, primaries, transfer].map((tag) => tag ?? "-").join(" ");
  const { aspect, fields, orientation, size } = one;
  const coded = `${coding.encoder[1]} ${coding.pixelFormat}.${coding.extension}`;
  const shape = `${size.width}x${size.height} ${aspect} ${fields} ${orientation.join(",")}`;
  return `${coded}, chroma ${chromaLocation ?? "-"}, ${range}, ${tags}, ${shape}`;
}

/** FFmpeg's options have other names for some than ffprobe. */
const curveNames: Readonly<Record<string, string>> = { bt470m: "gamma22", bt470bg: "gamma28" };
const primariesNames: Readonly<Record<string, string>> = { ebu3213: "jedec-p22" };

/** What the codec and its container can say of what the case wants said. */
function feasible(one: PictureCase): PictureCase {
  const { coding } = one;
  const { extension, pixelFormat } = coding;
  const isRgb = /rgb|bgr|gbr/.test(pixelFormat);
  const isFull = pixelFormat.startsWith("yuvj");
  // These hold no colour tags at all, or those of JPEG.
  const hasTags =
    !isFull && !["mpg", "ogv", "avi"].includes(extension) && coding.encoder[1] !== "mpeg4";
  // mov's colr box and MPEG-2 and ProRes headers are written from a short list.
  const few =
    extension === "mov" && coding.encoder[1] !== "libx264" && coding.encoder[1] !== "libx265";
  const isMpeg2 = coding.encoder[1] === "mpeg2video";
  const isX265 = coding.encoder[1] === "libx265";
  const isVp9 = coding.encoder[1] === "libvpx-vp9";
  const known = hasTags && !few && !isMpeg2 && !isVp9;
  const range = isFull ? "pc" : isRgb || !known ? "tv" : one.range;
  // Every tag the container would drop or change is not part of the case.
  const isInterlaced =
    ["libx264", "mpeg2video", "ffv1"].includes(coding.encoder[1] ?? "") && !isRgb;
  return {
    ...one,
    range,
    chromaLocation: hasTags && /420/.test(pixelFormat) ? one.chromaLocation : null,
    matrix: known && !isRgb ? one.matrix : null,
    // x265 knows no primaries of EBU 3213.
    primaries: known && !(isX265 && one.primaries === "ebu3213") ? one.primaries : null,
    transfer: known ? one.transfer : null,
    // MPEG-2 knows shapes of the whole picture only, and not these.
    aspect: extension === "avi" || extension === "mpg" || isMpeg2 ? "1/1" : one.aspect,
    fields: isInterlaced ? one.fields : "progressive",
    orientation: extension === "mov" ? one.orientation : orientations[0],
  };
}

/** How a player that knows the standards reads the case's numbers; null where no two agree. */
function meant(one: PictureCase): Reading | null {
  const { coding, range } = one;
  const isRgb = /rgb|bgr|gbr/.test(coding.pixelFormat);
  if (one.transfer === "smpte2084" || one.transfer === "arib-std-b67") return null;
  if (one.matrix === "bt2020c" || one.matrix === "ictcp") return null;
  const byPrimaries: Readonly<Record<string, MatrixName>> = {
    ...{ bt709: "bt709", smpte170m: "smpte170m", bt470bg: "bt470bg", smpte240m: "smpte240m" },
    bt2020: "bt2020nc",
  };
  // JPEG is BT.601 whatever else it says.
  const jpeg = coding.encoder[1] === "mjpeg" ? "bt470bg" : null;
  const matrix = isRgb
    ? "gbr"
    : (one.matrix ?? jpeg ?? byPrimaries[one.primaries ?? ""] ?? "smpte170m");
  const byMatrix: Readonly<Record<string, PrimariesName>> = {
    ...{ fcc: "smpte170m", smpte240m: "smpte170m", smpte170m: "smpte170m", bt470bg: "bt470bg" },
    bt2020nc: "bt2020",
  };
  const primaries = one.primaries ?? byMatrix[matrix] ?? "bt709";
  const transfer = one.transfer ?? "bt709";
  return { matrix, primaries, transfer, range };
}

/** 8-bit numbers of these curves are too far apart in the dark for any judgement. */
const coarse = ["linear", "log100", "log316"];

/** However dark HDR becomes and whatever its matrix is, grey stays grey. */
function expectNeutral(
  picture: Uint8Array,
  size: { readonly width: number; readonly height: number },
  { orientation }: PictureCase,
): void {
  const { x, y } = shownAt(orientation, -0.5, -0.5);
  const center = { x: ((x + 1) / 2) * size.width, y: ((y + 1) / 2) * size.height };
  const [luma, cb, cr] = sample(picture, size, center);
  expect(luma).toBeGreaterThan(20);
  expect([Math.abs(cb - 128) <= 2, Math.abs(cr - 128) <= 2]).toEqual([true, true]);
}

/** Plays the case in full and judges its segments, its colours, the place of its patches and its shape. */
export async function playPictureCase(bench: PictureBench, wish: PictureCase, name: string) {
  const one = feasible(wish);
  const { coding, size, aspect } = one;
  const reading = meant(one);
  const path = bench.file(`${name}.${coding.extension}`);
  const tag = (
    option: string,
    value: string | null,
    names: Readonly<Record<string, string>> = {},
  ) => (value === null ? [] : [option, names[value] ?? value]);
  const isRgb = /rgb|bgr|gbr/.test(coding.pixelFormat);
  const fallback: Omit<Reading, "range"> = {
    matrix: isRgb ? "gbr" : "bt709",
    primaries: "bt709",
    transfer: "bt709",
  };
  const isTff = one.fields === "tff";
  const flags =
    one.fields === "progressive" ? [] : ["-flags", "+ilme+ildct", "-top", isTff ? "1" : "0"];
  const tags = [
    ...tag("-colorspace", one.matrix),
    ...tag("-color_primaries", one.primaries, primariesNames),
    ...tag("-color_trc", one.transfer, curveNames),
    ...tag("-chroma_sample_location", one.chromaLocation),
  ];
  await makePatchFilm({
    ...{ path, size, pixelFormat: coding.pixelFormat, encoder: coding.encoder, seconds: 0.4 },
    reading: reading ?? { ...fallback, range: one.range },
    filters: [
      `setsar=${aspect}`,
      // Still pictures would be left out, or share one packet.
      ...(["ogv", "mpg"].includes(coding.extension) ? ["noise=alls=4:allf=t"] : []),
      ...(flags.length > 0 ? [`setfield=${one.fields}`] : []),
    ],
    output: [...flags, ...tags],
  });
  const isTurned = one.orientation !== orientations[0];
  if (isTurned) await setDisplayMatrix(path, one.orientation);
  const played = await bench.play(path);
  expect(played.faults).toEqual([]);
  const pictures = await decodePictures(played);
  // A program stream stamps packs, not pictures: how far its last ones reach nobody is told.
  expect(coding.extension === "mpg" ? [9, 10] : [10]).toContain(pictures.length);

  const { recipe } = played.rendition;
  const [num = 1, den = 1] = aspect.split("/").map(Number);
  const dar = (size.width * num) / den / size.height;
  const [shownX] = one.orientation;
  const shape = recipe.width / recipe.height / (shownX === 0 ? 1 / dar : dar);
  expect(Math.abs(shape - 1)).toBeLessThan(0.01);

  const picture = pictures[5];
  if (picture === undefined) return;
  if (reading === null) return expectNeutral(picture, recipe, one);
  const isCoarse = coarse.includes(reading.transfer) && !/1[0-6]|12/.test(coding.pixelFormat);
  for (const [i, light] of patches.entries()) {
    const at = shownAt(one.orientation, i % 2 === 0 ? -0.5 : 0.5, i < 2 ? -0.5 : 0.5);
    const center = { x: ((at.x + 1) / 2) * recipe.width, y: ((at.y + 1) / 2) * recipe.height };
    const lab = labOf(sample(picture, recipe, center), { ...recipe.color, range: "tv" });
    const difference = deltaE2000(patchLab(light), lab);
    expect({ patch: i, difference }).toEqual({ patch: i, difference: expect.any(Number) });
    if (difference > (isCoarse ? 6 : 2)) {
      throw new Error(`patch ${i}: ΔE2000 ${difference.toFixed(2)}, ${JSON.stringify(recipe)}`);
    }
  }
}
