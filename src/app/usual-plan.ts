import type { Config } from "../config/config.ts";
import { defaultDevice } from "../device/default-device.ts";
import type { TranscodingProvider } from "../plugin/sdk.ts";
import type { PlanOptions } from "../rendition/build-plan.ts";

/** The settings that a plan follows from. */
export type PlanConfig = Pick<
  Config,
  "qualityPreset" | "segmentDurationSeconds" | "segmentBeginningSeconds"
>;

/** How a film is planned for a device of which nothing is known, with these providers; `adaptive` is the caller's to say. */
export function usualPlan(
  providers: readonly TranscodingProvider[],
  config: PlanConfig,
): Omit<PlanOptions, "adaptive"> {
  const { maxHeight, maxBitrateBps, maxAudioChannels } = defaultDevice;
  return {
    ...{ providers, maxHeight, maxBitrateBps, maxAudioChannels },
    quality: config.qualityPreset,
    segmentSeconds: config.segmentDurationSeconds,
    beginningSeconds: config.segmentBeginningSeconds,
  };
}
