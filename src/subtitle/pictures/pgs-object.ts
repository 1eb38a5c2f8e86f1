import { joinBytes, u8At } from "./bytes-at.ts";
import { frameOn, paintRun, type Sheet } from "./sheet.ts";

/** A bitmap of an epoch, as run lengths in the pieces that it came in. */
export interface PgsObject {
  readonly width: number;
  readonly height: number;
  readonly pieces: readonly Uint8Array[];
}

/** Where an object stands, and which part of it. */
export interface PgsPlace {
  readonly x: number;
  readonly y: number;
  /** In the object's own pixels; null: all of it. */
  readonly crop: { x: number; y: number; width: number; height: number } | null;
}

/** Run lengths of all rows of the object: every row ends in an end-of-line code. */
export function paintPgsObject(
  sheet: Sheet,
  { width, height, pieces }: PgsObject,
  { x, y, crop }: PgsPlace,
  palette: Uint32Array,
): void {
  const shown = crop ?? { x: 0, y: 0, width, height };
  const frame = frameOn(sheet.canvas, {
    x,
    y,
    width: Math.min(shown.width, width - shown.x),
    height: Math.min(shown.height, height - shown.y),
  });
  const bytes = joinBytes(pieces);
  const [left, top] = [x - shown.x, y - shown.y];
  const rows = width === 0 ? 0 : Math.min(height, frame.bottom - top);
  let [column, row] = [0, 0];
  for (let at = 0; at < bytes.length && row < rows;) {
    const code = readCode(bytes, at);
    at = code.next;
    if (code.length === 0 && column > 0) [column, row] = [0, row + 1];
    // A run that passes the end of its row goes on in the next, as with FFmpeg.
    for (let rest = code.length; rest > 0 && row < rows;) {
      const length = Math.min(rest, width - column);
      const word = palette[code.colour] ?? 0;
      paintRun(sheet, frame, { x: left + column, y: top + row, length }, word);
      rest -= length;
      column += length;
      // The code of the row's end follows a full row, and does not begin another.
      if (column === width) [column, row] = [0, row + 1];
    }
  }
}

interface Code {
  readonly colour: number;
  /** 0: the row ends. */
  readonly length: number;
  readonly next: number;
}

/** A colour by itself, or 0 and then flags: length of 14 bits (else 6), with a colour (else 0). */
function readCode(bytes: Uint8Array, at: number): Code {
  const colour = u8At(bytes, at);
  if (colour !== 0) return { colour, length: 1, next: at + 1 };
  const flags = u8At(bytes, at + 1);
  const isLong = (flags & 0x40) !== 0;
  const length = isLong ? ((flags & 0x3f) << 8) | u8At(bytes, at + 2) : flags & 0x3f;
  const behind = at + (isLong ? 3 : 2);
  if ((flags & 0x80) === 0) return { colour: 0, length, next: behind };
  return { colour: u8At(bytes, behind), length, next: behind + 1 };
}
