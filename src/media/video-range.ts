import type { DolbyVision, VideoTrack } from "./source.ts";

/** The dynamic range of pictures. */
export interface VideoRange {
  readonly dolbyVision: DolbyVision | null;
  /** What a player without Dolby Vision shows; null when that would be nothing rightly coloured. */
  readonly base: "sdr" | "hdr10" | "hlg" | null;
}

/**
 * HDR by the transfer of the pictures (H.273), and for Dolby Vision by the compatibility of its base layer: Dolby Vision
 * streams within ISOBMFF, 3.2. Profile 5, and others of compatibility 0, have a base layer in colours of their own.
 */
export function videoRange({ dolbyVision, color }: VideoTrack): VideoRange {
  const transfer = color?.transfer ?? null;
  const tagged = transfer === "smpte2084" ? "hdr10" : transfer === "arib-std-b67" ? "hlg" : "sdr";
  if (dolbyVision === null) return { dolbyVision, base: tagged };
  switch (dolbyVision.compatibilityId) {
    case 1:
    case 6:
      return { dolbyVision, base: "hdr10" };
    case 2:
      return { dolbyVision, base: "sdr" };
    case 4:
      return { dolbyVision, base: "hlg" };
    default:
      return { dolbyVision, base: null };
  }
}
