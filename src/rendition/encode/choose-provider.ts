import { ViewraError } from "../../errors/viewra-error.ts";
import type { TranscodingProvider } from "../../plugin/sdk.ts";
import type { VideoTarget } from "../../plugin/video-recipe.ts";

/** What of a provider plans follow from. Pure: what it says is part of the content hash. */
export type PlanningProvider = Pick<
  TranscodingProvider,
  "id" | "revision" | "encoders" | "refusal" | "tune"
>;

/** The first provider that encodes a target. TRANSCODING_UNAVAILABLE where none does, with what each said. */
export function chooseProvider(
  providers: readonly PlanningProvider[],
  target: VideoTarget,
): PlanningProvider {
  const refusals: string[] = [];
  for (const provider of providers) {
    const refusal =
      provider.encoders[target.codec] === undefined
        ? `it does not encode ${target.codec}`
        : provider.refusal(target);
    if (refusal === null) return provider;
    refusals.push(`${provider.id}: ${refusal}`);
  }
  const message =
    refusals.length === 0
      ? "No encoder plugin is there"
      : `Nothing here encodes ${target.codec} of ${target.height} lines (${refusals.join("; ")})`;
  throw new ViewraError("TRANSCODING_UNAVAILABLE", message, { retryAfterSeconds: 30 });
}
