import type { Device } from "../device/device.ts";
import type { DynamicRange } from "../media/color.ts";
import type { Quality } from "../media/quality.ts";
import { toNumber } from "../media/rational.ts";
import type { VideoTrack } from "../media/source.ts";
import { videoRange } from "../media/video-range.ts";
import { pictureCodecs, type PictureCodec } from "../media/picture-codecs.ts";
import { usualPictures, type MadePictures } from "../rendition/encode/made-pictures.ts";

/**
 * Samples a second of pictures that this machine encodes in a codec, as far as is known; 0 where it does not, Infinity
 * where nobody asks.
 */
export type EncodingSpeed = (codec: PictureCodec, range: DynamicRange, quality: Quality) => number;

/** H.264 in all sizes and no other codec, which is what a machine of which nothing is known makes. */
export const h264Alone: EncodingSpeed = (codec) => (codec === "h264" ? Infinity : 0);

/** Codecs by how few bits they need, and those of HDR by how many devices show it. */
const sparingFirst: readonly PictureCodec[] = ["av1", "hevc", "vp9"];
const hdrFirst: readonly PictureCodec[] = ["hevc", "av1", "vp9"];

/**
 * What is encoded of a film's pictures for a device. H.264 for all who play it; beside it, where this machine encodes
 * it at the pace of the film, a codec that keeps HDR for who shows it, or with `quality: high` one that needs fewer
 * bits. A device without H.264 gets what it plays of those. None where it plays nothing that is made in time.
 */
export function choosePictures(
  track: VideoTrack,
  device: Device,
  quality: Quality,
  speed: EncodingSpeed,
): MadePictures[] {
  const takes = (codec: PictureCodec, range: DynamicRange): MadePictures[] => {
    const limits = playedLimits(track, device, codec, range);
    return limits === null
      ? []
      : [{ codec, range, ...limits, maxSamplesPerSecond: speed(codec, range, quality) }];
  };
  const inTime = (made: MadePictures): boolean => (made.maxSamplesPerSecond ?? 0) > 0;
  const first = (codecs: readonly PictureCodec[], range: DynamicRange): MadePictures[] =>
    codecs
      .flatMap((codec) => takes(codec, range))
      .filter(inTime)
      .slice(0, 1);
  const { base } = videoRange(track);
  const hdr = base === "hdr10" || base === "hlg" ? first(hdrFirst, "hdr") : [];
  const beside = hdr.length === 0 && quality === "high" ? first(sparingFirst, "sdr") : hdr;
  if (device.video.has("h264")) return [...usualPictures, ...beside.map(timely)];
  return (beside.length > 0 ? beside : first(pictureCodecs, "sdr")).map(timely);
}

/** All that is made here in time, for whatever film. */
export function madeCodecs(quality: Quality, speed: EncodingSpeed): PictureCodec[] {
  return pictureCodecs.filter((codec) => speed(codec, "sdr", quality) > 0);
}

/** Infinity is no number that a plan's options could be compared by. */
function timely(made: MadePictures): MadePictures {
  return made.maxSamplesPerSecond === Infinity ? { ...made, maxSamplesPerSecond: null } : made;
}

/** Profiles of what is made, as ffprobe names them. */
const profiles: Readonly<Record<PictureCodec, Readonly<Record<DynamicRange, string>>>> = {
  h264: { sdr: "High", hdr: "High 10" },
  hevc: { sdr: "Main", hdr: "Main 10" },
  av1: { sdr: "Main", hdr: "Main" },
  vp9: { sdr: "Profile 0", hdr: "Profile 2" },
};

/** What the device plays of a codec, in the best of its alternatives; null for nothing that is made here. */
function playedLimits(
  track: VideoTrack,
  device: Device,
  codec: PictureCodec,
  range: DynamicRange,
): Pick<MadePictures, "maxHeight" | "maxLevel" | "maxBitrateBps"> | null {
  if (device.refused.some((refusal) => refusal.codec === codec)) return null;
  const { base } = videoRange(track);
  const rate = track.frameRate === null ? 0 : toNumber(track.frameRate);
  const fitting = (device.video.get(codec) ?? []).filter(
    (limits) =>
      limits.carriage !== "file" &&
      (limits.profiles?.has(profiles[codec][range]) ?? true) &&
      (limits.maxBitDepth ?? Infinity) >= (range === "hdr" ? 10 : 8) &&
      (limits.chroma?.has("4:2:0") ?? true) &&
      (limits.maxFrameRate ?? Infinity) + 0.001 >= rate &&
      (range === "sdr" || (base !== null && base !== "sdr" && limits.hdr.has(base))),
  );
  const [best] = fitting.toSorted(
    (a, b) => (b.maxHeight ?? Infinity) - (a.maxHeight ?? Infinity) || 0,
  );
  if (best === undefined) return null;
  const { maxHeight, maxLevel, maxBitrateBps } = best;
  return { maxHeight, maxLevel, maxBitrateBps };
}
