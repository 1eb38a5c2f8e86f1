import { bitsOf } from "./bit-cursor.ts";
import { u24At } from "./bytes-at.ts";
import { rgbaWord } from "./colour-words.ts";
import type { PictureCanvas, PicturePacket } from "./picture-events.ts";
import { drawSheet, frameOn, paintRun, saneCanvas, type Frame, type Sheet } from "./sheet.ts";
import { endOf, type Showing } from "./showing.ts";

const headBytes = 27 + 7 * 2;
const paletteBytes = 4 * 3;

/**
 * DivX's subtitles: a packet is `[hh:mm:ss.mmm-hh:mm:ss.mmm]`, seven numbers (size, place, the other corner, length of
 * the first half; low byte first), four colours, and the even rows before the odd ones (libavcodec/xsubdec.c). Times
 * are those of the text, which count from the film's beginning; places are in the film's pictures.
 */
export function readXsub(packets: readonly PicturePacket[], film: PictureCanvas): Showing[] {
  const canvas = saneCanvas(film);
  if (canvas === null) return [];
  return packets.flatMap((packet) => {
    if (packet.data.length <= headBytes + paletteBytes) return [];
    const draw = (): Uint8Array => drawSheet(canvas, (sheet) => paint(sheet, packet.data));
    return [{ ...timesOf(packet), picture: { canvas, isForced: false, draw } }];
  });
}

const times = /^\[(\d\d):(\d\d):(\d\d)\.(\d{3})-(\d\d):(\d\d):(\d\d)\.(\d{3})\]/;

function timesOf(packet: PicturePacket): { startSeconds: number; endSeconds: number } {
  const said = times.exec(String.fromCharCode(...packet.data.subarray(0, 27)));
  const [startSeconds, endSeconds] = [secondsOf(said, 1), secondsOf(said, 5)];
  if (endSeconds > startSeconds) return { startSeconds, endSeconds };
  return { startSeconds: packet.timeSeconds, endSeconds: endOf(packet) };
}

function secondsOf(said: RegExpExecArray | null, from: number): number {
  const [hours = 0, minutes = 0, seconds = 0, ms = 0] = (said ?? []).slice(from).map(Number);
  return (((hours * 60 + minutes) * 60 + seconds) * 1000 + ms) / 1000;
}

function paint(sheet: Sheet, data: Uint8Array): void {
  const [width = 0, height = 0, x = 0, y = 0] = [27, 29, 31, 33].map(
    (at) => (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8),
  );
  const palette = [0, 1, 2, 3].map((i) => {
    const rgb = u24At(data, headBytes + 3 * i);
    // The first is the background, whatever its colour.
    return rgbaWord(rgb >> 16, (rgb >> 8) & 255, rgb & 255, i === 0 ? 0 : 255);
  });
  const frame = frameOn(sheet.canvas, { x, y, width, height });
  const bits = bitsOf(data, headBytes + paletteBytes);
  const evenRows = (height + 1) >> 1;
  for (let i = 0; i < height; i++) {
    const row = i < evenRows ? 2 * i : 2 * (i - evenRows) + 1;
    paintRow(sheet, frame, { x, y: y + row, width }, palette, bits);
  }
}

/**
 * Runs of the row, each as long as its leading zeros say; 0: to the row's end, which is that of a byte. Behind the
 * packet's end all is background.
 */
function paintRow(
  sheet: Sheet,
  frame: Frame,
  row: { x: number; y: number; width: number },
  palette: readonly number[],
  bits: ReturnType<typeof bitsOf>,
): void {
  for (let column = 0; column < row.width;) {
    const run = bits.read(runBits(bits.peek(8)));
    const word = palette[bits.read(2)] ?? 0;
    const length = run === 0 ? row.width - column : Math.min(run, row.width - column);
    paintRun(sheet, frame, { x: row.x + column, y: row.y, length }, word);
    column += length;
  }
  bits.align();
}

function runBits(next: number): number {
  if (next >= 64) return 2;
  if (next >= 16) return 6;
  return next >= 4 ? 10 : 14;
}
