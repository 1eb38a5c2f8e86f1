import { ViewraError } from "../../errors/viewra-error.ts";
import type { Boundaries } from "../../media/boundaries.ts";
import { planColor, untagged } from "../../media/color.ts";
import { displaySize } from "../../media/display-size.ts";
import { frameTimescale, type Rational } from "../../media/rational.ts";
import type { VideoTrack } from "../../media/source.ts";
import { videoRange } from "../../media/video-range.ts";
import type { Quality, TranscodingProvider } from "../../plugin/sdk.ts";
import type { CodedPictures, VideoRecipe, VideoTarget } from "../../plugin/video-recipe.ts";
import type { BurntSubtitles } from "./burnt/burnt-subtitles.ts";
import type { EncodedVideo } from "./encoded-rendition.ts";
import { h264Level } from "./h264-level.ts";
import { holdSeconds } from "./hold.ts";
import { conversionRevision } from "./picture-schema.ts";
import { peakNits } from "./tone-curve.ts";
import { createLadder, type LadderLimits } from "./ladder.ts";

export interface VideoEncodeOptions extends LadderLimits {
  readonly quality: Quality;
  /** Its `tune` must be pure: what it says is part of the content hash. */
  readonly provider: Pick<TranscodingProvider, "id" | "revision" | "tune">;
}

/** The pictures that are encoded, and the subtitles that become part of them. */
export interface EncodedPictures {
  readonly track: VideoTrack;
  readonly burnt?: BurntSubtitles | undefined;
}

const pictureLimit = 16_384;

/** The rungs of a track at a constant rate, lowest first; a frame is a whole number of ticks. MEDIA_UNSUPPORTED for pictures of no or of huge size, and for colours that nothing here reads. */
export function planEncodedVideo(
  { track, burnt }: EncodedPictures,
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
  const { color, treatment } = treatmentOf(track);
  if (track.dolbyVision !== null && videoRange(track).base === null) {
    const named = `Dolby Vision of profile ${track.dolbyVision.profile}`;
    const message = `The pictures are ${named}: their colours cannot be converted here, and only devices that decode it show them`;
    throw new ViewraError("MEDIA_UNSUPPORTED", message);
  }
  const gopFrames = usualFrames(boundaries, frameRate);
  const { provider, quality } = options;
  return createLadder(track, frameRate, options).map((rung) => {
    const { id, ...shape } = rung;
    const target: VideoTarget = {
      codec: "h264",
      ...shape,
      frameRate,
      gopFrames,
      color,
    };
    const recipe: VideoRecipe = {
      kind: "video",
      revision: 2,
      ...target,
      treatment,
      timescale,
      level: h264Level(target),
      provider: { id: provider.id, revision: provider.revision },
      ...provider.tune(target, quality),
    };
    const hold = holdSeconds(track.endTimeSeconds, contentEnd);
    return {
      ...({ kind: "video", method: "encode", id, track: track.index, holdSeconds: hold } as const),
      ...(burnt && { burnt }),
      recipe,
    };
  });
}

/** What happens to a track's pictures on their way to SDR, and the colours they have then. */
export function treatmentOf(track: VideoTrack): Pick<VideoRecipe, "color" | "treatment"> {
  const { output, source, conversion } = planColor(
    track.color ?? untagged,
    track.pixelFormat,
    track,
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

/** Frames of most segments: what an encoder may reorder follows from it, and a longer one may have a key frame more. */
function usualFrames({ timescale, steps }: Boundaries, { num, den }: Rational): number {
  const usual = steps.reduce<Boundaries["steps"][number] | undefined>(
    (most, step) => (most === undefined || step.count > most.count ? step : most),
    undefined,
  );
  return Math.max(1, ((usual?.durationTicks ?? 0) * num) / (timescale * den));
}

const planarYuv = /^yuvj?4(?:20|22|44)p(?:(?:10|12|14|16)le)?$/;

/** What the deinterlacer is given: the decoder's own form where it takes that one. */
function codedPictures({ width, height, pixelFormat }: VideoTrack): CodedPictures {
  const deep = /(?:10|12|14|16)(?:le|be)|^v210|^p01/.test(pixelFormat ?? "");
  const fallback = deep ? "yuv422p10le" : "yuv422p";
  const isKnown = pixelFormat !== null && planarYuv.test(pixelFormat);
  return { width, height, pixelFormat: isKnown ? pixelFormat : fallback };
}
