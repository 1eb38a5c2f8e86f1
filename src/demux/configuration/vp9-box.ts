import { vp9Levels } from "../../media/vp9-levels.ts";
import { BitReader } from "../bit-reader.ts";
import { BitWriter } from "../bit-writer.ts";
import type { ContainerColour } from "../demuxer.ts";

/** Matrix coefficients by VP9's colour space (7.2.2): BT.601, BT.709, SMPTE 170M, 240M, BT.2020, RGB. */
const matrices: Readonly<Record<number, number>> = { 1: 6, 2: 1, 3: 6, 4: 7, 5: 9, 7: 0 };

/**
 * Content of `vpcC` by the first key frame (VP Codec ISO Media File Format Binding, "VP Codec Configuration Box"; VP9
 * Bitstream Specification, 6.2). The level is the lowest that holds pictures of that size at that rate (annex A).
 * What the container does not say of colours is what the frame says. null for what is no key frame.
 */
export function vp9ConfigurationBox(
  packet: Uint8Array,
  framesPerSecond: number,
  colour: ContainerColour | null,
): Uint8Array | null {
  const bits = new BitReader(packet);
  if (bits.read(2) !== 2) return null;
  const profile = bits.read(1) + 2 * bits.read(1);
  if (profile === 3) bits.skip(1);
  const [showsExisting, isInter] = [bits.read(1), bits.read(1)];
  bits.skip(2);
  if (showsExisting === 1 || isInter === 1 || bits.read(24) !== 0x498342) return null;
  const bitDepth = profile >= 2 ? (bits.read(1) === 1 ? 12 : 10) : 8;
  const space = bits.read(3);
  const isRgb = space === 7;
  const isFullRange = isRgb ? 1 : bits.read(1);
  const hasLayout = profile === 1 || profile === 3;
  let [halfWidth, halfHeight] = isRgb ? [0, 0] : [1, 1];
  if (hasLayout && !isRgb) [halfWidth, halfHeight] = [bits.read(1), bits.read(1)];
  if (hasLayout) bits.skip(1);
  const [width, height] = [bits.read(16) + 1, bits.read(16) + 1];
  if (bits.isPastEnd) return null;
  const { primaries, transfer, matrix } = colour ?? { primaries: 2, transfer: 2, matrix: 2 };
  // 4:4:4, 4:2:2, and 4:2:0 with chroma beside luma, which VP9 does not tell from the other 4:2:0.
  const subsampling = halfWidth === 0 ? 3 : halfHeight === 0 ? 2 : 1;
  return new BitWriter()
    .write(1, 8)
    .write(0, 24)
    .write(profile, 8)
    .write(vp9Level(width * height, framesPerSecond), 8)
    .write(bitDepth, 4)
    .write(subsampling, 3)
    .write(isFullRange, 1)
    .write(primaries, 8)
    .write(transfer, 8)
    .write(matrix === 2 ? (matrices[space] ?? 2) : matrix, 8)
    .write(0, 16)
    .bytes();
}

/** Level ×10, by the size and the pace of the pictures alone. */
function vp9Level(samples: number, framesPerSecond: number): number {
  const fits = vp9Levels.find(
    ({ pictureSamples, samplesPerSecond }) =>
      samples <= pictureSamples && samples * framesPerSecond <= samplesPerSecond,
  );
  return Math.round(Number(fits?.name ?? "6.2") * 10);
}
