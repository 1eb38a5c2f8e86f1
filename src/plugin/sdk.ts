/**
 * The public contract of plugins. A plugin imports this file and nothing else of ours; its default
 * export is a definition without side effects.
 */
import type { Quality } from "../media/quality.ts";
import type { PictureCodec } from "../media/picture-codecs.ts";
import type { VideoRecipe, VideoTarget, VideoTuning } from "./video-recipe.ts";

export type { PictureCodec, Quality, VideoRecipe, VideoTarget, VideoTuning };
export { formatRational } from "../media/rational.ts";
export { chromaticityUnits, luminanceUnits } from "../media/hdr-metadata.ts";
export { encodedFormat } from "./video-recipe.ts";

/** An encoder provider: turns targets into recipes, and recipes into FFmpeg arguments. All pure. */
export interface TranscodingProvider {
  /** `ffmpeg_software`; letters, digits and underscores. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /**
   * Raised when the same recipe would give other bytes than before, and only then: it is part of the
   * content hash. What is stored of an earlier one is served, and no more is made of it.
   */
  readonly revision: number;
  /** Higher is tried first. */
  readonly priority: number;
  /** The FFmpeg encoder that it writes each codec of pictures with, as in a recipe's `encoder`; one without is not made. */
  readonly encoders: Readonly<Partial<Record<PictureCodec, string>>>;
  /** How this provider reaches a target. Part of the content hash: same input, same answer, for ever. */
  tune(target: VideoTarget, quality: Quality): VideoTuning;
  /** Options of one FFmpeg video output, from `-c:v` on: encoder, rate control, GOP, profile, level. */
  videoArgs(recipe: VideoRecipe): string[];
  /** FFmpeg filters appended after scaling (upload to a device); usually none. */
  outputFilters(recipe: VideoRecipe): string[];
  /** FFmpeg options before any input (device set-up); usually none. */
  globalArgs(): string[];
  /** What its encoders are told by the environment; nothing when left out. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Identity; gives a plugin's definition its type. */
export function defineProvider(provider: TranscodingProvider): TranscodingProvider {
  return provider;
}
