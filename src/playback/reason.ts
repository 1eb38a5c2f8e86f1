export const reasonCodes = [
  "CONTAINER_UNSUPPORTED",
  "VIDEO_CODEC_UNSUPPORTED",
  "AUDIO_CODEC_UNSUPPORTED",
  "RESOLUTION_TOO_HIGH",
  "BITRATE_TOO_HIGH",
  "HDR_UNSUPPORTED",
  "PICTURES_INTERLACED",
  "PICTURES_TURNED",
  "AUDIO_CHANNELS_TOO_MANY",
  "QUALITY_REQUESTED",
  "DELIVERY_ADAPTIVE",
  "SOURCE_TRUNCATED",
  "TRACK_LEFT_OUT",
  "SUBTITLES_NOT_DELIVERED",
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

/** Why something was decided, or what a viewer should know: a stable code and a sentence. */
export interface Reason {
  readonly code: ReasonCode;
  readonly message: string;
}

/** Seconds as people read them: `1:02:03`, `2:03`. */
export function clockTime(seconds: number): string {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  const hours = Math.floor(whole / 3600);
  const [minutes, rest] = parts.map((part) => String(part).padStart(2, "0"));
  return hours > 0 ? `${hours}:${minutes}:${rest}` : `${Number(minutes)}:${rest}`;
}
