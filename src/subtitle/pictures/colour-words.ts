/** A pixel as a word whose bytes in memory are R, G, B, A. */
export const rgbaWord = (red: number, green: number, blue: number, alpha: number): number =>
  (red | (green << 8) | (blue << 16) | (alpha << 24)) >>> 0;

/** How Cb and Cr weigh in red, green and blue. */
export interface ColourMatrix {
  readonly crRed: number;
  readonly cbGreen: number;
  readonly crGreen: number;
  readonly cbBlue: number;
}

/** In 1024ths, as FFmpeg counts (libavutil/colorspace.h), so that colours are the same to the last bit. */
const fixed = (value: number): number => Math.floor(value * 1024 + 0.5);
const ofChroma = (weight: number): number => fixed((weight * 255) / 224);

export const bt601: ColourMatrix = {
  crRed: ofChroma(1.402),
  cbGreen: ofChroma(0.34414),
  crGreen: ofChroma(0.71414),
  cbBlue: ofChroma(1.772),
};

export const bt709: ColourMatrix = {
  crRed: ofChroma(1.5747),
  cbGreen: ofChroma(0.1873),
  crGreen: ofChroma(0.4682),
  cbBlue: ofChroma(1.8556),
};

const lumaScale = fixed(255 / 219);

/** A colour of limited range (16–235) as a pixel of full range. */
export function ycbcrWord(
  { y, cb, cr }: { y: number; cb: number; cr: number },
  alpha: number,
  matrix: ColourMatrix,
): number {
  const luma = (y - 16) * lumaScale + 512;
  const [blueness, redness] = [cb - 128, cr - 128];
  return rgbaWord(
    byteOf(luma + matrix.crRed * redness),
    byteOf(luma - matrix.cbGreen * blueness - matrix.crGreen * redness),
    byteOf(luma + matrix.cbBlue * blueness),
    alpha,
  );
}

const byteOf = (in1024ths: number): number => Math.min(255, Math.max(0, in1024ths >> 10));
