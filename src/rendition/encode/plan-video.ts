import { ViewraError } from "../../errors/viewra-error.ts";
import type { Boundaries } from "../../media/boundaries.ts";
import { isHdr, planColor, untagged, type DynamicRange } from "../../media/color.ts";
import { levelNumber } from "../../media/codec-level.ts";
import { displaySize } from "../../media/display-size.ts";
import { frameTimescale, type Rational } from "../../media/rational.ts";
import type { Source, VideoTrack } from "../../media/source.ts";
import { videoRange } from "../../media/video-range.ts";
import type { Quality } from "../../plugin/sdk.ts";
import type { CodedPictures, VideoRecipe, VideoTarget } from "../../plugin/video-recipe.ts";
import type { BurntSubtitles } from "./burnt/burnt-subtitles.ts";
import { chooseProvider, type PlanningProvider } from "./choose-provider.ts";
import type { EncodedVideo } from "./encoded-rendition.ts";
import { holdSeconds } from "./hold.ts";
import { conversionRevision } from "./picture-schema.ts";
import { peakNits } from "./tone-curve.ts";
import { createLadder, type LadderLimits } from "./ladder.ts";
import { levelOf } from "./levels/level-of.ts";
import { usualPictures, type MadePictures } from "./made-pictures.ts";

export interface VideoEncodeOptions extends LadderLimits {
  readonly quality: Quality;
  /** A ladder of each; of H.264 in SDR when left out. */
  readonly pictures?: readonly MadePictures[];
  /** The preferred first; each rung is made by the first that can. */
  readonly providers: readonly PlanningProvider[];
}

/** The pictures that are encoded, and the subtitles that become part of them. */
export interface EncodedPictures {
  readonly track: VideoTrack;
  readonly burnt?: BurntSubtitles | undefined;
  /** Closed captions inside them are texts of their own. */
  readonly hasCaptions: boolean;
}

/** What of a source is encoded as pictures; null where it has none. */
export function encodedPictures(
  { video, subtitles }: Source,
  burnt: BurntSubtitles | undefined,
): EncodedPictures | null {
  if (video === null) return null;
  const hasCaptions = subtitles.some(({ part }) => part?.stream === video.index);
  return { track: video, burnt, hasCaptions };
}

const pictureLimit = 16_384;

/**
 * The rungs of a track at a constant rate, codec by codec, the lowest of each first; a frame is a whole number of ticks.
 * MEDIA_UNSUPPORTED for pictures of no or of huge size, and for colours that nothing here reads;
 * TRANSCODING_UNAVAILABLE where no provider makes a rung.
 */
export function planEncodedVideo(
  { track, burnt, hasCaptions }: EncodedPictures,
  contentEnd: number,
  boundaries: Boundaries,
  frameRate: Rational,
  options: VideoEncodeOptions,
  timescale = frameTimescale(frameRate),
): EncodedVideo[] {
  const size = displaySize(track);
  if (size.width < 1 || size.height < 1 || Math.max(size.width, size.height) > pictureLimit) {
    const message = `Pictures of ${size.width}×${size.height} are not supported`;
    throw new ViewraError("MEDIA_UNSUPPORTED", message);
  }
  if (track.dolbyVision !== null && videoRange(track).base === null) {
    const named = `Dolby Vision of profile ${track.dolbyVision.profile}`;
    const message = `The pictures are ${named}: their colours cannot be converted here, and only devices that decode it show them`;
    throw new ViewraError("MEDIA_UNSUPPORTED", message);
  }
  const gopFrames = usualFrames(boundaries, frameRate);
  const hold = holdSeconds(track.endTimeSeconds, contentEnd);
  const { providers, quality, pictures = usualPictures } = options;
  return pictures.flatMap((made): EncodedVideo[] => {
    const { codec, maxLevel } = made;
    // What is drawn into pictures is drawn for SDR.
    const { color, treatment } = treatmentOf(track, burnt === undefined ? made.range : "sdr");
    const isDeep = isHdr(color.transfer);
    const rungs = createLadder(track, frameRate, options, made).map(
      ({ id, ...shape }): EncodedVideo => {
        const target: VideoTarget = {
          ...{ codec, ...shape, frameRate, gopFrames, color },
          ...(isDeep && { bitDepth: 10, ...(track.hdrMetadata && { hdr: track.hdrMetadata }) }),
        };
        const provider = chooseProvider(providers, target);
        const recipe: VideoRecipe = {
          kind: "video",
          revision: 2,
          ...target,
          treatment: { ...treatment, ...(hasCaptions && { captions: "removed" }) },
          timescale,
          level: levelOf(target),
          provider: { id: provider.id, revision: provider.revision },
          ...provider.tune(target, quality),
        };
        return {
          ...({
            kind: "video",
            method: "encode",
            id: codec === "h264" ? id : `${id}-${codec}`,
          } as const),
          ...{ track: track.index, holdSeconds: hold },
          ...(burnt && { burnt }),
          recipe,
        };
      },
    );
    return rungs.filter(
      ({ recipe: { level } }) => (levelNumber(codec, level) ?? 0) <= (maxLevel ?? Infinity),
    );
  });
}

/** What happens to a track's pictures on their way to a dynamic range, and the colours they have then. */
export function treatmentOf(
  track: VideoTrack,
  range: DynamicRange = "sdr",
): Pick<VideoRecipe, "color" | "treatment"> {
  const { output, source, conversion } = planColor(
    track.color ?? untagged,
    track.pixelFormat,
    track,
    range,
  );
  const { rotationDegrees, isMirrored } = track;
  return {
    color: output,
    treatment: {
      deinterlace: track.isInterlaced ? codedPictures(track) : null,
      orientation: { rotationDegrees, isMirrored },
      sourceColor: source,
      conversion,
      ...(conversion !== "matrix" && { conversionRevision }),
      ...(conversion === "tone-map" && { peakNits: peakNits(track) }),
    },
  };
}

/**
 * Told to make nothing but key frames x265 changes the profile, and SVT-AV1 makes pictures of which a stream cannot begin
 * with each: where segments have one picture each is asked for by itself.
 */
const fewestFrames = 2;

/** Frames of most segments: what an encoder may reorder follows from it, and a longer one may have a key frame more. */
function usualFrames({ timescale, steps }: Boundaries, { num, den }: Rational): number {
  const usual = steps.reduce<Boundaries["steps"][number] | undefined>(
    (most, step) => (most === undefined || step.count > most.count ? step : most),
    undefined,
  );
  return Math.max(fewestFrames, ((usual?.durationTicks ?? 0) * num) / (timescale * den));
}

const planarYuv = /^yuvj?4(?:20|22|44)p(?:(?:10|12|14|16)le)?$/;

/** What the deinterlacer is given: the decoder's own form where it takes that one. */
function codedPictures({ width, height, pixelFormat }: VideoTrack): CodedPictures {
  const deep = /(?:10|12|14|16)(?:le|be)|^v210|^p01/.test(pixelFormat ?? "");
  const fallback = deep ? "yuv422p10le" : "yuv422p";
  const isKnown = pixelFormat !== null && planarYuv.test(pixelFormat);
  return { width, height, pixelFormat: isKnown ? pixelFormat : fallback };
}
