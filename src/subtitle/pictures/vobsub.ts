import { joinBytes } from "./bytes-at.ts";
import type { PictureCanvas, PicturePacket } from "./picture-events.ts";
import { drawSheet, saneCanvas } from "./sheet.ts";
import type { Showing } from "./showing.ts";
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
  for (const packet of wholeUnits(packets)) {
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
    showings.push(...showingsOf(packet, steps, pictureOf));
  }
  return showings;
}

function showingsOf(
  { timeSeconds, durationSeconds }: PicturePacket,
  steps: readonly VobsubStep[],
  pictureOf: (state: VobsubState) => Showing["picture"],
): Showing[] {
  // A unit that never begins to show begins at once, as with FFmpeg.
  const isStarted = steps.some(({ state }) => state.isShown);
  const shownOf = ({ state }: VobsubStep): boolean => state.isShown || !isStarted;
  const endSeconds = timeSeconds + (durationSeconds ?? Infinity);
  const isStopped = isStarted && steps.at(-1)?.state.isShown === false;
  const first = steps.findIndex(shownOf);
  if (first < 0) return [];
  return steps.slice(first).map((step) => ({
    startSeconds: timeSeconds + step.delaySeconds,
    endSeconds: isStopped ? Infinity : endSeconds,
    picture: shownOf(step) ? pictureOf(step.state) : null,
  }));
}

/** A unit counts its bytes in 16 bits. */
const longestUnit = 65_535;

/** Units that lie in several packets in one, at the time of the first. */
function* wholeUnits(packets: readonly PicturePacket[]): Generator<PicturePacket> {
  let first: PicturePacket | null = null;
  let pieces: Uint8Array[] = [];
  let length = 0;
  for (const packet of packets) {
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
