/** A control sequence of a sub-picture unit: what changes at a moment. */
export interface VobsubStepWish {
  /** In 1024ths of the 90 kHz clock, after the packet. */
  readonly ticks: number;
  readonly start?: boolean;
  readonly forced?: boolean;
  readonly stop?: boolean;
  /** Which of 16 colours each of four is. */
  readonly numbers?: readonly number[];
  /** How opaque each of four is, 0–15. */
  readonly opacities?: readonly number[];
}

export interface VobsubWish {
  readonly area: { x: number; y: number; width: number; height: number };
  /** Numbers of 0–3, row by row. */
  readonly pixels: Uint8Array;
  readonly steps: readonly VobsubStepWish[];
}

const u16 = (value: number): number[] => [(value >> 8) & 255, value & 255];
const twelveBits = (a: number, b: number): number[] => [
  a >> 4,
  ((a & 15) << 4) | (b >> 8),
  b & 255,
];
const fourBits = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]): number[] => [
  (d << 4) | c,
  (b << 4) | a,
];

/** Area and fields come with the first step. */
export function vobsubUnit({ area, pixels, steps }: VobsubWish): Uint8Array {
  const [even, odd] = [0, 1].map((parity) => fieldBytes(area, pixels, parity));
  const data = [...(even ?? []), ...(odd ?? [])];
  const commands = steps.map((step, i) => [
    ...(step.forced === true ? [0] : []),
    ...(step.start === true ? [1] : []),
    ...(step.stop === true ? [2] : []),
    ...(step.numbers === undefined ? [] : [3, ...fourBits(step.numbers)]),
    ...(step.opacities === undefined ? [] : [4, ...fourBits(step.opacities)]),
    ...(i > 0
      ? []
      : [
          ...[5, ...twelveBits(area.x, area.x + area.width - 1)],
          ...twelveBits(area.y, area.y + area.height - 1),
          ...[6, ...u16(4), ...u16(4 + (even?.length ?? 0))],
        ]),
    0xff,
  ]);
  let at = 4 + data.length;
  const sequences = commands.flatMap((bytes, i) => {
    const here = at;
    at += 4 + bytes.length;
    const next = i === commands.length - 1 ? here : at;
    return [...u16(steps[i]?.ticks ?? 0), ...u16(next), ...bytes];
  });
  const unit = [...u16(0), ...u16(4 + data.length), ...data, ...sequences];
  return Uint8Array.from([...u16(unit.length), ...unit.slice(2)]);
}

/** Every second row, in digits of four bits. */
function fieldBytes(
  { width, height }: { width: number; height: number },
  pixels: Uint8Array,
  parity: number,
): number[] {
  const bytes: number[] = [];
  for (let y = parity; y < height; y += 2) {
    let digits = "";
    for (let x = 0; x < width;) {
      const colour = pixels[y * width + x] ?? 0;
      let length = 1;
      while (x + length < width && length < 255 && pixels[y * width + x + length] === colour)
        length += 1;
      const code = (length << 2) | colour;
      const size = length < 4 ? 1 : length < 16 ? 2 : length < 64 ? 3 : 4;
      digits += code.toString(16).padStart(size, "0");
      x += length;
    }
    const even = digits.length % 2 === 0 ? digits : `${digits}0`;
    bytes.push(...(even.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)));
  }
  return bytes;
}
