import type { PictureEvent, PicturePacket } from "./picture-events.ts";

/** What a decoder says stands on the screen from a moment on: until its own end, or until it says the next. */
export interface Showing {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Null where the screen is cleared. */
  readonly picture: Pick<PictureEvent, "canvas" | "isForced" | "draw"> | null;
}

export const isTimed = ({ timeSeconds }: PicturePacket): boolean => Number.isFinite(timeSeconds);

/** Where the container ends a packet; Infinity where it does not say. */
export function endOf({ timeSeconds, durationSeconds }: PicturePacket): number {
  const isTold = durationSeconds !== null && durationSeconds > 0;
  return timeSeconds + (isTold ? durationSeconds : Infinity);
}

/** Puts what is shown in order: each ends where the next begins; of those that begin together the last one stays. */
export function chainShowings(showings: readonly Showing[]): PictureEvent[] {
  const timed = showings
    .filter((showing) => Number.isFinite(showing.startSeconds))
    .toSorted((a, b) => a.startSeconds - b.startSeconds);
  const events: PictureEvent[] = [];
  for (const [i, { startSeconds, endSeconds, picture }] of timed.entries()) {
    const end = Math.min(endSeconds, timed[i + 1]?.startSeconds ?? Infinity);
    if (picture !== null && end > startSeconds)
      events.push({ startSeconds, endSeconds: end, ...picture });
  }
  return events;
}
