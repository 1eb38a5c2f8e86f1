import { classHeight } from "../media/resolution.ts";
import { codecsOfType, parseCodecString, type CodecClaim } from "./codec-string.ts";
import type { AudioLimits, HdrKind, Refusal, VideoLimits } from "./device.ts";
import type { MediaCapability } from "./device-request.ts";
import { anyAudio, noHdr } from "./limits.ts";
import { usualLimits } from "./plain-name.ts";
import type { Reason } from "./reason.ts";

/** What one result of `decodingInfo` says: that something plays, or that it does not. */
export type Measured =
  | { readonly kind: "video"; readonly codec: string; readonly limits: VideoLimits }
  | { readonly kind: "audio"; readonly codec: string; readonly limits: AudioLimits }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "ignored"; readonly reason: Reason };

/**
 * A configuration that plays smoothly is a limit by itself: all that asks for less plays, too. One that is not
 * supported, or stutters, is refused with all that asks for more (Media Capabilities, 2.2).
 */
export function readCapability(entry: MediaCapability): Measured {
  const codecs = codecsOfType(entry.contentType);
  const [first] = codecs;
  const claim = first === undefined || codecs.length > 1 ? null : parseCodecString(first);
  if (claim === null) {
    const message = `The media capability of "${entry.contentType}" is left out of account: a type with one known codec was expected`;
    return { kind: "ignored", reason: { code: "CLAIM_IGNORED", message } };
  }
  const plays = entry.supported && entry.smooth !== false;
  if (!plays) return { kind: "refused", refusal: refusal(claim, entry) };
  if (isAudio(claim)) return { kind: "audio", codec: claim.codec, limits: heard(claim, entry) };
  return { kind: "video", codec: claim.codec, limits: seen(claim, entry) };
}

function isAudio(claim: CodecClaim): boolean {
  return claim.kind === "audio" || (claim.kind === "name" && claim.of === "audio");
}

function heard(claim: CodecClaim, { channels }: MediaCapability): AudioLimits {
  const limits = claim.kind === "audio" ? claim.limits : anyAudio;
  return { ...limits, maxChannels: channels ?? limits.maxChannels, isMeasured: true };
}

function seen(claim: CodecClaim, entry: MediaCapability): VideoLimits {
  const height = heightOf(entry);
  const kind = hdrKind(entry);
  const hdr: ReadonlySet<HdrKind> = kind === null ? noHdr : new Set([kind]);
  const limits =
    claim.kind === "video" ? claim.limits : usualLimits(claim.codec, height ?? 1080, hdr);
  return {
    ...limits,
    ...{ maxHeight: height ?? limits.maxHeight, maxFrameRate: entry.framerate ?? null },
    ...{ maxBitrateBps: entry.bitrate ?? null, hdr: new Set([...limits.hdr, ...hdr]) },
    isMeasured: true,
  };
}

function refusal(claim: CodecClaim, entry: MediaCapability): Refusal {
  const video = claim.kind === "video" ? claim.limits : null;
  const audio = claim.kind === "audio" ? claim.limits : null;
  // The last of a decoder's profiles is the one it was asked about.
  const profile = [...(video?.profiles ?? audio?.profiles ?? [])].at(-1) ?? null;
  return {
    codec: claim.codec,
    profile,
    level: video?.maxLevel ?? null,
    bitDepth: video?.maxBitDepth ?? null,
    height: heightOf(entry),
    frameRate: entry.framerate ?? null,
    bitrateBps: entry.bitrate ?? null,
    hdr: hdrKind(entry),
    dolbyVisionProfile: [...(video?.dolbyVision.keys() ?? [])][0] ?? null,
    channels: entry.channels ?? null,
  };
}

function heightOf({ width, height }: MediaCapability): number | null {
  if (width === undefined && height === undefined) return null;
  return classHeight({ width: width ?? 0, height: height ?? 0 });
}

function hdrKind({ hdr }: MediaCapability): HdrKind | null {
  return hdr === undefined ? null : hdr === "hlg" ? "hlg" : "hdr10";
}
