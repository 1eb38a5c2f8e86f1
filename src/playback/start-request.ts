import { ViewraError } from "../errors/viewra-error.ts";
import type { Quality } from "../media/quality.ts";
import { bitrateStep } from "../media/bitrate-step.ts";
import { defaultSound } from "../media/default-sound.ts";
import type { Container } from "../media/object-name.ts";
import type { AudioTrack, Source, SubtitleTrack } from "../media/source.ts";
import type { Device } from "../device/device.ts";
import type { DeliveryWish } from "../device/judge-tracks.ts";
import type { Reason } from "../device/reason.ts";
import type { DeviceRequest } from "../device/device-request.ts";
import type { TitleWish } from "../device/title-wish.ts";
import { resolveDevice, type ResolvedDevice } from "../device/resolve-device.ts";
import type { PlayedCodec } from "../rendition/encode/plan-audio.ts";
import { playedSound } from "./sound-codecs.ts";
import { parseQuality, type QualityRequest } from "./quality-request.ts";

/** What a client asks for. Checked for form at the edge. */
export interface StartRequest extends TitleWish {
  readonly mediaFileId: string;
  readonly seekPositionSeconds?: number | undefined;
}

/** The server's own settings that a plan depends on. */
export interface PlanSettings {
  readonly segmentSeconds: number;
  /** See PlanOptions. */
  readonly beginningSeconds?: readonly number[];
  readonly quality: Quality;
  readonly adaptive: boolean;
}

/** The same with nothing left open, and nothing that does not matter to the content. */
export interface ResolvedRequest {
  readonly container: Container;
  readonly device: Device;
  /** What the client said of itself that could not be read. */
  readonly claimsIgnored: readonly Reason[];
  readonly filesSaidBy: ResolvedDevice["filesSaidBy"];
  readonly delivery: DeliveryWish;
  readonly quality: QualityRequest;
  readonly options: ResolvedOptions;
  /** A player has failed already: of pictures that are encoded it is given those that all play. */
  readonly isPlain?: boolean;
}

/** What of a request decides the plan. Two requests with equal options get one content. */
export interface ResolvedOptions {
  readonly segmentSeconds: number;
  readonly beginningSeconds: readonly number[];
  readonly quality: Quality;
  readonly adaptive: boolean;
  readonly maxAudioChannels: number;
  readonly soundCodecs: readonly PlayedCodec[];
  readonly nightMode: boolean;
  readonly maxHeight: number;
  readonly maxBitrateBps: number | null;
}

/** The request with defaults filled in. INVALID_REQUEST for a `quality` that is none. */
export function resolveRequest(
  request: StartRequest,
  settings: PlanSettings,
  deviceOf: (request: DeviceRequest | undefined) => ResolvedDevice = resolveDevice,
): ResolvedRequest {
  const { device, warnings, filesSaidBy } = deviceOf(request.deviceProfile);
  const quality = parseQuality(request.quality ?? "auto");
  if (quality === undefined) {
    const expected = "auto, low, medium, high or a rung such as 720p";
    throw new ViewraError("INVALID_REQUEST", `Expected quality to be ${expected}`, {
      details: { quality: request.quality },
    });
  }
  return {
    container: request.container ?? preferredContainer(request.deviceProfile, device),
    device,
    claimsIgnored: warnings,
    filesSaidBy,
    delivery: request.delivery ?? "auto",
    quality,
    options: {
      segmentSeconds: settings.segmentSeconds,
      beginningSeconds: settings.beginningSeconds ?? [],
      quality: quality.preset ?? settings.quality,
      adaptive: request.enableAbr ?? settings.adaptive,
      // What is made comes in mono, stereo, 5.1 and 7.1: seven channels ask for the same as six.
      maxAudioChannels: [8, 6].find((count) => device.maxAudioChannels >= count) ?? 2,
      soundCodecs: playedSound(device),
      nightMode: request.nightMode ?? false,
      maxHeight: Math.min(device.maxHeight, quality.maxHeight ?? Infinity),
      maxBitrateBps: device.maxBitrateBps === null ? null : bitrateStep(device.maxBitrateBps),
    },
  };
}

/** DASH, unless the client plays HLS alone: by the streaming formats it lists, else by what is known of it. */
function preferredContainer(profile: DeviceRequest | undefined, { streaming }: Device): Container {
  const names = (profile?.supportedContainers ?? []).map((name) => name.toLowerCase());
  const isHls = names.includes("hls") || names.includes("m3u8");
  const isDash = names.includes("dash") || names.includes("mpd");
  if (isHls || isDash) return isDash ? "dash" : "hls";
  return streaming.has("dash") || !streaming.has("hls") ? "dash" : "hls";
}

/** The audio track a request is about: the one asked for, else the file's default. INVALID_REQUEST for one that is not there. */
export function requestedAudio(source: Source, request: StartRequest): AudioTrack | undefined {
  if (request.audioTrack === undefined) return defaultSound(source.audio);
  const track = source.audio.find(({ index }) => index === request.audioTrack);
  if (track === undefined) throw noSuchTrack("audio_track", request.audioTrack, source.audio);
  return track;
}

/** The subtitles that are asked for; null for none. INVALID_REQUEST for such as are not there. */
export function requestedSubtitle(source: Source, request: StartRequest): SubtitleTrack | null {
  if (request.subtitleTrack === undefined) return null;
  const track = source.subtitles.find(({ index }) => index === request.subtitleTrack);
  if (track !== undefined) return track;
  throw noSuchTrack("subtitle_track", request.subtitleTrack, source.subtitles);
}

function noSuchTrack(
  field: string,
  got: number,
  tracks: readonly { index: number }[],
): ViewraError {
  const expected = tracks.map(({ index }) => index);
  const choice = expected.length === 0 ? "none, there is no such track" : expected.join(", ");
  return new ViewraError(
    "INVALID_REQUEST",
    `Expected ${field} to be one of ${choice}; got ${got}`,
    {
      details: { field, expected, got },
    },
  );
}
