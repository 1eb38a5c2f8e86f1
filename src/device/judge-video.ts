import { cmafVideoCodecs } from "../media/cmaf-codecs.ts";
import { levelName } from "../media/codec-level.ts";
import { toNumber } from "../media/rational.ts";
import type { VideoTrack } from "../media/source.ts";
import type { Device, VideoLimits } from "./device.ts";
import type { Pictures } from "./pictures.ts";
import { fewest, listed, type Reason } from "./reason.ts";
import { isVideoRefused } from "./refusal.ts";

/** A file as it lies there, or the track's packets in CMAF segments. */
export type Place =
  { readonly kind: "file"; readonly containers: readonly string[] } | { readonly kind: "stream" };

/** Why the device does not show these pictures as they are there; empty when it does. */
export function videoReasons(pictures: Pictures, device: Device, place: Place): Reason[] {
  const { track } = pictures;
  const reasons = treatmentReasons(track, device, place);
  if (place.kind === "stream" && !cmafVideoCodecs.has(track.codec)) {
    const message = `${track.codec} pictures cannot be carried in segments as they are`;
    reasons.push({ code: "CODEC_NOT_STREAMABLE", message });
  }
  if (pictures.height > device.maxHeight) reasons.push(tooLarge(pictures.height, device.maxHeight));
  const { maxBitrateBps } = device;
  if (maxBitrateBps !== null && pictures.bitrateBps > maxBitrateBps) {
    reasons.push(tooManyBits(pictures.bitrateBps, maxBitrateBps));
  }
  return [...reasons, ...codecReasons(pictures, device, place)];
}

/** What the pictures need beside decoding, by whoever shows them. */
function treatmentReasons(track: VideoTrack, device: Device, { kind }: Place): Reason[] {
  const reasons: Reason[] = [];
  if (track.isInterlaced && !device.deinterlaces) {
    const message = "The pictures are interlaced and look torn without treatment";
    reasons.push({ code: "PICTURES_INTERLACED", message });
  }
  // Segments have no display matrix: what must be turned is turned before.
  const turnsByItself = kind === "file" && device.turnsPictures;
  if ((track.rotationDegrees !== 0 || track.isMirrored) && !turnsByItself) {
    const mirrored = track.isMirrored ? " and mirrored" : "";
    const message = `The pictures must be turned by ${track.rotationDegrees}°${mirrored}`;
    reasons.push({ code: "PICTURES_TURNED", message });
  }
  if (toNumber(track.sampleAspectRatio) !== 1 && !device.keepsAspect) {
    const { num, den } = track.sampleAspectRatio;
    const message = `The pictures' samples are ${num}:${den} wide, and the device may show them as square`;
    reasons.push({ code: "PICTURES_ANAMORPHIC", message });
  }
  return reasons;
}

function codecReasons(pictures: Pictures, device: Device, place: Place): Reason[] {
  const { codec } = pictures.track;
  const known = device.video.get(codec) ?? [];
  const alternatives = known.filter(
    ({ carriage }) => carriage === "any" || carriage === place.kind,
  );
  if (alternatives.length === 0) {
    const where = known.length === 0 ? "" : place.kind === "file" ? " of a file" : " of a stream";
    const message = `The device does not play ${codec} pictures${where}; it plays ${listed(device.video.keys())}`;
    return [{ code: "VIDEO_CODEC_UNSUPPORTED", message }];
  }
  const told = alternatives.map((limits) => ({
    limits,
    reasons: limitReasons(pictures, limits, device, place),
  }));
  const taking = told.filter(({ reasons }) => reasons.length === 0);
  if (taking.length === 0) return fewest(told.map(({ reasons }) => reasons));
  const isRefused =
    !taking.some(({ limits }) => limits.isMeasured) &&
    device.refused.some((refusal) => isVideoRefused(pictures, refusal));
  if (!isRefused) return [];
  const message = `The device says that it does not play ${codec} pictures like these smoothly`;
  return [{ code: "DEVICE_REFUSES", message }];
}

function limitReasons(
  pictures: Pictures,
  limits: VideoLimits,
  device: Device,
  place: Place,
): Reason[] {
  const { track, format, height, frameRate, bitrateBps } = pictures;
  const { codec, profile, level, codecTag } = track;
  const reasons: Reason[] = [];
  if (profile !== null && limits.profiles !== null && !limits.profiles.has(profile)) {
    const message = `The pictures are ${codec} of profile ${profile}; the device decodes ${listed(limits.profiles)}`;
    reasons.push({ code: "VIDEO_PROFILE_UNSUPPORTED", message });
  }
  if (level !== null && limits.maxLevel !== null && level > limits.maxLevel) {
    const message = `The pictures are ${codec} of level ${levelName(codec, level)}; the device decodes up to ${levelName(codec, limits.maxLevel)}`;
    reasons.push({ code: "VIDEO_LEVEL_TOO_HIGH", message });
  }
  if (format !== null && limits.maxBitDepth !== null && format.bitDepth > limits.maxBitDepth) {
    const message = `The pictures have ${format.bitDepth} bits; the device decodes ${limits.maxBitDepth} of ${codec}`;
    reasons.push({ code: "BIT_DEPTH_UNSUPPORTED", message });
  }
  if (format !== null && limits.chroma !== null && !limits.chroma.has(format.chroma)) {
    const message = `The pictures are ${format.chroma}; the device decodes ${listed(limits.chroma)} of ${codec}`;
    reasons.push({ code: "CHROMA_UNSUPPORTED", message });
  }
  const isTold = height > device.maxHeight;
  if (limits.maxHeight !== null && height > limits.maxHeight && !isTold) {
    reasons.push(tooLarge(height, limits.maxHeight));
  }
  if (
    limits.maxFrameRate !== null &&
    frameRate !== null &&
    frameRate > limits.maxFrameRate + 0.001
  ) {
    const message = `The pictures come at ${rate(frameRate)} a second; the device shows ${rate(limits.maxFrameRate)} of them`;
    reasons.push({ code: "FRAME_RATE_TOO_HIGH", message });
  }
  if (limits.maxBitrateBps !== null && bitrateBps > limits.maxBitrateBps) {
    reasons.push(tooManyBits(bitrateBps, limits.maxBitrateBps));
  }
  // Copied pictures get a sample entry of our choice; those of a file have their own.
  const entries = limits.sampleEntries;
  if (place.kind === "file" && entries !== null && codecTag !== null && !entries.has(codecTag)) {
    const message = `The pictures' sample entry is ${codecTag}; the device knows ${listed(entries)}`;
    reasons.push({ code: "SAMPLE_ENTRY_UNSUPPORTED", message });
  }
  const range = rangeReason(pictures, limits, device, place);
  return range === null ? reasons : [...reasons, range];
}

const dolbyEntries: ReadonlySet<string> = new Set(["dvh1", "dvhe", "dva1", "dvav", "dav1"]);
const rangeNames = { hdr10: "HDR10", hlg: "HLG" };

/** Dolby Vision where the device has it, else its base layer by what that is. */
function rangeReason(
  { track, range }: Pictures,
  limits: VideoLimits,
  device: Device,
  place: Place,
): Reason | null {
  const { dolbyVision } = range;
  if (dolbyVision !== null) {
    const { profile, level } = dolbyVision;
    const isFound = place.kind === "stream" || finds(device, place.containers);
    const upTo = limits.dolbyVision.get(profile);
    if (isFound && upTo !== undefined && level <= upTo) return null;
    const isHidden = place.kind === "file" && dolbyEntries.has(track.codecTag ?? "");
    if (range.base === null || isHidden) {
      const shown =
        limits.dolbyVision.size === 0
          ? "none"
          : `profiles ${listed([...limits.dolbyVision.keys()].map(String))}`;
      const message = `The pictures are Dolby Vision of profile ${profile}, which has nothing that another player could show; the device shows ${shown} of it here`;
      return { code: "DOLBY_VISION_UNSUPPORTED", message };
    }
  }
  const { base } = range;
  if (base === null || base === "sdr" || limits.hdr.has(base)) return null;
  const shown =
    limits.hdr.size === 0
      ? "SDR"
      : `${listed([...limits.hdr].map((kind) => rangeNames[kind]))} and SDR`;
  const message = `The pictures are ${rangeNames[base]}, the device shows ${shown} of ${track.codec}`;
  return { code: "HDR_UNSUPPORTED", message };
}

function finds({ dolbyVisionContainers }: Device, containers: readonly string[]): boolean {
  return (
    dolbyVisionContainers === null || containers.some((name) => dolbyVisionContainers.has(name))
  );
}

function tooLarge(height: number, maxHeight: number): Reason {
  const message = `The pictures are ${height}p, the device shows up to ${maxHeight}p`;
  return { code: "RESOLUTION_TOO_HIGH", message };
}

function tooManyBits(bitrateBps: number, maxBitrateBps: number): Reason {
  const message = `The pictures need ${mbps(bitrateBps)}, the device takes ${mbps(maxBitrateBps)}`;
  return { code: "BITRATE_TOO_HIGH", message };
}

const rate = (perSecond: number): string => String(Math.round(perSecond * 100) / 100);
const mbps = (bitsPerSecond: number): string => `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s`;
