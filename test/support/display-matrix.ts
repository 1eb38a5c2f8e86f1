/** The eight ways a picture can lie: a, b, c, d of the display matrix (ISO/IEC 14496-12, 6.2.2). */
export const orientations = [
  [1, 0, 0, 1],
  [0, 1, -1, 0],
  [-1, 0, 0, -1],
  [0, -1, 1, 0],
  [-1, 0, 0, 1],
  [1, 0, 0, -1],
  [0, 1, 1, 0],
  [0, -1, -1, 0],
] as const;

export type Orientation = (typeof orientations)[number];

/** Writes a display matrix into the first track header of an MP4 or MOV file. */
export async function setDisplayMatrix(path: string, [a, b, c, d]: Orientation): Promise<void> {
  const bytes = await Bun.file(path).bytes();
  const at = Buffer.from(bytes.buffer).indexOf("tkhd");
  if (at < 0 || bytes[at + 4] !== 0) throw new Error("expected a track header of version 0");
  const view = new DataView(bytes.buffer);
  // After version and flags, times, track id, duration, layer, group, volume and what is reserved.
  const matrix = at + 4 + 40;
  const values = [a, b, 0, c, d, 0, 0, 0, 0x4000];
  for (const [i, value] of values.entries()) view.setInt32(matrix + i * 4, value * 65_536);
  await Bun.write(path, bytes);
}

/** Where a point of the coded picture, -1 to 1 from its middle, is shown. */
export function shownAt([a, b, c, d]: Orientation, x: number, y: number): { x: number; y: number } {
  return { x: a * x + c * y, y: b * x + d * y };
}
