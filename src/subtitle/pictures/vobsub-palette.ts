import { rgbaWord } from "./colour-words.ts";
import type { PictureCanvas } from "./picture-events.ts";

/** What the head of an .idx file says: the size that places are meant in, and 16 colours (0xRRGGBB). */
export interface VobsubHead {
  readonly canvas: PictureCanvas | null;
  readonly palette: readonly number[] | null;
}

const longestHead = 65_536;

export function readVobsubHead(privateData: Uint8Array | null): VobsubHead {
  const text = new TextDecoder("latin1").decode(privateData?.subarray(0, longestHead));
  const size = /^size:[ \t]*(\d{1,5})x(\d{1,5})/im.exec(text);
  const colours = /^palette:(.*)$/im.exec(text)?.[1]?.match(/[\da-f]{1,8}/gi) ?? [];
  return {
    canvas: size === null ? null : { width: Number(size[1]), height: Number(size[2]) },
    palette:
      colours.length === 0
        ? null
        : Array.from({ length: 16 }, (_, i) => Number.parseInt(colours[i] ?? "0", 16) & 0xffffff),
  };
}

/** Which of the 16 colours the four of a bitmap are, and how opaque (0–15). */
export interface VobsubColours {
  readonly numbers: readonly number[];
  readonly opacities: readonly number[];
}

/** How bright a guessed colour is, by how many there are: from dark to light in the order of use. */
const guessedLevels: readonly (readonly number[])[] = [
  [],
  [255],
  [0, 255],
  [0, 128, 255],
  [0, 85, 170, 255],
];

/**
 * The four pixels of a bitmap. Without a palette they are guessed as FFmpeg guesses (libavcodec/dvdsubdec.c): shades
 * of grey, one for each number in use.
 */
export function vobsubWords(
  { numbers, opacities }: VobsubColours,
  palette: readonly number[] | null,
): number[] {
  const alphas = opacities.map((opacity) => opacity * 17);
  if (palette !== null)
    return numbers.map((number, i) => {
      const rgb = palette[number] ?? 0;
      return rgbaWord(rgb >> 16, (rgb >> 8) & 255, rgb & 255, alphas[i] ?? 0);
    });
  const used = [...new Set(numbers.filter((_, i) => alphas[i] !== 0))];
  return numbers.map((number, i) => {
    const level = guessedLevels[used.length]?.[used.indexOf(number)] ?? 0;
    const grey = (255 * level) >> 8;
    return alphas[i] === 0 ? 0 : rgbaWord(grey, grey, grey, alphas[i] ?? 0);
  });
}
