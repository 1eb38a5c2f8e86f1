import { parseResolution } from "../media/resolution.ts";
import { parseCodecString, type CodecClaim } from "./codec-string.ts";
import { containerName } from "./container-name.ts";
import { defaultDevice } from "./default-device.ts";
import type { AudioLimits, Device, HdrKind, VideoLimits } from "./device.ts";
import type { DeviceRequest } from "./device-request.ts";
import { knownDevice } from "./known-device.ts";
import { anyAudio, everyHdr, noHdr } from "./limits.ts";
import { readCapability, type Measured } from "./media-capability.ts";
import { corrected, usualLimits } from "./plain-name.ts";
import type { Reason } from "./reason.ts";

export interface ResolvedDevice {
  readonly device: Device;
  /** Who says that it plays whole files of some containers: the client itself, the table of devices, or nobody. */
  readonly filesSaidBy: "client" | "table" | "nobody";
  /** What the client said that could not be read. */
  readonly warnings: readonly Reason[];
}

/**
 * A device with nothing left open: what the client says of itself, completed by the table of known devices, and that by
 * what every client plays. A list of codecs that names no sound says nothing of sound, and likewise of pictures.
 */
export function resolveDevice(request: DeviceRequest = {}): ResolvedDevice {
  const row = knownDevice(request.userAgent ?? "");
  const known = row?.device ?? defaultDevice;
  const stated = parseResolution(request.maxResolution ?? "") ?? null;
  const measured = (request.mediaCapabilities ?? []).map(readCapability);
  const base = withHeights(corrected(known, stated, request.supportsHdr ?? null));
  const warnings: Reason[] = [];
  const claims = (request.supportedCodecs ?? []).flatMap((text) => {
    const claim = parseCodecString(text);
    if (claim === null) warnings.push(notACodec(text));
    return claim ?? [];
  });
  warnings.push(...measured.flatMap((entry) => (entry.kind === "ignored" ? entry.reason : [])));
  const largest = stated ?? Math.max(base.maxHeight, ...measured.map(measuredHeight));
  const subtitles = request.supportedSubtitles?.map((name) => name.trim().toLowerCase());
  const saidByTable = row === undefined ? "nobody" : "table";
  return {
    warnings,
    filesSaidBy: request.supportedContainers === undefined ? saidByTable : "client",
    device: {
      ...base,
      containers: containers(request, base),
      video: withMeasured(videoOf(claims, base, request.supportsHdr), measured, request),
      audio: withMeasuredAudio(audioOf(claims, base), measured),
      refused: measured.flatMap((entry) => (entry.kind === "refused" ? entry.refusal : [])),
      maxHeight: largest,
      maxBitrateBps: request.maxBitrate ?? base.maxBitrateBps,
      maxAudioChannels: request.maxAudioChannels ?? base.maxAudioChannels,
      subtitles: subtitles === undefined ? base.subtitles : new Set(subtitles),
    },
  };
}

/** What the client measured may be larger than the rest: each codec keeps its own limit. */
function withHeights(device: Device): Device {
  const { maxHeight } = device;
  const video = [...device.video].map(([codec, alternatives]) => {
    const limited = alternatives.map((limits) => ({
      ...limits,
      maxHeight: Math.min(limits.maxHeight ?? maxHeight, maxHeight),
    }));
    return [codec, limited] as const;
  });
  return { ...device, video: new Map(video) };
}

function notACodec(text: string): Reason {
  const message = `The codec "${text}" is left out of account: it is no codec's name and no string of RFC 6381`;
  return { code: "CLAIM_IGNORED", message };
}

function containers({ supportedContainers }: DeviceRequest, base: Device): Device["containers"] {
  if (supportedContainers === undefined) return base.containers;
  return new Map(
    supportedContainers.map((name) => {
      const container = containerName(name);
      return [container, base.containers.get(container) ?? null];
    }),
  );
}

function videoOf(
  claims: readonly CodecClaim[],
  base: Device,
  supportsHdr: boolean | undefined,
): Map<string, VideoLimits[]> {
  const hdr = supportsHdr === true ? everyHdr : noHdr;
  const video = new Map<string, VideoLimits[]>();
  for (const claim of claims) {
    if (claim.kind === "video")
      add(video, claim.codec, [claimed(claim.codec, claim.limits, base, supportsHdr)]);
    if (claim.kind !== "name" || claim.of !== "video") continue;
    const { codec } = claim;
    add(video, codec, base.video.get(codec) ?? [usualLimits(codec, base.maxHeight, hdr)]);
  }
  return video.size === 0 ? new Map([...base.video].map(([codec, of]) => [codec, [...of]])) : video;
}

/** A string says profile, level and depth; what it cannot say is what the table or the client says otherwise. */
function claimed(
  codec: string,
  limits: VideoLimits,
  base: Device,
  supportsHdr: boolean | undefined,
): VideoLimits {
  if (supportsHdr === false) {
    return { ...limits, maxHeight: base.maxHeight, hdr: noHdr, dolbyVision: new Map() };
  }
  const known = (base.video.get(codec) ?? []).flatMap((alternative) => [...alternative.hdr]);
  const isDeep = limits.maxBitDepth !== null && limits.maxBitDepth >= 10;
  const stated = supportsHdr === true && isDeep && codec !== "h264" ? everyHdr : noHdr;
  const hdr = new Set<HdrKind>([...limits.hdr, ...(isDeep ? known : []), ...stated]);
  const entries = base.video.get(codec)?.[0]?.sampleEntries ?? null;
  return { ...limits, maxHeight: base.maxHeight, hdr, sampleEntries: entries };
}

function audioOf(claims: readonly CodecClaim[], base: Device): Map<string, AudioLimits[]> {
  const audio = new Map<string, AudioLimits[]>();
  for (const claim of claims) {
    if (claim.kind === "audio") add(audio, claim.codec, [claim.limits]);
    if (claim.kind !== "name" || claim.of !== "audio") continue;
    add(audio, claim.codec, base.audio.get(claim.codec) ?? [anyAudio]);
  }
  return audio.size === 0 ? new Map([...base.audio].map(([codec, of]) => [codec, [...of]])) : audio;
}

function withMeasured(
  video: Map<string, VideoLimits[]>,
  measured: readonly Measured[],
  { supportsHdr }: DeviceRequest,
): Map<string, VideoLimits[]> {
  for (const entry of measured) {
    if (entry.kind !== "video") continue;
    const isSdr = supportsHdr === false ? { hdr: noHdr, dolbyVision: new Map() } : {};
    add(video, entry.codec, [{ ...entry.limits, ...isSdr }]);
  }
  return video;
}

function withMeasuredAudio(
  audio: Map<string, AudioLimits[]>,
  measured: readonly Measured[],
): Map<string, AudioLimits[]> {
  for (const entry of measured) {
    if (entry.kind === "audio") add(audio, entry.codec, [entry.limits]);
  }
  return audio;
}

function measuredHeight(entry: Measured): number {
  return entry.kind === "video" ? (entry.limits.maxHeight ?? 0) : 0;
}

function add<T>(map: Map<string, T[]>, codec: string, limits: readonly T[]): void {
  map.set(codec, [...(map.get(codec) ?? []), ...limits]);
}
