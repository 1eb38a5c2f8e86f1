import { planColor, untagged, type ColorTags, type DynamicRange } from "../../media/color.ts";
import type { Quality } from "../../media/quality.ts";
import { frameTimescale, rational } from "../../media/rational.ts";
import type { TranscodingProvider } from "../../plugin/sdk.ts";
import type { PictureCodec } from "../../media/picture-codecs.ts";
import type { VideoRecipe, VideoTarget } from "../../plugin/video-recipe.ts";
import { levelOf } from "./levels/level-of.ts";

export interface Trial {
  readonly codec: PictureCodec;
  readonly range: DynamicRange;
  readonly quality: Quality;
}

/** Large enough that an encoder's start is little of it. */
const size = { width: 1280, height: 720 } as const;

const frameRate = rational(24);
const gopFrames = 48;
/** Of an H.264 picture of 720 lines. */
const bitsPerSample = 0.16;
const hdrTags: ColorTags = { ...untagged, transfer: "smpte2084" };

/** Pictures of a film that is none. */
export function trialTarget({ codec, range }: Pick<Trial, "codec" | "range">): VideoTarget {
  const { output } = planColor(range === "hdr" ? hdrTags : untagged, "yuv420p", size, range);
  return {
    ...{ codec, ...size, frameRate, gopFrames, color: output },
    maxBitrateBps: Math.round(size.width * size.height * 24 * bitsPerSample),
    ...(range === "hdr" && { bitDepth: 10 as const }),
  };
}

/** The recipe of a film that is none: whether and how fast a provider encodes in a codec, whose target it does not refuse. */
export function trialRecipe(
  provider: Pick<TranscodingProvider, "id" | "revision" | "tune">,
  { codec, range, quality }: Trial,
): VideoRecipe {
  const tags = range === "hdr" ? hdrTags : untagged;
  const { source, conversion } = planColor(tags, "yuv420p", size, range);
  const target = trialTarget({ codec, range });
  return {
    kind: "video",
    revision: 2,
    ...target,
    treatment: {
      deinterlace: null,
      orientation: { rotationDegrees: 0, isMirrored: false },
      sourceColor: source,
      conversion,
    },
    timescale: frameTimescale(frameRate),
    level: levelOf(target),
    provider: { id: provider.id, revision: provider.revision },
    ...provider.tune(target, quality),
  };
}
