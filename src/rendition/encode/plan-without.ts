import type { Quality } from "../../media/quality.ts";
import type { Plan } from "../plan.ts";
import { chooseProvider, type PlanningProvider } from "./choose-provider.ts";
import type { EncodedVideo } from "./encoded-rendition.ts";

/** Who makes a rendition; null of what no provider makes. */
export function providerOf({ renditions }: Plan, renditionId: string): string | null {
  const made = renditions.find(({ id }) => id === renditionId);
  return made?.kind === "video" && made.method === "encode" ? made.recipe.provider.id : null;
}

/**
 * The same plan, with whatever a provider makes made by others: the same pictures, sizes and cuts, and what is copied stays so.
 * TRANSCODING_UNAVAILABLE where nothing else makes it.
 */
export function planWithout(
  plan: Plan,
  providerId: string,
  providers: readonly PlanningProvider[],
  quality: Quality,
): Plan {
  const rest = providers.filter(({ id }) => id !== providerId);
  return {
    ...plan,
    renditions: plan.renditions.map((rendition) =>
      rendition.kind === "video" &&
      rendition.method === "encode" &&
      rendition.recipe.provider.id === providerId
        ? retuned(rendition, rest, quality)
        : rendition,
    ),
  };
}

function retuned(
  rendition: EncodedVideo,
  providers: readonly PlanningProvider[],
  quality: Quality,
): EncodedVideo {
  const { recipe } = rendition;
  const { id, revision, tune } = chooseProvider(providers, recipe);
  const provider = { id, revision };
  return { ...rendition, recipe: { ...recipe, provider, ...tune(recipe, quality) } };
}
