import type { VideoRecipe } from "../../plugin/video-recipe.ts";
import type { AudioTrackRendition, VideoTrackRendition } from "../rendition.ts";
import type { AudioRecipe } from "./audio-recipe.ts";
import type { BurntSubtitles } from "./burnt/burnt-subtitles.ts";

/** Pictures decoded and encoded anew. */
export interface EncodedVideo extends VideoTrackRendition {
  readonly method: "encode";
  /** How long the last picture may stand at the end, where sound goes on without pictures. */
  readonly holdSeconds: number;
  readonly burnt?: BurntSubtitles | undefined;
  readonly recipe: VideoRecipe;
}

/** Sound decoded and encoded anew. */
export interface EncodedAudio extends AudioTrackRendition {
  readonly method: "encode";
  /** How long silence may stand at the end, where pictures go on without sound. */
  readonly holdSeconds: number;
  /**
   * The source's clock at one packet of the track, microseconds, where all of them are equally long and
   * so begin on one grid; null where they may not be.
   */
  readonly packetMicroseconds: number | null;
  /**
   * Samples of which every packet of such a track holds a multiple, but for the first, of which the encoder's delay may
   * be cut: its end is on the grid all the same. Left out where that is not so.
   */
  readonly packetUnitSamples?: number;
  /**
   * Where it ends: with the content, to a sample, the last codec frame being shorter, as music does that goes on in
   * another file. Left out: with a whole codec frame.
   */
  readonly end?: "sample";
  readonly recipe: AudioRecipe;
}

export type EncodedRendition = EncodedVideo | EncodedAudio;
export type Recipe = EncodedRendition["recipe"];
