/** A bitmap of colour numbers, row by row. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

export interface PgsObjectWish extends Bitmap {
  readonly x: number;
  readonly y: number;
  readonly isForced?: boolean;
  readonly crop?: { x: number; y: number; width: number; height: number };
}

/** Y, Cr, Cb, alpha, by colour number. */
export type PgsPalette = readonly (readonly [number, number, number, number])[];

export interface DisplaySet {
  readonly timeMs: number;
  readonly canvas: { width: number; height: number };
  readonly palette: PgsPalette;
  readonly objects: readonly PgsObjectWish[];
  /** A palette of a normal display set: objects are those of the set before. */
  readonly isPaletteUpdate?: boolean;
  /** The longest piece of an object's data; a segment holds no more than 65535 bytes. */
  readonly pieceBytes?: number;
}

export interface PgsSegment {
  readonly type: number;
  readonly body: readonly number[];
}

const u16 = (value: number): number[] => [(value >> 8) & 255, value & 255];

/** The segments of what stands on the screen from `timeMs` on; without objects the screen is cleared. */
export function pgsSegments(set: DisplaySet): PgsSegment[] {
  const { canvas, palette, objects, isPaletteUpdate = false } = set;
  const state = isPaletteUpdate || objects.length === 0 ? 0 : 0x80;
  const composition = [
    ...u16(canvas.width),
    ...u16(canvas.height),
    ...[0x10, 0, 1, state, isPaletteUpdate ? 0x80 : 0, 0, objects.length],
    ...objects.flatMap(({ x, y, isForced = false, crop }, id) => [
      ...[...u16(id), id, (isForced ? 0x40 : 0) | (crop === undefined ? 0 : 0x80)],
      ...[...u16(x), ...u16(y)],
      ...(crop === undefined ? [] : [crop.x, crop.y, crop.width, crop.height].flatMap(u16)),
    ]),
  ];
  const windows = [
    objects.length,
    ...objects.flatMap(({ x, y, width, height }, id) => [
      id,
      ...[x, y, width, height].flatMap(u16),
    ]),
  ];
  return [
    { type: 0x16, body: composition },
    { type: 0x17, body: windows },
    ...(objects.length === 0
      ? []
      : [{ type: 0x14, body: [0, 0, ...palette.flatMap((entry, id) => [id, ...entry])] }]),
    ...(isPaletteUpdate ? [] : objects.flatMap((object, id) => objectSegments(object, id, set))),
    { type: 0x80, body: [] },
  ];
}

function objectSegments(
  object: Bitmap,
  id: number,
  { pieceBytes = 60_000 }: DisplaySet,
): PgsSegment[] {
  const data = pgsRunLengths(object);
  const length = data.length + 4;
  const head = [(length >> 16) & 255, ...u16(length), ...u16(object.width), ...u16(object.height)];
  const count = Math.max(1, Math.ceil(data.length / pieceBytes));
  return Array.from({ length: count }, (_, i) => ({
    type: 0x15,
    body: [
      ...[...u16(id), 0, (i === 0 ? 0x80 : 0) | (i === count - 1 ? 0x40 : 0)],
      ...(i === 0 ? head : []),
      ...data.slice(i * pieceBytes, (i + 1) * pieceBytes),
    ],
  }));
}

function pgsRunLengths({ width, height, pixels }: Bitmap): number[] {
  const codes: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width;) {
      const colour = pixels[y * width + x] ?? 0;
      let length = 1;
      while (x + length < width && pixels[y * width + x + length] === colour) length += 1;
      codes.push(...runCode(colour, length));
      x += length;
    }
    codes.push(0, 0);
  }
  return codes;
}

function runCode(colour: number, length: number): number[] {
  if (colour !== 0 && length < 3) return Array.from({ length }, () => colour);
  const flag = colour === 0 ? 0 : 0x80;
  const counted = length < 64 ? [flag | length] : [flag | 0x40 | (length >> 8), length & 255];
  return [0, ...counted, ...(colour === 0 ? [] : [colour])];
}

/** Segments as in Matroska. */
export function pgsPacket(segments: readonly PgsSegment[]): Uint8Array {
  return Uint8Array.from(
    segments.flatMap(({ type, body }) => [type, ...u16(body.length), ...body]),
  );
}

/** Segments as in a .sup file: each behind "PG" and two clocks of 90 kHz. */
export function supPacket(segments: readonly PgsSegment[], timeMs: number): Uint8Array {
  const clock = timeMs * 90;
  const head = [0x50, 0x47, ...u16(clock >>> 16), ...u16(clock), 0, 0, 0, 0];
  return Uint8Array.from(
    segments.flatMap(({ type, body }) => [...head, type, ...u16(body.length), ...body]),
  );
}

export const supFile = (sets: readonly DisplaySet[]): Uint8Array =>
  Buffer.concat(sets.map((set) => supPacket(pgsSegments(set), set.timeMs)));
