import type { Device } from "../device/device.ts";
import type { PlayedCodec } from "../rendition/encode/plan-audio.ts";
import { soundCodecs } from "../rendition/encode/sound-encoders.ts";

/** What a device plays of the sound that is made here, with how many channels; in one order, whatever the device's. */
export function playedSound({ audio, maxAudioChannels }: Device): PlayedCodec[] {
  return soundCodecs.flatMap((codec) => {
    const takes = (audio.get(codec) ?? []).filter(
      ({ carriage, profiles, maxSampleRateHz }) =>
        carriage !== "file" &&
        (codec !== "aac" || profiles === null || profiles.has("LC")) &&
        (maxSampleRateHz ?? usualRateHz) >= usualRateHz,
    );
    if (takes.length === 0) return [];
    const most = Math.max(...takes.map(({ maxChannels }) => maxChannels ?? Infinity));
    return [{ codec, maxChannels: Math.min(most, maxAudioChannels) }];
  });
}

const usualRateHz = 48_000;
