import { u16At, u24At, u8At } from "./bytes-at.ts";
import { bt601, bt709, ycbcrWord } from "./colour-words.ts";
import { paintPgsObject, type PgsObject, type PgsPlace } from "./pgs-object.ts";
import type { PictureCanvas, PicturePacket } from "./picture-events.ts";
import { drawSheet, saneCanvas } from "./sheet.ts";
import type { Showing } from "./showing.ts";

interface Placement extends PgsPlace {
  readonly objectId: number;
  readonly isForced: boolean;
}

interface Composition {
  readonly timeSeconds: number;
  readonly canvas: PictureCanvas;
  readonly paletteId: number;
  readonly placements: readonly Placement[];
}

/** An object on its way: pieces are added, never changed. */
interface GrowingObject {
  readonly width: number;
  readonly height: number;
  readonly pieces: Uint8Array[];
  missingBytes: number;
}

/** What packets have told so far. */
interface Epoch {
  composition: Composition | null;
  readonly palettes: Map<number, Uint32Array>;
  readonly objects: Map<number, GrowingObject>;
}

/** An epoch has 8 palettes, 64 objects, and two of them on the screen at once. */
const mostPalettes = 8;
const mostObjects = 64;
const mostPlacements = 2;

/**
 * Presentation graphics of Blu-ray: segments as in Matroska, or with the header of .sup files before each. A packet
 * shows one picture at most (its last), from the time of the packet with the composition. What draws is
 * libavcodec/pgssubdec.c, but what does not fit into the canvas is cut off, and cropping is kept.
 */
export function readPgs(packets: readonly PicturePacket[], film: PictureCanvas): Showing[] {
  const showings: Showing[] = [];
  const epoch: Epoch = { composition: null, palettes: new Map(), objects: new Map() };
  for (const { data, timeSeconds } of packets) {
    let isComplete = false;
    for (const { type, body } of segmentsOf(data)) {
      if (type === 0x14) readPalette(epoch, body);
      if (type === 0x15) readObject(epoch, body);
      if (type === 0x16) readComposition(epoch, body, timeSeconds);
      if (type === 0x80) isComplete = true;
    }
    if (isComplete && epoch.composition !== null)
      showings.push(showingOf(epoch, epoch.composition, film));
  }
  return showings;
}

function* segmentsOf(data: Uint8Array): Generator<{ type: number; body: Uint8Array }> {
  for (let at = 0; at + 3 <= data.length;) {
    // "PG", and two clocks of 32 bits.
    if (u16At(data, at) === 0x5047) at += 10;
    const type = u8At(data, at);
    const end = at + 3 + u16At(data, at + 1);
    // The end of a display set says nothing but that, whatever its length.
    if (end > data.length && type !== 0x80) return;
    yield { type, body: data.subarray(at + 3, end) };
    at = end;
  }
}

function readComposition(epoch: Epoch, body: Uint8Array, timeSeconds: number): void {
  if (body.length < 11) return;
  // Of a normal display set all before it still holds; all others bring everything anew.
  if (u8At(body, 7) >> 6 !== 0) {
    epoch.palettes.clear();
    epoch.objects.clear();
  }
  epoch.composition = {
    timeSeconds,
    canvas: { width: u16At(body, 0), height: u16At(body, 2) },
    paletteId: u8At(body, 9),
    placements: placementsOf(body),
  };
}

function placementsOf(body: Uint8Array): Placement[] {
  const placements: Placement[] = [];
  const count = Math.min(u8At(body, 10), mostPlacements);
  for (let at = 11; at + 8 <= body.length && placements.length < count;) {
    const flags = u8At(body, at + 3);
    const isCropped = (flags & 0x80) !== 0;
    const crop = isCropped
      ? {
          x: u16At(body, at + 8),
          y: u16At(body, at + 10),
          width: u16At(body, at + 12),
          height: u16At(body, at + 14),
        }
      : null;
    placements.push({
      objectId: u16At(body, at),
      isForced: (flags & 0x40) !== 0,
      x: u16At(body, at + 4),
      y: u16At(body, at + 6),
      crop,
    });
    at += isCropped ? 16 : 8;
  }
  return placements;
}

function readPalette({ palettes, composition }: Epoch, body: Uint8Array): void {
  const id = u8At(body, 0);
  const palette = palettes.get(id) ?? new Uint32Array(256);
  if (!palettes.has(id) && palettes.size >= mostPalettes) return;
  palettes.set(id, palette);
  const height = composition?.canvas.height ?? 0;
  const matrix = height > 0 && height <= 576 ? bt601 : bt709;
  for (let at = 2; at + 5 <= body.length; at += 5) {
    const colour = { y: u8At(body, at + 1), cr: u8At(body, at + 2), cb: u8At(body, at + 3) };
    palette[u8At(body, at)] = ycbcrWord(colour, u8At(body, at + 4), matrix);
  }
}

function readObject({ objects }: Epoch, body: Uint8Array): void {
  if (body.length <= 4) return;
  const id = u16At(body, 0);
  if ((u8At(body, 3) & 0x80) === 0) {
    const object = objects.get(id);
    if (object !== undefined) addPiece(object, body.subarray(4));
    return;
  }
  if (body.length <= 11 || (!objects.has(id) && objects.size >= mostObjects)) return;
  const object = {
    width: u16At(body, 7),
    height: u16At(body, 9),
    pieces: [],
    // The length counts both sides of the object as well.
    missingBytes: Math.max(0, u24At(body, 4) - 4),
  };
  objects.set(id, object);
  addPiece(object, body.subarray(11));
}

function addPiece(object: GrowingObject, bytes: Uint8Array): void {
  const piece = bytes.subarray(0, object.missingBytes);
  object.missingBytes -= piece.length;
  if (piece.length > 0) object.pieces.push(piece);
}

function showingOf(epoch: Epoch, composition: Composition, film: PictureCanvas): Showing {
  const { timeSeconds, placements } = composition;
  const canvas = saneCanvas(composition.canvas, film);
  const palette = epoch.palettes.get(composition.paletteId)?.slice();
  const placed = placements.flatMap((place) => {
    const object = epoch.objects.get(place.objectId);
    return object === undefined ? [] : [{ place, object: asItStands(object) }];
  });
  const times = { startSeconds: timeSeconds, endSeconds: Infinity };
  if (placed.length === 0 || palette === undefined || canvas === null)
    return { ...times, picture: null };
  return {
    ...times,
    picture: {
      canvas,
      isForced: placed.some(({ place }) => place.isForced),
      draw: () =>
        drawSheet(canvas, (sheet) => {
          for (const { object, place } of placed) paintPgsObject(sheet, object(), place, palette);
        }),
    },
  };
}

/** The object as of now: pieces that come later belong to later pictures. */
function asItStands({ width, height, pieces }: GrowingObject): () => PgsObject {
  const count = pieces.length;
  return () => ({ width, height, pieces: pieces.slice(0, count) });
}
