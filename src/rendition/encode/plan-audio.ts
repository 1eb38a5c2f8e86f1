import type { AudioTrack } from "../../media/source.ts";
import type { ShownAudio } from "../track-label.ts";
import type { AudioRecipe } from "./audio-recipe.ts";
import { canBeMixed } from "./channel-layout.ts";
import type { EncodedAudio } from "./encoded-rendition.ts";
import { holdSeconds } from "./hold.ts";

/** A track's sound as AAC: mono, stereo, or 5.1 where so many channels are wanted. */
export function planEncodedAudio(
  track: AudioTrack,
  shown: ShownAudio,
  contentEnd: number,
  maxChannels: number,
): EncodedAudio {
  return {
    kind: "audio",
    method: "encode",
    track: track.index,
    ...shown,
    holdSeconds: holdSeconds(provenEnd(track), contentEnd),
    packetMicroseconds: packetMicroseconds(track),
    ...packetUnit(track),
    recipe: audioRecipe(track, maxChannels),
  };
}

/** Where a sound track ends at the earliest: what its header says is nothing where no last packet was seen. */
function provenEnd({ packetTimeSeconds, startTimeSeconds, endTimeSeconds }: AudioTrack): number {
  return packetTimeSeconds === null ? startTimeSeconds : endTimeSeconds;
}

function audioRecipe(track: AudioTrack, maxChannels: number): AudioRecipe {
  const channels = track.channels === 1 ? 1 : track.channels >= 6 && maxChannels >= 6 ? 6 : 2;
  const bitrateBps = { 1: 96_000, 2: 160_000, 6: 384_000 }[channels];
  return {
    kind: "audio",
    revision: 2,
    codec: "aac",
    encoder: "aac",
    sampleRateHz: 48_000,
    channels,
    mix: !canBeMixed(track) ? "front-channels" : track.channels === channels ? "none" : "layout",
    bitrateBps,
    frameSamples: 1024,
    prerollFrames: 8,
  };
}

/** Codecs whose packets all hold as many samples (Vorbis' and WMA's do not; PCM's are whatever was read). */
const evenCodecs = new Set([
  ...["aac", "ac3", "eac3", "mp1", "mp2", "mp3", "dts", "opus", "flac", "alac"],
]);
/**
 * Codecs whose delay FFmpeg's Matroska has cut off the first packet, and what divides every packet: 2.5 ms of Opus,
 * which is decoded at 48 kHz, and a granule.
 */
const unitSamples: Readonly<Record<string, number>> = { opus: 120, mp3: 576 };

function packetMicroseconds({ codec, packetTimeSeconds }: AudioTrack): number | null {
  if (packetTimeSeconds === null || !evenCodecs.has(codec)) return null;
  return Math.round(packetTimeSeconds * 1e6);
}

function packetUnit({ codec }: AudioTrack): Pick<EncodedAudio, "packetUnitSamples"> {
  const packetUnitSamples = unitSamples[codec];
  return packetUnitSamples === undefined ? {} : { packetUnitSamples };
}
