import type { SoundFrame } from "../demuxer.ts";
import type { MatroskaTrack } from "./tracks.ts";
import type { Segment } from "./segment.ts";
import type { Block } from "./block-walk.ts";

/** A track and what was learnt of it at its first block. */
export interface OpenTrack {
  readonly segment: Segment;
  readonly own: MatroskaTrack;
  /** null in a file without a block of the track. */
  readonly first: Block | null;
  /** Sound by its first packet; null for pictures and for sound that does not tell. */
  readonly frame: SoundFrame | null;
}

/** How long a frame is by what the file or the codec says, in ticks and not rounded; 0 where neither does. */
export function frameTicks({ own, frame }: Pick<OpenTrack, "own" | "frame">): number {
  const { timescale, defaultDurationNanoseconds } = own.track;
  if (frame !== null) return (frame.samples * timescale) / frame.rateHz;
  return ((defaultDurationNanoseconds ?? 0) * timescale) / 1e9;
}

/** Presentation time of a block's first frame on the clock of ffprobe. */
export function ptsOf({ own }: Pick<OpenTrack, "own">, block: Pick<Block, "ticks">): number {
  return block.ticks - own.delayTicks;
}

/** Frames laced into one block, and what the block says of its length. */
export interface Lacing {
  readonly frames: number;
  readonly durationTicks: number | null;
}

/**
 * How much later than its block's time a laced frame is, as FFmpeg rounds it (matroskadec.c, matroska_parse_block):
 * by the block's duration, else by the track's, and for a file that states neither by the codec's.
 */
export function laceOffsetTicks(
  open: Pick<OpenTrack, "own" | "frame">,
  { frames, durationTicks }: Lacing,
  lace: number,
): number {
  const { timescale, defaultDurationNanoseconds } = open.own.track;
  const stated = Math.floor(((defaultDurationNanoseconds ?? 0) * frames * timescale) / 1e9 + 1e-6);
  const whole = durationTicks ?? (stated > 0 ? stated : frameTicks(open) * frames);
  return Math.floor((whole * lace) / frames);
}
