import type { CutTrack } from "./film-packets.ts";
import { zeroTicks } from "./plan-copied.ts";

/** What of the film's time a track that is copied fills, on the source's clock, seconds. */
export interface Coverage {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

export function coverageOf({ cutTicks, endTicks, timescale }: CutTrack): Coverage {
  return { startSeconds: (cutTicks[0] ?? 0) / timescale, endSeconds: endTicks / timescale };
}

/**
 * How much of a film's beginning and end a copied track may leave out, seconds. Nothing can be put there as with what is
 * encoded. Sound: dash.js and Shaka Player skip a beginning without it, and hls.js and dash.js wait for ever where they are
 * sent behind its end; to encode it costs little. Pictures cost much: the first one is shown from the beginning on
 * and the last until the end, in segments that are longer by so much.
 */
const mostMissing = {
  audio: { start: 0.5, end: 0.5 },
  video: { start: 10, end: 5 },
};

/** Why a track that covers so much of a film is not copied, as a sentence; null where it can be. */
export function coverageObstacle(
  { startSeconds, endSeconds }: Coverage,
  film: Coverage,
  kind: "audio" | "video",
): string | null {
  const late = startSeconds - film.startSeconds;
  const early = film.endSeconds - endSeconds;
  if (late > mostMissing[kind].start) {
    return `It begins ${late.toFixed(1)} s after the film, and players skip what comes before`;
  }
  return early > mostMissing[kind].end
    ? `It ends ${early.toFixed(1)} s before the film, and players that are sent there wait for it`
    : null;
}

/**
 * The same cuts of pictures, the first of which is shown from the film's zero on, and the last until its end. Players that
 * meet a beginning without pictures begin behind it, and take all else for as much earlier; and dash.js asks for nothing
 * where there is no segment.
 */
export function shownThroughout(cut: CutTrack, film: Coverage): CutTrack {
  const endTicks = Math.max(cut.endTicks, Math.round(film.endSeconds * cut.timescale));
  return { ...shownFrom(cut, zeroTicks(cut, film.startSeconds)), endTicks };
}

/** The same cuts, the first of which stands there: no packet but the first is moved. */
export function shownFrom(cut: CutTrack, firstTicks: number): CutTrack {
  const [first, ...later] = cut.cutTicks;
  if (first === undefined || first === firstTicks) return cut;
  return {
    ...cut,
    cutTicks: [firstTicks, ...later],
    ticksOf: (ptsTicks) => {
      const ticks = cut.ticksOf(ptsTicks);
      return ticks === first ? firstTicks : ticks;
    },
  };
}
