/** Why a device is not given a file or a track as it is, and what it should know. Codes are for programs and stay. */
export const reasonCodes = [
  // The file as a whole.
  "CONTAINER_UNSUPPORTED",
  "CONTAINER_CODEC_UNSUPPORTED",
  "AUDIO_TRACK_FIXED",
  "SOURCE_TRUNCATED",
  "SOURCE_CLOCK_JUMPS",
  "FILE_GROWING",
  "FILE_HAS_HOLES",
  // Pictures.
  "VIDEO_CODEC_UNSUPPORTED",
  "VIDEO_PROFILE_UNSUPPORTED",
  "VIDEO_LEVEL_TOO_HIGH",
  "BIT_DEPTH_UNSUPPORTED",
  "CHROMA_UNSUPPORTED",
  "SAMPLE_ENTRY_UNSUPPORTED",
  "RESOLUTION_TOO_HIGH",
  "FRAME_RATE_TOO_HIGH",
  "BITRATE_TOO_HIGH",
  "HDR_UNSUPPORTED",
  "DOLBY_VISION_UNSUPPORTED",
  "PICTURES_INTERLACED",
  "PICTURES_TURNED",
  "PICTURES_ANAMORPHIC",
  "QUALITY_REQUESTED",
  // Sound.
  "AUDIO_CODEC_UNSUPPORTED",
  "AUDIO_PROFILE_UNSUPPORTED",
  "AUDIO_CHANNELS_TOO_MANY",
  "AUDIO_SAMPLE_RATE_TOO_HIGH",
  "AUDIO_BIT_DEPTH_UNSUPPORTED",
  "NIGHT_MODE_REQUESTED",
  // Either.
  "CODEC_NOT_STREAMABLE",
  "DEVICE_REFUSES",
  "DELIVERY_REQUESTED",
  "DELIVERY_ADAPTIVE",
  "DELIVERY_FAILED",
  // What a plan of it showed.
  "COPY_IMPOSSIBLE",
  "RUNGS_LEFT_OUT",
  // Not delivered.
  "TRACK_LEFT_OUT",
  "SUBTITLES_NOT_DELIVERED",
  // Delivered in another form.
  "SUBTITLES_CONVERTED",
  "SUBTITLES_BURNT_IN",
  // About what the client said of itself.
  "CLAIM_IGNORED",
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

/** A stable code, and a sentence that names what was found and what the device takes. */
export interface Reason {
  readonly code: ReasonCode;
  readonly message: string;
}

/** One sentence for each code and finding: reasons that say the same are one. */
export function distinctReasons(reasons: readonly Reason[]): Reason[] {
  return [
    ...new Map(reasons.map((reason) => [`${reason.code} ${reason.message}`, reason])).values(),
  ];
}

/** Names for people, in an order that does not depend on how they came. */
export function listed(names: Iterable<string>): string {
  return [...names].toSorted().join(", ");
}

/** Of several ways to fail the one that lacks least; of equals always the same. */
export function fewest(told: readonly Reason[][]): Reason[] {
  const text = (reasons: readonly Reason[]): string => reasons.map(({ message }) => message).join();
  const sorted = told.toSorted((a, b) => a.length - b.length || (text(a) < text(b) ? -1 : 1));
  return sorted[0] ?? [];
}
