import type { MadeChannels, SoundCodec, SoundEncoder } from "./sound-encoders.ts";

/** Everything that decides the bytes of an audio rendition, but for the sound and the boundaries. */
export interface AudioRecipe {
  readonly kind: "audio";
  /** Raised when the same recipe would give other bytes than before. */
  readonly revision: 2;
  readonly codec: SoundCodec;
  readonly encoder: SoundEncoder["encoder"];
  readonly sampleRateHz: number;
  readonly channels: MadeChannels;
  /** Of a codec that loses nothing. */
  readonly bitDepth?: 16 | 24;
  /**
   * How the source's channels become these: as they are; by the source's channel layout; or, where it has none
   * that can be mixed, the first of them.
   */
  readonly mix: "none" | "layout" | "front-channels";
  /** Quiet made louder and loud made quieter, for the night; left out for sound as it is. */
  readonly dynamics?: "night";
  /** Peaks are held down in each channel by itself; left out where they are in all of them together. */
  readonly peaks?: "each-channel";
  /** Of a codec that loses nothing: what it cannot exceed. */
  readonly bitrateBps: number;
  /** Samples of one codec frame. */
  readonly frameSamples: number;
  /** Codec frames encoded and dropped before a run's first segment, so that runs join without a click. */
  readonly prerollFrames: number;
}
