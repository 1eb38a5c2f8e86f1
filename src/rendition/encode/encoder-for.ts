import type { DeviceEncoder } from "../../plugin/sdk.ts";
import type { VideoRecipe } from "../../plugin/video-recipe.ts";

/**
 * What writes a recipe here: the provider that it was made by, of the same revision, on a device that it is proven on; another
 * revision's bytes are other bytes. TRANSCODING_UNAVAILABLE where there is none.
 */
export type EncoderFor = (recipe: VideoRecipe) => DeviceEncoder;
