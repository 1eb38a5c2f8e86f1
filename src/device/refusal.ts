import type { AudioTrack } from "../media/source.ts";
import { profileIncludes } from "./codec-profile.ts";
import type { Refusal } from "./device.ts";
import type { Pictures } from "./pictures.ts";

/** Whether a client that failed at one configuration was asked for as much or more: in everything that it named. */
export function isVideoRefused(pictures: Pictures, refusal: Refusal): boolean {
  const { track, height, frameRate, format, range, bitrateBps } = pictures;
  const { dolbyVisionProfile } = refusal;
  return (
    refusal.codec === track.codec &&
    includesProfile(track.codec, track.profile, refusal.profile) &&
    reaches(track.level, refusal.level) &&
    reaches(format?.bitDepth ?? null, refusal.bitDepth) &&
    reaches(height, refusal.height) &&
    // 23.976 is what people and players call 24.
    reaches(frameRate === null ? null : frameRate * 1.001, refusal.frameRate) &&
    reaches(bitrateBps, refusal.bitrateBps) &&
    (refusal.hdr === null || refusal.hdr === range.base) &&
    (dolbyVisionProfile === null || dolbyVisionProfile === range.dolbyVision?.profile)
  );
}

export function isAudioRefused(track: AudioTrack, refusal: Refusal): boolean {
  return (
    refusal.codec === track.codec &&
    includesProfile(track.codec, track.profile, refusal.profile) &&
    reaches(track.channels, refusal.channels)
  );
}

function includesProfile(codec: string, profile: string | null, refused: string | null): boolean {
  return refused === null || (profile !== null && profileIncludes(codec, profile, refused));
}

/** What is not known is not held against a track. */
function reaches(value: number | null, refused: number | null): boolean {
  return refused === null || (value !== null && value >= refused);
}
