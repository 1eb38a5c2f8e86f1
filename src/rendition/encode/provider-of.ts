import { ViewraError } from "../../errors/viewra-error.ts";
import type { TranscodingProvider } from "../../plugin/sdk.ts";
import type { VideoRecipe } from "../../plugin/video-recipe.ts";

/**
 * The provider that a recipe was made by, of the same revision: another's bytes are other bytes.
 * TRANSCODING_UNAVAILABLE where it is not here.
 */
export function providerOf(
  providers: readonly TranscodingProvider[],
  { provider: { id, revision }, codec, encoder }: VideoRecipe,
): TranscodingProvider {
  const provider = providers.find((each) => each.id === id && each.encoders[codec] === encoder);
  if (provider?.revision === revision) return provider;
  const what =
    provider === undefined
      ? `No provider ${id} here encodes with ${encoder}`
      : `The provider ${id} is of revision ${provider.revision} here, and ${revision} is needed`;
  throw new ViewraError("TRANSCODING_UNAVAILABLE", what);
}
