import { levelNumber } from "../media/codec-level.ts";
import type { Device, HdrKind, VideoLimits } from "./device.ts";
import { anyVideo, everyHdr, noHdr, videoLimits } from "./limits.ts";

/** Levels at which 60 pictures a second of a class height are decoded. */
const levelsByHeight: readonly {
  readonly height: number;
  readonly levels: ReadonlyMap<string, string>;
}[] = [
  { height: 1080, levels: levels("4.2", "4.1") },
  { height: 2160, levels: levels("5.2", "5.1") },
  { height: 4320, levels: levels("6.2", "6.1") },
];

function levels(h264: string, others: string): ReadonlyMap<string, string> {
  return new Map([
    ["h264", h264],
    ...["hevc", "av1", "vp9"].map((codec) => [codec, others] as const),
  ]);
}

function levelFor(codec: string, height: number): string | null {
  return levelsByHeight.find((entry) => height <= entry.height)?.levels.get(codec) ?? null;
}

/** Profiles that nearly every decoder of a codec has; HDR comes in ten bits, so who shows it decodes them. */
const usual: ReadonlyMap<string, { readonly sdr: string; readonly hdr: string | null }> = new Map([
  ["h264", { sdr: "High", hdr: null }],
  ["hevc", { sdr: "Main", hdr: "Main 10" }],
  ["av1", { sdr: "Main", hdr: "Main" }],
  ["vp9", { sdr: "Profile 0", hdr: "Profile 2" }],
]);

/** What a codec's name without parameters stands for where the table knows nothing of it. */
export function usualLimits(codec: string, height: number, hdr: ReadonlySet<HdrKind>): VideoLimits {
  const profiles = usual.get(codec);
  if (profiles === undefined) return { ...anyVideo, maxHeight: height };
  const deep = hdr.size > 0 ? profiles.hdr : null;
  return videoLimits(codec, deep ?? profiles.sdr, levelFor(codec, height), {
    ...{ maxHeight: height, hdr: deep === null ? noHdr : hdr },
  });
}

/** A known device as the client corrects it: larger pictures than its row has, HDR or none. */
export function corrected(
  device: Device,
  maxHeight: number | null,
  supportsHdr: boolean | null,
): Device {
  if (maxHeight === null && supportsHdr === null) return device;
  const isLarger = maxHeight !== null && maxHeight > device.maxHeight;
  const video = [...device.video].map(([codec, alternatives]) => {
    const sized = isLarger
      ? alternatives.map((limits) => raised(codec, limits, maxHeight))
      : alternatives;
    return [codec, sized.map((limits) => withHdr(limits, supportsHdr))] as const;
  });
  return { ...device, video: new Map(video), maxHeight: maxHeight ?? device.maxHeight };
}

/** Whoever shows larger pictures decodes the levels of that size. */
function raised(codec: string, limits: VideoLimits, maxHeight: number): VideoLimits {
  const level = levelFor(codec, maxHeight);
  const needed = level === null ? null : levelNumber(codec, level);
  const { maxLevel } = limits;
  return {
    ...limits,
    maxHeight: limits.maxHeight === null ? null : Math.max(limits.maxHeight, maxHeight),
    maxLevel: maxLevel === null || needed === null ? maxLevel : Math.max(maxLevel, needed),
  };
}

function withHdr(limits: VideoLimits, supportsHdr: boolean | null): VideoLimits {
  if (supportsHdr === false) return { ...limits, hdr: noHdr, dolbyVision: new Map() };
  const isDeep = limits.maxBitDepth !== null && limits.maxBitDepth >= 10;
  const isKnown = limits.hdr.size > 0 || supportsHdr === null;
  return isKnown || !isDeep ? limits : { ...limits, hdr: everyHdr };
}
