import { createBoundaries, type BoundaryStep } from "../../media/boundaries.ts";
import type { AudioTrack, VideoTrack } from "../../media/source.ts";
import { toNumber } from "../../media/rational.ts";
import type { ShownAudio } from "../track-label.ts";
import type { CopiedAudio, CopiedVideo, CopyRecipe } from "./copied-rendition.ts";
import type { CutTrack } from "./film-packets.ts";
import { sampleEntry } from "./sample-entry.ts";

/** The original pictures; no rung of a ladder has no lines. */
const originalId = "v0";

/** A ceiling over an average: films of a constant quality have their loud moments. */
const peakFactor = 1.5;

/** The pictures of a film as they are. null where nothing says how to decode them. */
export function planCopiedVideo(
  cut: CutTrack,
  track: VideoTrack,
  originSeconds: number,
  segmentSeconds: number,
  fileBitrateBps: number,
): CopiedVideo | null {
  const { sampleAspectRatio, width, height, frameRate } = track;
  const entry = sampleEntry(cut, track);
  const common = recipeOf(cut, track, originSeconds, entry);
  if (common === null) return null;
  return {
    kind: "video",
    method: "copy",
    id: originalId,
    track: track.index,
    recipe: {
      kind: "video",
      ...common,
      delayTicks: delayTicks(track, cut.timescale),
      bitrateBps: ceiling(track.bitrateBps ?? fileBitrateBps),
      segmentSeconds,
      sampleAspectRatio,
      ...{ width, height },
      framesPerSecond: frameRate === null ? null : toNumber(frameRate),
      ...(track.dolbyVision && { dolbyVision: track.dolbyVision }),
      ...(track.hdrMetadata && { hdrMetadata: track.hdrMetadata }),
    },
  };
}

/** Sound as it is, cut at the plan's boundaries. null where nothing says how to decode it. */
export function planCopiedAudio(
  cut: CutTrack,
  track: AudioTrack,
  shown: ShownAudio,
  originSeconds: number,
): CopiedAudio | null {
  const common = recipeOf(cut, track, originSeconds, sampleEntry(cut, null));
  if (common === null) return null;
  const { channels, sampleRateHz, bitrateBps } = track;
  return {
    kind: "audio",
    method: "copy",
    track: track.index,
    ...shown,
    recipe: {
      kind: "audio",
      ...common,
      delayTicks: 0,
      bitrateBps: ceiling(bitrateBps ?? channels * 192_000),
      ...{ channels, sampleRateHz },
    },
  };
}

/** What encoders delay their pictures by, with B-frames or without: players like all rungs to be alike. */
const usualReorder = 2;
/** Clocks of milliseconds round. */
const roundingSeconds = 0.001;

/**
 * How far the film's pictures are reordered at most; of pictures without a pace a second. More than need be
 * costs nothing: the edit list takes it back.
 */
function delayTicks(
  { reorderFrames, frameRate, isVariableFrameRate }: VideoTrack,
  timescale: number,
): number {
  if (frameRate === null || isVariableFrameRate) return reorderFrames === 0 ? 0 : timescale;
  const seconds = Math.max(reorderFrames, usualReorder) / toNumber(frameRate);
  const isRounded = !Number.isInteger(timescale / toNumber(frameRate));
  return Math.ceil((seconds + (isRounded ? roundingSeconds : 0)) * timescale - 1e-6);
}

function recipeOf(
  cut: CutTrack,
  { codec }: VideoTrack | AudioTrack,
  originSeconds: number,
  entry: Uint8Array | null,
): Omit<CopyRecipe, "bitrateBps" | "delayTicks"> | null {
  const [first] = cut.cutTicks;
  if (entry === null || first === undefined) return null;
  const { timescale } = cut;
  const zero = zeroTicks(cut, originSeconds);
  return {
    revision: 1,
    codec,
    configurationSha256: new Bun.CryptoHasher("sha256").update(entry).digest("hex"),
    timescale,
    zeroTicks: zero,
    startTicks: first - zero,
    steps: stepsOf(cut),
  };
}

/**
 * The content's zero on a track's clock: rounded towards its first packet, never behind it. A track that begins
 * within a rounded millisecond of it begins there: Matroska has no finer clock, and dash.js seeks once more to what
 * begins a third of a millisecond late (and after two seeks in a row may then wait for ever).
 */
export function zeroTicks(
  { timescale, cutTicks: [first = 0] }: Pick<CutTrack, "timescale" | "cutTicks">,
  originSeconds: number,
): number {
  const zero = Math.floor(originSeconds * timescale + 1e-6);
  return first - zero < roundingSeconds * timescale ? first : zero;
}

function stepsOf({ timescale, cutTicks, endTicks }: CutTrack): readonly BoundaryStep[] {
  const [first = 0] = cutTicks;
  const ticks = [...cutTicks, endTicks].map((at) => at - first);
  return createBoundaries(timescale, ticks).steps;
}

function ceiling(bitrateBps: number): number {
  return Math.max(1, Math.ceil((bitrateBps * peakFactor) / 1000) * 1000);
}
