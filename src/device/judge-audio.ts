import { cmafAudioCodecs } from "../media/cmaf-codecs.ts";
import type { AudioTrack } from "../media/source.ts";
import type { AudioLimits, Device } from "./device.ts";
import { fewest, listed, type Reason } from "./reason.ts";
import { isAudioRefused } from "./refusal.ts";

/** Why the device does not play this sound as it is there; empty when it does. */
export function audioReasons(
  track: AudioTrack,
  device: Device,
  place: "file" | "stream",
): Reason[] {
  const { codec, channels } = track;
  const reasons: Reason[] = [];
  if (place === "stream" && !cmafAudioCodecs.has(codec)) {
    const message = `${codec} sound cannot be carried in segments as it is`;
    reasons.push({ code: "CODEC_NOT_STREAMABLE", message });
  }
  if (channels > device.maxAudioChannels) {
    reasons.push(tooManyChannels(channels, device.maxAudioChannels));
  }
  return [...reasons, ...codecReasons(track, device, place)];
}

function codecReasons(track: AudioTrack, device: Device, place: "file" | "stream"): Reason[] {
  const { codec } = track;
  const known = device.audio.get(codec) ?? [];
  const alternatives = known.filter(({ carriage }) => carriage === "any" || carriage === place);
  if (alternatives.length === 0) {
    const where = known.length === 0 ? "" : ` of a ${place}`;
    const message = `The device does not play ${codec} sound${where}; it plays ${listed(device.audio.keys())}`;
    return [{ code: "AUDIO_CODEC_UNSUPPORTED", message }];
  }
  const told = alternatives.map((limits) => ({
    limits,
    reasons: limitReasons(track, limits, device),
  }));
  const taking = told.filter(({ reasons }) => reasons.length === 0);
  if (taking.length === 0) return fewest(told.map(({ reasons }) => reasons));
  const isRefused =
    !taking.some(({ limits }) => limits.isMeasured) &&
    device.refused.some((refusal) => isAudioRefused(track, refusal));
  if (!isRefused) return [];
  const message = `The device says that it does not play ${codec} sound like this`;
  return [{ code: "DEVICE_REFUSES", message }];
}

function limitReasons(track: AudioTrack, limits: AudioLimits, device: Device): Reason[] {
  const { codec, profile, channels, sampleRateHz, bitDepth } = track;
  const reasons: Reason[] = [];
  if (profile !== null && limits.profiles !== null && !limits.profiles.has(profile)) {
    const message = `The sound is ${codec} of profile ${profile}; the device decodes ${listed(limits.profiles)}`;
    reasons.push({ code: "AUDIO_PROFILE_UNSUPPORTED", message });
  }
  const isTold = channels > device.maxAudioChannels;
  if (limits.maxChannels !== null && channels > limits.maxChannels && !isTold) {
    reasons.push(tooManyChannels(channels, limits.maxChannels));
  }
  if (limits.maxSampleRateHz !== null && sampleRateHz > limits.maxSampleRateHz) {
    const message = `The sound has ${sampleRateHz} samples a second; the device plays ${limits.maxSampleRateHz}`;
    reasons.push({ code: "AUDIO_SAMPLE_RATE_TOO_HIGH", message });
  }
  if (limits.maxBitDepth !== null && bitDepth !== null && bitDepth > limits.maxBitDepth) {
    const message = `The sound has ${bitDepth} bits; the device plays ${limits.maxBitDepth} of ${codec}`;
    reasons.push({ code: "AUDIO_BIT_DEPTH_UNSUPPORTED", message });
  }
  return reasons;
}

function tooManyChannels(channels: number, maxChannels: number): Reason {
  const message = `The sound has ${channels} channels, the device plays ${maxChannels}`;
  return { code: "AUDIO_CHANNELS_TOO_MANY", message };
}
