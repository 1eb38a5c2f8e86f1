import { planColor, untagged } from "../../src/media/color.ts";
import { pictureCodecs } from "../../src/media/picture-codecs.ts";
import { frameTimescale, rational } from "../../src/media/rational.ts";
import type { Quality, TranscodingProvider, VideoTarget } from "../../src/plugin/sdk.ts";
import type { VideoRecipe } from "../../src/plugin/video-recipe.ts";
import { levelOf } from "../../src/rendition/encode/levels/level-of.ts";

const sizes = [
  { width: 426, height: 240, maxBitrateBps: 700_000 },
  { width: 1280, height: 720, maxBitrateBps: 4_000_000 },
  { width: 1920, height: 1080, maxBitrateBps: 8_000_000 },
  { width: 3840, height: 2160, maxBitrateBps: 25_000_000 },
];
const rates = [rational(24_000, 1001), rational(50)];
const light = {
  mastering: {
    red: { x: 34_000, y: 16_000 },
    green: { x: 13_250, y: 34_500 },
    blue: { x: 7500, y: 3000 },
    whitePoint: { x: 15_635, y: 16_450 },
    ...{ minLuminance: 50, maxLuminance: 10_000_000 },
  },
  light: { maxCll: 1000, maxFall: 400 },
};

/** Every codec in every size, at a slow and a fast rate, in SDR and HDR. */
export const targets: readonly VideoTarget[] = pictureCodecs.flatMap((codec) =>
  sizes.flatMap((size) =>
    rates.flatMap((frameRate) =>
      (["sdr", "hdr"] as const).map((range): VideoTarget => {
        const tags = range === "hdr" ? { ...untagged, transfer: "smpte2084" as const } : untagged;
        const { output } = planColor(tags, "yuv420p", size, range);
        const gopFrames = Math.round((4 * frameRate.num) / frameRate.den);
        const target = { codec, ...size, frameRate, gopFrames, color: output };
        return range === "hdr" ? { ...target, bitDepth: 10, hdr: light } : target;
      }),
    ),
  ),
);

export const qualities: readonly Quality[] = ["low", "medium", "high"];

/** The recipe that a provider makes of a target. */
export function recipeOf(
  provider: TranscodingProvider,
  target: VideoTarget,
  quality: Quality,
): VideoRecipe {
  const tags = target.bitDepth === 10 ? { ...untagged, transfer: "smpte2084" as const } : untagged;
  const { source, conversion } = planColor(
    tags,
    "yuv420p",
    target,
    target.bitDepth === 10 ? "hdr" : "sdr",
  );
  return {
    ...{ kind: "video", revision: 2, ...target },
    treatment: {
      deinterlace: null,
      orientation: { rotationDegrees: 0, isMirrored: false },
      ...{ sourceColor: source, conversion },
    },
    timescale: frameTimescale(target.frameRate),
    level: levelOf(target),
    provider: { id: provider.id, revision: provider.revision },
    ...provider.tune(target, quality),
  };
}

/** All that a provider encodes, as recipes. */
export function recipesOf(provider: TranscodingProvider): VideoRecipe[] {
  return targets
    .filter((target) => provider.encoders[target.codec] && provider.refusal(target) === null)
    .flatMap((target) => qualities.map((quality) => recipeOf(provider, target, quality)));
}
