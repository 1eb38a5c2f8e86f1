import { toViewraError } from "../errors/viewra-error.ts";
import { createBoundaries, type Boundaries } from "../media/boundaries.ts";
import { boundariesAtFrames, frameBoundaries } from "../media/frame-boundaries.ts";
import { gcd, toNumber, type Rational } from "../media/rational.ts";
import type { AudioTrack, Source, VideoTrack } from "../media/source.ts";
import { videoRange } from "../media/video-range.ts";
import { shownAudio } from "./track-label.ts";
import {
  buildPlan,
  contentEnd,
  planSource,
  requireTracks,
  soundOnlyRate,
  type PlanOptions,
} from "./build-plan.ts";
import { audioCuts, videoCuts } from "./copy/copied-cuts.ts";
import { coverageObstacle, coverageOf, shownThroughout, type Coverage } from "./copy/coverage.ts";
import { onFinerClock, type CutTrack, type FilmPackets } from "./copy/film-packets.ts";
import { contentOrigin } from "./content-origin.ts";
import { planCopiedAudio, planCopiedVideo, zeroTicks } from "./copy/plan-copied.ts";
import { planBurnt } from "./encode/burnt/burnt-subtitles.ts";
import { conformedFrameRate } from "./encode/frame-rate.ts";
import { planEncodedAudio } from "./encode/plan-audio.ts";
import { encodedPictures, planEncodedVideo, type EncodedPictures } from "./encode/plan-video.ts";
import type { Rendition } from "./methods.ts";
import type { Plan } from "./plan.ts";
import type { PlanFrame } from "./rendition.ts";
import { planTexts } from "./text/plan-text.ts";
import { planTiles } from "./tiles/plan-tiles.ts";

/** What is wished to become of a track of the source; those that are not named are left out. */
export type TrackAction = "copy" | "encode";
export type TrackWishes = ReadonlyMap<number, TrackAction>;

export interface DeliveryPlan {
  readonly plan: Plan;
  /** Tracks that were to be copied and cannot be, and why: they are encoded. */
  readonly refused: ReadonlyMap<number, string>;
  /** Why there are no rungs beside the original pictures; null where there are, or none were wished for. */
  readonly rungsLeftOut: string | null;
}

/**
 * The plan for a source whatever its tracks are wished to become. `open` gives the film's packets, where
 * any is to be copied; a film that cannot be opened for them has all of it encoded, and says why.
 */
export async function planAnyDelivery(
  source: Source,
  wishes: TrackWishes,
  options: PlanOptions,
  open: (work: (film: FilmPackets) => Promise<DeliveryPlan>) => Promise<DeliveryPlan>,
): Promise<DeliveryPlan> {
  const encoded = (why: string): DeliveryPlan => encodeAll(source, wishes, options, why);
  if (![...wishes.values()].includes("copy")) return encoded("");
  if (source.pieces !== undefined) return encoded("The film's clock jumps in mid-film");
  try {
    return await open((film) => planDelivery(source, wishes, options, film));
  } catch (thrown) {
    const error = toViewraError(thrown);
    if (error.code === "MEDIA_MISSING" || error.code === "SYSTEM_BUSY") throw thrown;
    return encoded(error.message);
  }
}

/** The plan that copies nothing, and says why of each track that was to be copied. */
export function encodeAll(
  source: Source,
  wishes: TrackWishes,
  options: PlanOptions,
  why: string,
): DeliveryPlan {
  const copied = [...wishes].filter(([, action]) => action === "copy");
  return {
    plan: buildPlan(source, options),
    refused: new Map(copied.map(([index]) => [index, why])),
    rungsLeftOut: null,
  };
}

/** A segment of copied pictures that is longer is too much to wait for, and to keep in a player. */
const longestCopied = 20;
/** A cut may be so far from its frame of a constant rate: a container's clock of milliseconds rounds. */
const offFrameSeconds = 0.0011;

/**
 * The plan for a source of which some tracks are copied as they are and others encoded, all cut at the same
 * moments: at the pictures' own random access points where those are copied. What cannot be copied exactly is
 * encoded, and said why. Where the cuts stand on frames of a constant rate, and nothing is shown across
 * them, lower rungs are encoded beside the original pictures. MEDIA_UNSUPPORTED as of `buildPlan`.
 */
async function planDelivery(
  source: Source,
  wishes: TrackWishes,
  options: PlanOptions,
  film: FilmPackets,
): Promise<DeliveryPlan> {
  const refused = new Map<number, string>();
  const cutOf = async (
    index: number,
    cuts: Parameters<FilmPackets["cut"]>[1],
  ): Promise<CutTrack | null> => {
    try {
      const cut = await film.cut(index, cuts);
      const [obstacle] = cut.obstacles;
      if (obstacle === undefined && cut.cutTicks.length > 0) return cut;
      refused.set(index, obstacle ?? "The track holds no packet that it can be cut at");
    } catch (thrown) {
      refused.set(index, toViewraError(thrown).message);
    }
    return null;
  };
  const video = source.video !== null && wishes.has(source.video.index) ? source.video : null;
  const sounds = source.audio.filter(
    ({ index, startTimeSeconds, endTimeSeconds }) =>
      wishes.has(index) && endTimeSeconds > startTimeSeconds,
  );
  requireTracks(video, sounds);

  const wishedVideo =
    video !== null && wishes.get(video.index) === "copy"
      ? await cutOf(video.index, videoCuts(options.segmentSeconds))
      : null;
  const longest = wishedVideo === null ? 0 : longestSeconds(wishedVideo);
  const copiedVideo = longest > longestCopied ? null : wishedVideo;
  if (video !== null && longest > longestCopied) {
    refused.set(video.index, `${Math.round(longest)} s pass between two moments it can be cut at`);
  }

  const whole = { spacingSeconds: 1e9 };
  const covered = new Map<number, Coverage>();
  if (video !== null && copiedVideo !== null) covered.set(video.index, coverageOf(copiedVideo));
  for (const { index } of sounds) {
    const cut = wishes.get(index) === "copy" ? await cutOf(index, whole) : null;
    if (cut !== null) covered.set(index, coverageOf(cut));
  }
  const frameRate = video === null ? soundOnlyRate(sounds) : conformedFrameRate(video);
  const startOf = ({ index, startTimeSeconds }: VideoTrack | AudioTrack): number =>
    covered.get(index)?.startSeconds ?? startTimeSeconds;
  const originSeconds = contentOrigin(video && startOf(video), sounds.map(startOf), frameRate);
  const end = contentEnd(source, originSeconds);
  const filmSpan = { startSeconds: originSeconds, endSeconds: end };
  const shownVideo = copiedVideo && shownThroughout(copiedVideo, filmSpan);

  // Nothing is lost by beginning anew: all of this is found at once, and what is known of a film is not looked for again.
  const anew = async (uncopied: ReadonlyMap<number, string>): Promise<DeliveryPlan> => {
    const rest = await planDelivery(source, encodeToo(wishes, uncopied), options, film);
    return { ...rest, refused: new Map([...refused, ...uncopied, ...rest.refused]) };
  };
  const uncovering = [...covered].flatMap(([index, coverage]): [number, string][] => {
    const why = coverageObstacle(coverage, filmSpan, index === video?.index ? "video" : "audio");
    return why === null ? [] : [[index, why]];
  });
  if (uncovering.length > 0) return anew(new Map(uncovering));

  const pictures = encodedPictures(source, planBurnt(source, options.burntTrack));
  const rungs = planRungs(pictures, shownVideo, originSeconds, end, frameRate, options);
  const frame: PlanFrame = {
    source: planSource(source, originSeconds),
    boundaries: rungs.boundaries,
  };
  const original =
    video === null || shownVideo === null
      ? null
      : planCopiedVideo(
          onFinerClock(shownVideo, rungs.finer),
          video,
          originSeconds,
          options.segmentSeconds,
          source.bitrateBps,
        );
  if (video !== null && shownVideo !== null && original === null) {
    return anew(new Map([[video.index, "Nothing in the file says how its pictures are decoded"]]));
  }
  const audio: Rendition[] = [];
  for (const { track, shown } of shownAudio(sounds)) {
    const own = film.tracks.find(({ streamIndex }) => streamIndex === track.index);
    const cut = covered.has(track.index)
      ? await cutOf(track.index, audioCuts(frame, own?.timescale ?? 1))
      : null;
    const copied = cut && planCopiedAudio(cut, track, shown, originSeconds);
    if (cut !== null && copied === null) {
      refused.set(track.index, "Nothing in the file says how its sound is decoded");
    }
    audio.push(
      copied ??
        planEncodedAudio(track, shown, end, {
          ...options,
          container: source.container,
          hasPictures: video !== null,
        }),
    );
  }
  const renditions: Rendition[] = [
    ...rungs.renditions,
    ...(original === null ? [] : [original]),
    ...audio,
    ...planTexts(source, options.burntTrack),
    ...planTiles(video, rungs.boundaries),
  ];
  return { plan: { version: 2, ...frame, renditions }, refused, rungsLeftOut: rungs.leftOut };
}

function encodeToo(wishes: TrackWishes, uncopied: ReadonlyMap<number, string>): TrackWishes {
  return new Map([...wishes, ...[...uncopied.keys()].map((index) => [index, "encode"] as const)]);
}

function longestSeconds({ cutTicks, endTicks, timescale }: CutTrack): number {
  const ends = [...cutTicks.slice(1), endTicks];
  return Math.max(...ends.map((end, i) => end - (cutTicks[i] ?? 0))) / timescale;
}

interface Rungs {
  readonly boundaries: Boundaries;
  readonly renditions: readonly Rendition[];
  readonly leftOut: string | null;
  /** How many times as fine as its own the clock is that the original shares with its rungs. */
  readonly finer: number;
}

function planRungs(
  pictures: EncodedPictures | null,
  copied: CutTrack | null,
  originSeconds: number,
  end: number,
  frameRate: Rational,
  options: PlanOptions,
): Rungs {
  if (pictures === null || copied === null) {
    const { segmentSeconds, beginningSeconds } = options;
    const seconds = end - originSeconds;
    const boundaries = frameBoundaries(seconds, frameRate, segmentSeconds, beginningSeconds);
    const renditions =
      pictures === null ? [] : planEncodedVideo(pictures, end, boundaries, frameRate, options);
    return { boundaries, renditions, leftOut: null, finer: 1 };
  }
  const video = pictures.track;
  const own = ownBoundaries(copied, originSeconds);
  if (!options.adaptive) return { boundaries: own, renditions: [], leftOut: null, finer: 1 };
  const onFrames = boundariesOnFrames(video, copied, originSeconds, end, frameRate);
  const alone = { boundaries: own, renditions: [], finer: 1 };
  if (typeof onFrames === "string") return { ...alone, leftOut: onFrames };
  // One clock for all: players that meet another one take it for another time.
  const finer = frameRate.num / gcd(frameRate.num, copied.timescale * frameRate.den);
  const timescale = copied.timescale * finer;
  if (timescale > finestClock)
    return { ...alone, leftOut: "Its clock and its pace do not go together" };
  const all = planEncodedVideo(pictures, end, onFrames, frameRate, options, timescale);
  // The original stands for the rung of its own size.
  const lower = all.filter(({ recipe }) => recipe.height < video.height * smallestStep);
  return lower.length === 0
    ? { ...alone, leftOut: null }
    : { boundaries: onFrames, renditions: lower, leftOut: null, finer };
}

/** Ticks a second; a film of a day stays countable. */
const finestClock = 10_000_000;
/** A rung this close to the original is not worth its storage. */
const smallestStep = 0.9;

/** The cuts of copied pictures, on their own clock. */
function ownBoundaries(copied: CutTrack, originSeconds: number): Boundaries {
  const { cutTicks, endTicks, timescale } = copied;
  const zero = zeroTicks(copied, originSeconds);
  const later = [...cutTicks.slice(1), endTicks].map((ticks) => ticks - zero);
  return createBoundaries(timescale, [0, ...later]);
}

/** The same cuts as frames of a constant rate; a sentence where they are none. */
function boundariesOnFrames(
  video: VideoTrack,
  { cutTicks, timescale, isClean }: CutTrack,
  originSeconds: number,
  end: number,
  frameRate: Rational,
): Boundaries | string {
  if (video.dolbyVision !== null && videoRange(video).base === null) {
    return "The colours are Dolby Vision's own, which cannot be converted here";
  }
  if (!isClean) return "Pictures are shown across the moments the film can be cut at (open GOPs)";
  if (video.isVariableFrameRate || video.frameRate === null) {
    return "The pictures come at a variable rate, which no raster of frames holds exactly";
  }
  if (Math.abs(toNumber(video.frameRate) / toNumber(frameRate) - 1) > 1e-5) {
    return "The pictures come at a higher rate than lower rungs are encoded with";
  }
  const rate = toNumber(frameRate);
  const frames: number[] = [0];
  for (const ticks of cutTicks.slice(1)) {
    const seconds = ticks / timescale - originSeconds;
    const frame = Math.round(seconds * rate);
    const isOn = Math.abs(frame / rate - seconds) <= offFrameSeconds;
    if (!isOn || frame <= (frames.at(-1) ?? 0)) {
      return "The pictures do not keep the pace that the file states";
    }
    frames.push(frame);
  }
  frames.push(Math.max((frames.at(-1) ?? 0) + 1, Math.round((end - originSeconds) * rate)));
  return boundariesAtFrames(frames, frameRate);
}
