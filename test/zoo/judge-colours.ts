import {
  fromComponents,
  toLight,
  toXyz,
  type ColourSpace,
  type MatrixName,
  type TransferName,
  type Triple,
} from "../support/colour.ts";
import { deltaE2000, toLab } from "../support/colour-difference.ts";
import { readPatches } from "../support/read-card.ts";
import { mapped, patchColours, patchXyz } from "../support/test-card.ts";
import { type DecodedPictures, areaOf, probes } from "./judge-pictures.ts";
import type { Expected } from "./shape.ts";

/** How the output says its colours are to be understood, ffprobe's names; undefined where it says nothing. */
export interface ColourTags {
  readonly matrix: string | undefined;
  readonly primaries: string | undefined;
  readonly transfer: string | undefined;
  readonly range: string | undefined;
}

const patchNames = ["red", "green", "blue", "yellow", "grey", "cyan", "magenta", "white"];
const matrices: readonly MatrixName[] = [
  ...(["bt709", "fcc", "smpte170m", "bt470bg", "smpte240m", "bt2020nc"] as const),
];
const primaries: readonly ColourSpace["primaries"][] = [
  ...(["bt709", "bt470m", "bt470bg", "smpte170m", "smpte240m", "film", "bt2020"] as const),
  ...(["smpte431", "smpte432"] as const),
];
const transfers: readonly TransferName[] = [
  ...(["bt709", "smpte170m", "smpte240m", "bt2020-10", "bt2020-12", "gamma22", "gamma28"] as const),
  "iec61966-2-1",
];
/** ffprobe's names where they differ from the filters'. */
const aliases: Readonly<Record<string, TransferName>> = { bt470m: "gamma22", bt470bg: "gamma28" };

/** The flat patches of three pictures, as a display shows what the output says of itself. */
export function judgeColours(
  { pictures }: DecodedPictures,
  tags: ColourTags,
  source: ColourSpace,
  expected: Expected,
): string[] {
  const space = spaceOf(tags, pictures[0]?.height ?? 0);
  if (typeof space === "string") return [space];
  const faults: string[] = [];
  for (const index of probes(pictures.length)) {
    const picture = pictures[index];
    if (picture === undefined) continue;
    const coded = readPatches(picture, areaOf(picture, expected));
    const ways = conventions(space, source.transfer).map((transfer) =>
      judgePatches(coded, { ...space, transfer }, expected),
    );
    const best = ways.toSorted((a, b) => a.worst - b.worst)[0];
    if (best !== undefined && best.faults.length > 0) {
      faults.push(`picture ${index}: ${best.faults.slice(0, 3).join(", ")}`);
      break;
    }
  }
  return faults;
}

interface PatchVerdict {
  readonly worst: number;
  readonly faults: readonly string[];
}

function judgePatches(
  coded: readonly Triple[],
  space: ColourSpace,
  expected: Expected,
): PatchVerdict {
  const limit = 2 + expected.codingError;
  const faults: string[] = [];
  let worst = 0;
  for (const [i, patch] of patchColours.entries()) {
    const seen = toLab(xyzOf(coded[i] ?? [0, 0, 0], space));
    const wanted = toLab(patchXyz(patch));
    const name = patchNames[i] ?? "";
    const error = expected.colours === "hue" ? hueError(seen, wanted) : deltaE2000(seen, wanted);
    worst = Math.max(worst, error);
    if (error > limit) {
      faults.push(`${name} is ${rounded(seen)}, expected ${rounded(wanted)} (${error.toFixed(1)})`);
    }
  }
  return { worst, faults };
}

/**
 * Of a tone-mapped picture a curve's choice is free, but grey stays grey and a hue stays one: chroma of a
 * grey over two, or a tenth of the angle in degrees, so that 2 is the limit in both.
 */
function hueError(seen: Triple, wanted: Triple): number {
  const chroma = Math.hypot(seen[1], seen[2]);
  if (Math.hypot(wanted[1], wanted[2]) < 2) return chroma / 2;
  const angle = ([, a, b]: Triple): number => (Math.atan2(b, a) * 180) / Math.PI;
  const turn = Math.abs(((angle(seen) - angle(wanted) + 540) % 360) - 180);
  return Math.max(turn / 10, chroma < 8 ? 10 : 0, seen[0] < 8 ? 10 : 0);
}

function xyzOf([y, cb, cr]: Triple, space: ColourSpace): Triple {
  const isFull = space.range === "pc";
  const components: Triple = isFull
    ? [y / 255, (cb - 128) / 255, (cr - 128) / 255]
    : [(y - 16) / 219, (cb - 128) / 224, (cr - 128) / 224];
  const rgb = fromComponents(components, space);
  return toXyz(
    mapped(rgb, (value) => toLight(value, space.transfer)),
    space.primaries,
  );
}

/** Players take what is untagged for BT.709 from 720 lines on and for BT.601 below. */
function spaceOf(tags: ColourTags, height: number): ColourSpace | string {
  const custom = height >= 720 ? "bt709" : "smpte170m";
  const transferName = aliases[tags.transfer ?? ""] ?? tags.transfer ?? "bt709";
  const matrix = matrices.find((name) => name === (tags.matrix ?? custom));
  const primary = primaries.find((name) => name === (tags.primaries ?? custom));
  const transfer = transfers.find((name) => name === transferName);
  if (matrix === undefined || primary === undefined || transfer === undefined) {
    return `no display shows ${tags.matrix}/${tags.primaries}/${tags.transfer}`;
  }
  return { matrix, primaries: primary, transfer, range: tags.range === "pc" ? "pc" : "tv" };
}

/** Curves so near each other that displays do not agree which of them they show. */
const alike: readonly TransferName[] = [
  ...(["bt709", "smpte170m", "bt2020-10", "bt2020-12", "iec61966-2-1", "gamma22"] as const),
];

/**
 * How a display may show the output's transfer. Some show BT.709 by BT.1886, some as if it were sRGB: between
 * curves that are alike, a conversion for either display is right, and so are values left alone.
 */
function conventions(space: ColourSpace, source: TransferName): TransferName[] {
  const isOpen = alike.includes(space.transfer) && alike.includes(source);
  return isOpen && space.transfer !== source ? [space.transfer, source] : [space.transfer];
}

function rounded(lab: Triple): string {
  return `(${lab.map((value) => value.toFixed(0)).join(" ")})`;
}
