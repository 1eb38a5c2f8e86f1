import { openFullBox, type Box } from "../../iso/iso-boxes.ts";
import type { CopyObstacle } from "../demuxer.ts";
import { findBox, openTable } from "./movie-boxes.ts";

/** One entry of an edit list (ISO/IEC 14496-12, 8.6.6). */
export interface Edit {
  /** Ticks of the movie. */
  readonly durationTicks: number;
  /** Ticks of the track; -1: nothing is shown for the duration. */
  readonly mediaTicks: number;
  readonly isNormalSpeed: boolean;
}

/** The edits of a track; none where it has no edit list. */
export function readEdits(bytes: Uint8Array, trak: Box): Edit[] {
  const box = findBox(bytes, trak, "edts", "elst");
  if (box === undefined) return [];
  const isLarge = openFullBox(bytes, box).version === 1;
  const entryBytes = isLarge ? 20 : 12;
  const { count, view } = openTable(bytes, box, entryBytes);
  return Array.from({ length: Math.min(count, editLimit) }, (_, i) => {
    const at = entryBytes * i;
    const durationTicks = isLarge ? Number(view.getBigUint64(at)) : view.getUint32(at);
    const mediaTicks = isLarge ? Number(view.getBigInt64(at + 8)) : view.getInt32(at + 4);
    const rate = view.getInt16(at + entryBytes - 4);
    return { durationTicks, mediaTicks, isNormalSpeed: rate === 1 };
  });
}

/** Of more, no more is known than that they are too many. */
const editLimit = 1000;

/** Where the packets of a track are in time, ticks of the media before editing. */
export interface MediaSpan {
  readonly firstTicks: number;
  /** Presentation time of the last packet, not its end. */
  readonly lastTicks: number;
}

export interface AppliedEdits {
  /** What is added to media times to give presentation times. */
  readonly shiftTicks: number;
  /** Beginning of the media that is not presented though it is decoded: the priming of sound. */
  readonly primingTicks: number;
  readonly obstacle: CopyObstacle | null;
}

/** More of it than any encoder's priming is sound that somebody cut off. */
const longestPrimingSeconds = 0.25;

/**
 * What an edit list does to a track. Copied can be what it presents whole: an empty beginning, and one edit that
 * leaves out no picture. Times are FFmpeg's: it lets the first packet of an edit begin with the edit, even where the
 * media begins later (mov.c, mov_fix_index; not so in fragments, whose packets are not known when it reads the list).
 */
export function applyEdits(
  edits: readonly Edit[],
  media: MediaSpan,
  clock: { readonly movieTimescale: number; readonly timescale: number },
  track: {
    readonly isSound: boolean;
    readonly isFragmented: boolean;
    /** Packets are in the sample tables and in fragments. */
    readonly isMixed: boolean;
  },
): AppliedEdits {
  const toTrack = (ticks: number): number =>
    Math.round((ticks * clock.timescale) / clock.movieTimescale);
  const firstShown = edits.findIndex(({ mediaTicks }) => mediaTicks !== -1);
  const shown = edits[firstShown];
  if (shown === undefined) {
    const message = "The edit list shows nothing of the track";
    const obstacle: CopyObstacle | null = edits.length > 0 ? { code: "edit-list", message } : null;
    return { shiftTicks: 0, primingTicks: 0, obstacle };
  }
  const empty = edits.slice(0, firstShown).reduce((sum, edit) => sum + edit.durationTicks, 0);
  const emptyTicks = clock.movieTimescale > 0 ? toTrack(empty) : 0;
  const late = track.isFragmented ? 0 : Math.max(0, media.firstTicks - shown.mediaTicks);
  const hidden = Math.max(0, shown.mediaTicks - media.firstTicks);
  const reason = refusal(hidden);
  return {
    shiftTicks: emptyTicks - shown.mediaTicks - late,
    primingTicks: track.isSound && reason === null ? hidden : 0,
    obstacle: reason === null ? null : { code: "edit-list", message: reason },
  };

  function refusal(hiddenTicks: number): string | null {
    if (shown === undefined) return null;
    // FFmpeg edits the former and not the latter.
    if (track.isMixed) return "The edit list stands before fragments and packets of the index";
    if (firstShown !== edits.length - 1) {
      return `The track is put together of ${edits.length} edits`;
    }
    if (!shown.isNormalSpeed) return "The track is to be played at another speed";
    if (hiddenTicks > 0 && !track.isSound) return "The edit list hides the track's first pictures";
    if (hiddenTicks > longestPrimingSeconds * clock.timescale) {
      return "The edit list hides the beginning of the sound";
    }
    const endTicks = shown.mediaTicks + toTrack(shown.durationTicks);
    // A movie's ticks are coarser than a track's: up to one of them is rounding.
    const roundingTicks = toTrack(1) + 1;
    if (shown.durationTicks > 0 && media.lastTicks >= endTicks + roundingTicks) {
      return "The edit list hides the track's end";
    }
    return null;
  }
}
