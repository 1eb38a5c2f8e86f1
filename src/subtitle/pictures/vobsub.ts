import { joinBytes } from "./bytes-at.ts";
import type { PictureCanvas, PicturePacket } from "./picture-events.ts";
import { endOf, isTimed, type Showing } from "./showing.ts";
import { drawSheet, saneCanvas } from "./sheet.ts";
import { readVobsubHead, vobsubWords } from "./vobsub-palette.ts";
import { paintVobsub } from "./vobsub-rows.ts";
import {
  controlAt,
  firstState,
  readSteps,
  type VobsubState,
  type VobsubStep,
} from "./vobsub-unit.ts";

/**
 * Sub-picture units of DVDs. Every control sequence that changes something makes a picture of its own, so that fades
 * are kept, of which libavcodec/dvdsubdec.c shows the first; else what draws is that. Where the .idx says no size,
 * places are meant in the film's pictures.
 */
export function readVobsub(
  packets: readonly PicturePacket[],
  privateData: Uint8Array | null,
  film: PictureCanvas,
): Showing[] {
  const head = readVobsubHead(privateData);
  const canvas = saneCanvas(head.canvas, film);
  if (canvas === null) return [];
  const showings: Showing[] = [];
  let before = firstState;
  for (const packet of [...wholeUnits(packets)].toSorted(byTime)) {
    const unit = packet.data;
    const steps = readSteps(unit, before);
    before = steps.at(-1)?.state ?? before;
    const pictureOf = ({ area, fields, colours, isForced }: VobsubState): Showing["picture"] => {
      if (area === null || fields === null || area.width < 1 || area.height < 2) return null;
      const words = vobsubWords(colours, head.palette);
      const draw = (): Uint8Array =>
        drawSheet(canvas, (sheet) => paintVobsub(sheet, unit, area, fields, words));
      return { canvas, isForced, draw };
    };
    // What an earlier unit has not shown yet, a later one takes the place of.
    while ((showings.at(-1)?.startSeconds ?? -Infinity) > packet.timeSeconds) showings.pop();
    showings.push(...showingsOf(packet, steps, pictureOf));
  }
  return showings;
}

const byTime = (a: PicturePacket, b: PicturePacket): number => a.timeSeconds - b.timeSeconds;

/** Each step until the next; the last one as long as the packet lasts, where nothing stops it. */
function showingsOf(
  packet: PicturePacket,
  steps: readonly VobsubStep[],
  pictureOf: (state: VobsubState) => Showing["picture"],
): Showing[] {
  return steps.flatMap(({ delaySeconds, state }, i) => {
    if (!state.isShown) return [];
    const next = steps[i + 1];
    const endSeconds = next === undefined ? endOf(packet) : packet.timeSeconds + next.delaySeconds;
    const startSeconds = packet.timeSeconds + delaySeconds;
    return [{ startSeconds, endSeconds, picture: pictureOf(state) }];
  });
}

/** A unit counts its bytes in 16 bits. */
const longestUnit = 65_535;

/** Units that lie in several packets in one, at the time of the first. */
function* wholeUnits(packets: readonly PicturePacket[]): Generator<PicturePacket> {
  let first: PicturePacket | null = null;
  let pieces: Uint8Array[] = [];
  let length = 0;
  for (const packet of packets.filter(isTimed)) {
    if (length + packet.data.length > longestUnit) first = null;
    if (first === null) [first, pieces, length] = [packet, [], 0];
    pieces.push(packet.data);
    length += packet.data.length;
    // A head that is cut off cannot be gone on with.
    const isBroken: boolean = first.data.length < 10;
    if (!isBroken && controlAt(first.data) > length - 4) continue;
    if (!isBroken) yield { ...first, data: joinBytes(pieces) };
    first = null;
  }
}
