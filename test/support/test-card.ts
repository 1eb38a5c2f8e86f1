import { open } from "node:fs/promises";
import {
  fromLight,
  fromXyz,
  toComponents,
  toLight,
  toXyz,
  type ColourSpace,
  type Triple,
} from "./colour.ts";

/**
 * A card that says everything about itself: picture number on top (as frame-code.ts reads it), below it eight
 * flat patches in an order that no mirror and no turn keeps, below them a white box that is square as shown.
 */
export interface Card {
  readonly width: number;
  readonly height: number;
  /** Width of a sample by its height. */
  readonly sampleAspect: number;
  readonly colour: ColourSpace;
}

/** The patches as a BT.709 display with BT.1886's curve is driven: no colour that a source space lacks. */
export const patchColours: readonly Triple[] = [
  [0.75, 0.2, 0.2],
  [0.2, 0.65, 0.25],
  [0.25, 0.25, 0.75],
  [0.75, 0.72, 0.25],
  [0.5, 0.5, 0.5],
  [0.3, 0.7, 0.7],
  [0.7, 0.3, 0.65],
  [0.9, 0.9, 0.9],
];

/** Parts of the picture's height. */
const patchTop = 0.28;
const patchBottom = 0.58;
const boxTop = 0.65;
const boxBottom = 0.93;
const ground = 0.35;
const columns = 16;

/** CIE XYZ of a patch. */
export function patchXyz(patch: Triple): Triple {
  return toXyz(
    mapped(patch, (value) => toLight(value, "bt709")),
    "bt709",
  );
}

/** Where the white box lies, in samples. */
function cardBox(card: Pick<Card, "width" | "height" | "sampleAspect">) {
  const { width, height, sampleAspect } = card;
  const side = Math.min((boxBottom - boxTop) * height, 0.5 * width * sampleAspect);
  const boxWidth = side / sampleAspect;
  const left = 0.62 * width - boxWidth / 2;
  return { left, right: left + boxWidth, top: boxTop * height, bottom: boxTop * height + side };
}

/**
 * Writes pictures `first` to `first + count − 1` as raw 16-bit planes: yuv444p16le, or gbrp16le for the
 * matrix `gbr`. The values are those of `colour`; nothing is left for FFmpeg to convert but sampling and depth.
 */
export async function writeCards(path: string, card: Card, first: number, count: number) {
  const { width, height } = card;
  const samples = width * height;
  const still = new Uint16Array(samples * 3);
  const fill = (left: number, right: number, top: number, bottom: number, code: Triple): void => {
    for (const [plane, value] of code.entries()) {
      for (let y = Math.round(top); y < Math.round(bottom); y++) {
        const row = plane * samples + y * width;
        still.fill(value, row + Math.round(left), row + Math.round(right));
      }
    }
  };
  fill(0, width, 0, height, codeOf(grey(ground), card.colour));
  for (const [i, patch] of patchColours.entries()) {
    const [left, right] = [(i * width) / 8, ((i + 1) * width) / 8];
    fill(left, right, patchTop * height, patchBottom * height, codeOf(patch, card.colour));
  }
  const box = cardBox(card);
  fill(box.left, box.right, box.top, box.bottom, codeOf(grey(0.9), card.colour));
  const [dark, bright] = [codeOf(grey(0.1), card.colour), codeOf(grey(0.9), card.colour)];
  const file = await open(path, "w");
  try {
    for (let number = first; number < first + count; number++) {
      for (let column = 0; column < columns; column++) {
        const isOne = Math.floor(number / 2 ** column) % 2 === 1;
        const [left, right] = [(column * width) / columns, ((column + 1) * width) / columns];
        fill(left, right, 0, 0.1 * height, isOne ? bright : dark);
        fill(left, right, 0.1 * height, 0.2 * height, isOne ? dark : bright);
      }
      await file.write(new Uint8Array(still.buffer));
    }
  } finally {
    await file.close();
  }
}

/** 16-bit code values, in the order of the planes. */
function codeOf(patch: Triple, colour: ColourSpace): Triple {
  const light = fromXyz(patchXyz(patch), colour.primaries);
  const coded = mapped(light, (value) => Math.min(1, fromLight(value, colour.transfer)));
  const [y, second, third] = toComponents(coded, colour);
  const isFull = colour.range === "pc";
  if (colour.matrix === "gbr")
    return mapped([y, second + 0.5, third + 0.5], (v) => rounded(v * 65_535));
  // FFmpeg goes from 16 bits to 8 by dropping the lower ones, in both ranges.
  const luma = isFull ? y * 255 : 16 + 219 * y;
  const chroma = (value: number): number => 128 + (isFull ? 255 : 224) * value;
  return mapped([luma, chroma(second), chroma(third)], (value) => rounded(value * 256));
}

function rounded(value: number): number {
  return Math.max(0, Math.min(65_535, Math.round(value)));
}

function grey(value: number): Triple {
  return [value, value, value];
}

export function mapped([a, b, c]: Triple, f: (value: number) => number): Triple {
  return [f(a), f(b), f(c)];
}
