/** Codecs of sound that are made here. */
export const soundCodecs = ["aac", "eac3", "ac3", "opus", "flac"] as const;
export type SoundCodec = (typeof soundCodecs)[number];
/** How many channels are made: mono, stereo, 5.1, 7.1. */
export type MadeChannels = 1 | 2 | 6 | 8;

/** What of FFmpeg's encoder of a codec decides what comes out of it, and when. */
export interface SoundEncoder {
  /** FFmpeg's name. */
  readonly encoder: "aac" | "eac3" | "ac3" | "libopus" | "flac";
  /** Samples of one codec frame, at the rates below. */
  readonly frameSamples: number;
  /** By how much what is decoded comes later than what was encoded, samples. */
  readonly delaySamples: number;
  /** Frames after which a run's sound is what a run from further back would make of it. */
  readonly prerollFrames: number;
  /** Hz, the most usual first. */
  readonly sampleRates: readonly number[];
  /** Bits a second by channels; null for as many as the sound needs. */
  readonly bitrateBps: Readonly<Partial<Record<MadeChannels, number>>> | null;
}

const usual = [48_000];

export const soundEncoders: Readonly<Record<SoundCodec, SoundEncoder>> = {
  // The reference encoders' delay of one frame (ISO/IEC 14496-3; libavcodec/aacenc.c). 7.1 comes in the elements of
  // channel configuration 12 under the number 7, which the standard means for another layout and every FFmpeg, and so
  // Chromium and Firefox, reads as this one; Shaka Packager refuses a 12, and Chromium plays none.
  aac: {
    ...{ encoder: "aac", frameSamples: 1024, delaySamples: 1024, prerollFrames: 8 },
    sampleRates: usual,
    bitrateBps: { 1: 96_000, 2: 160_000, 6: 384_000, 8: 512_000 },
  },
  // One block of the overlapping transform (ETSI TS 102 366; libavcodec/ac3enc.c). Nothing else is kept between frames.
  eac3: {
    ...{ encoder: "eac3", frameSamples: 1536, delaySamples: 256, prerollFrames: 3 },
    sampleRates: usual,
    bitrateBps: { 1: 96_000, 2: 192_000, 6: 448_000 },
  },
  ac3: {
    ...{ encoder: "ac3", frameSamples: 1536, delaySamples: 256, prerollFrames: 3 },
    sampleRates: usual,
    bitrateBps: { 1: 96_000, 2: 192_000, 6: 448_000 },
  },
  // 6.5 ms of look-ahead; decoders need 80 ms to settle (RFC 7845, 4.6).
  opus: {
    ...{ encoder: "libopus", frameSamples: 960, delaySamples: 312, prerollFrames: 10 },
    sampleRates: usual,
    bitrateBps: { 1: 80_000, 2: 144_000, 6: 384_000, 8: 512_000 },
  },
  // Every frame stands by itself. FFmpeg's own are four times as long: hls.js takes 50 ms at a cut for a fault.
  flac: {
    ...{ encoder: "flac", frameSamples: 1152, delaySamples: 0, prerollFrames: 1 },
    sampleRates: [48_000, 44_100],
    bitrateBps: null,
  },
};
