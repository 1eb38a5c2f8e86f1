import { u16At, u8At } from "./bytes-at.ts";
import { changedClut, defaultClut, type DvbClut } from "./dvb-colours.ts";
import {
  drawDvbRegions,
  paintDvbObject,
  readDvbRegion,
  type DvbRegion,
  type PlacedDvbRegion,
} from "./dvb-region.ts";
import { dvbSegments, pagesOf, type DvbSegment } from "./dvb-segments.ts";
import type { PictureCanvas, PicturePacket } from "./picture-events.ts";
import { drawSheet, saneCanvas } from "./sheet.ts";
import { endOf, type Showing } from "./showing.ts";

/** What segments have told so far. */
interface Page {
  version: number;
  timeOutSeconds: number;
  places: { id: number; x: number; y: number }[];
  readonly regions: Map<number, DvbRegion>;
  readonly cluts: Map<number, { version: number; clut: DvbClut }>;
  display: { canvas: PictureCanvas; x: number; y: number };
  /** Kinds of segments since the page's composition; a page is shown when its end comes, or when it has all. */
  readonly told: Set<number>;
}

/** What a display is that nobody defines (ETSI EN 300 743, 7.2.1). */
const sdDisplay = { canvas: { width: 720, height: 576 }, x: 0, y: 0 };
const mostRegions = 32;

/**
 * Subtitles of digital television (ETSI EN 300 743), of the first page that `privateData` names where there are
 * packets of it. What draws is libavcodec/dvbsubdec.c (regions that got no object are none), but colours that no table
 * defines are the standard's and not guessed, and what does not fit into the canvas is cut off.
 */
export function readDvb(
  packets: readonly PicturePacket[],
  privateData: Uint8Array | null,
  film: PictureCanvas,
): Showing[] {
  const isOfPage = pagesOf(packets, privateData);
  const showings: Showing[] = [];
  const page: Page = {
    ...{ version: -1, timeOutSeconds: 0, places: [], display: sdDisplay },
    ...{ regions: new Map(), cluts: new Map(), told: new Set() },
  };
  for (const packet of packets) {
    let isComplete = false;
    for (const segment of dvbSegments(packet.data)) {
      if (!isOfPage(segment)) continue;
      readSegment(page, segment);
      if (segment.type === segmentTypes.end) isComplete = true;
    }
    // Some never send the end.
    const isWhole = bringingAll.every((type) => page.told.has(type));
    const isCleared = page.told.has(segmentTypes.page) && page.places.length === 0;
    if (!isComplete && !isWhole && !isCleared) continue;
    page.told.clear();
    showings.push(showingOf(page, packet, film));
  }
  return showings;
}

const segmentTypes = {
  page: 0x10,
  region: 0x11,
  clut: 0x12,
  object: 0x13,
  display: 0x14,
  end: 0x80,
};
const bringingAll = [
  segmentTypes.page,
  segmentTypes.region,
  segmentTypes.clut,
  segmentTypes.object,
];

function readSegment(page: Page, { type, body }: DvbSegment): void {
  if (type === segmentTypes.page && !readPage(page, body)) return;
  page.told.add(type);
  if (type === segmentTypes.display) readDisplay(page, body);
  if (type === segmentTypes.clut) readClut(page, body);
  if (type === segmentTypes.object)
    for (const region of page.regions.values()) paintDvbObject(region, body);
  if (type === segmentTypes.region) {
    const id = u8At(body, 0);
    const before = page.regions.get(id);
    const region = readDvbRegion(body, before);
    const isRoom = before !== undefined || page.regions.size < mostRegions;
    if (region !== null && isRoom) page.regions.set(id, region);
  }
}

/** False for a page that is known already: it comes again for those who tune in. */
function readPage(page: Page, body: Uint8Array): boolean {
  if (body.length < 2) return false;
  const flags = u8At(body, 1);
  const state = (flags >> 2) & 3;
  if (page.version === flags >> 4) return false;
  page.version = flags >> 4;
  page.timeOutSeconds = u8At(body, 0);
  page.told.clear();
  // Acquisition points and changes of mode bring everything anew.
  if (state === 1 || state === 2) {
    page.regions.clear();
    page.cluts.clear();
  }
  page.places = [];
  for (let at = 2; at + 6 <= body.length && page.places.length < mostRegions; at += 6)
    page.places.push({ id: u8At(body, at), x: u16At(body, at + 2), y: u16At(body, at + 4) });
  return true;
}

function readDisplay(page: Page, body: Uint8Array): void {
  if (body.length < 5) return;
  const hasWindow = (u8At(body, 0) & 8) !== 0 && body.length >= 13;
  page.display = {
    canvas: { width: u16At(body, 1) + 1, height: u16At(body, 3) + 1 },
    x: hasWindow ? u16At(body, 5) : 0,
    y: hasWindow ? u16At(body, 9) : 0,
  };
}

function readClut({ cluts }: Page, body: Uint8Array): void {
  const id = u8At(body, 0);
  const version = u8At(body, 1) >> 4;
  const before = cluts.get(id);
  if (body.length < 2 || before?.version === version) return;
  cluts.set(id, { version, clut: changedClut(before?.clut ?? defaultClut, body, 2) });
}

function showingOf(page: Page, packet: PicturePacket, film: PictureCanvas): Showing {
  const { timeOutSeconds, display } = page;
  const startSeconds = packet.timeSeconds;
  const endSeconds = timeOutSeconds > 0 ? startSeconds + timeOutSeconds : endOf(packet);
  const canvas = saneCanvas(display.canvas, film);
  const placed = placedOf(page);
  if (placed.length === 0 || canvas === null) return { startSeconds, endSeconds, picture: null };
  const draw = (): Uint8Array => drawSheet(canvas, (sheet) => drawDvbRegions(sheet, placed));
  return { startSeconds, endSeconds, picture: { canvas, isForced: false, draw } };
}

/** The last one first: of regions that overlap, FFmpeg shows the page's first on top. */
function placedOf({ places, regions, cluts, display }: Page): PlacedDvbRegion[] {
  return places.toReversed().flatMap(({ id, x, y }) => {
    const region = regions.get(id);
    if (region === undefined || region.paints.length === 0) return [];
    return [
      {
        ...{ x: x + display.x, y: y + display.y, region, paintCount: region.paints.length },
        clut: cluts.get(region.clutId)?.clut ?? defaultClut,
      },
    ];
  });
}
