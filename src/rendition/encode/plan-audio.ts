import type { Quality } from "../../media/quality.ts";
import type { AudioTrack } from "../../media/source.ts";
import type { ShownAudio } from "../track-label.ts";
import type { AudioRecipe } from "./audio-recipe.ts";
import { canBeMixed } from "./channel-layout.ts";
import type { EncodedAudio } from "./encoded-rendition.ts";
import { holdSeconds } from "./hold.ts";
import {
  soundCodecs,
  soundEncoders,
  type MadeChannels,
  type SoundCodec,
} from "./sound-encoders.ts";

export interface SoundOptions {
  readonly maxAudioChannels: number;
  /** What the device plays of what is made here, in any order; AAC when left out. */
  readonly soundCodecs?: readonly PlayedCodec[];
  readonly quality: Quality;
  /** Whether quiet becomes louder, and loud quieter. */
  readonly nightMode?: boolean;
}

export interface PlayedCodec {
  readonly codec: SoundCodec;
  readonly maxChannels: number;
}

interface PlannedSource {
  /** FFmpeg's demuxer name. */
  readonly container: string;
  readonly hasPictures: boolean;
}

/** A track's sound in the codec that keeps most of it: mono, stereo, 5.1, or 7.1 where so many channels are wanted. */
export function planEncodedAudio(
  track: AudioTrack,
  shown: ShownAudio,
  contentEnd: number,
  options: SoundOptions & PlannedSource,
): EncodedAudio {
  return {
    kind: "audio",
    method: "encode",
    track: track.index,
    ...shown,
    holdSeconds: holdSeconds(provenEnd(track), contentEnd),
    packetMicroseconds: packetMicroseconds(track, options.container),
    ...packetUnit(track),
    ...(!options.hasPictures && { end: "sample" as const }),
    recipe: audioRecipe(track, options),
  };
}

/** Where a sound track ends at the earliest: what its header says is nothing where no last packet was seen. */
function provenEnd({ packetTimeSeconds, startTimeSeconds, endTimeSeconds }: AudioTrack): number {
  return packetTimeSeconds === null ? startTimeSeconds : endTimeSeconds;
}

function audioRecipe(track: AudioTrack, options: SoundOptions): AudioRecipe {
  const { codec, channels } = chosenCodec(track, options);
  const { encoder, frameSamples, prerollFrames, sampleRates, bitrateBps } = soundEncoders[codec];
  const sampleRateHz = sampleRates.find((rate) => rate === track.sampleRateHz) ?? 48_000;
  const bitDepth = (track.bitDepth ?? 24) <= 16 ? 16 : 24;
  return {
    kind: "audio",
    revision: 2,
    ...{ codec, encoder, sampleRateHz, channels },
    ...(bitrateBps === null && { bitDepth }),
    mix: !canBeMixed(track) ? "front-channels" : track.channels === channels ? "none" : "layout",
    // See `peakLimiter`.
    ...(channels > 2 && { peaks: "each-channel" as const }),
    ...(options.nightMode === true && { dynamics: "night" as const }),
    bitrateBps: bitrateBps?.[channels] ?? sampleRateHz * channels * bitDepth,
    ...{ frameSamples, prerollFrames },
  };
}

/** Codecs from which nothing has been lost yet. */
const lossless = /^(?:flac|alac|ape|tta|wavpack|tak|shorten|mp4als|wmalossless|truehd|mlp|pcm_.*)$/;

/**
 * The codec that carries most of a track's channels: of several AAC, which everything plays, but for 7.1, which others
 * name without a doubt. Where the best is wanted of sound from which nothing was lost, the one that loses nothing.
 */
function chosenCodec(
  track: AudioTrack,
  { maxAudioChannels, soundCodecs: played = usual, quality }: SoundOptions,
): { readonly codec: SoundCodec; readonly channels: MadeChannels } {
  const choices = soundCodecs.flatMap((codec) => {
    const known = played.find((each) => each.codec === codec);
    if (known === undefined) return [];
    const most = Math.min(track.channels, maxAudioChannels, known.maxChannels);
    return [{ codec, channels: madeChannels(codec, most) }];
  });
  const widest = Math.max(...choices.map(({ channels }) => channels));
  const best = choices.filter(({ channels }) => channels === widest);
  const usualOne = best.find(({ codec }) => codec !== "aac" || widest < 8) ?? best[0];
  const kept = best.find(({ codec }) => soundEncoders[codec].bitrateBps === null);
  const isWanted = quality === "high" && lossless.test(track.codec);
  // What plays nothing that is made here is refused before: see `checkCodecs`.
  return (isWanted ? kept : undefined) ?? usualOne ?? { codec: "aac", channels: 2 };
}

const usual: readonly PlayedCodec[] = [{ codec: "aac", maxChannels: 6 }];

/** The most channels that are made in a codec, and no more than there are. */
function madeChannels(codec: SoundCodec, most: number): MadeChannels {
  const { bitrateBps } = soundEncoders[codec];
  const counts = [8, 6, 2, 1] as const;
  return counts.find((count) => count <= most && (bitrateBps === null || count in bitrateBps)) ?? 1;
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

/** FFmpeg's demuxers of files whose clock counts whole milliseconds, and in which no edit list moves a track's start. */
const millisecondClocks = new Set(["matroska,webm", "flv", "asf"]);

/**
 * A packet is known by its time where one was seen near the film's end; a track that ends long before has its first one,
 * which only such a clock needs. In MP4 it may begin where an edit list cut, between two packets.
 */
function packetMicroseconds(
  { codec, packetTimeSeconds, startTimeSeconds }: AudioTrack,
  container: string,
): number | null {
  const first = millisecondClocks.has(container) ? startTimeSeconds : null;
  const known = packetTimeSeconds ?? first;
  return known === null || !evenCodecs.has(codec) ? null : Math.round(known * 1e6);
}

function packetUnit({ codec }: AudioTrack): Pick<EncodedAudio, "packetUnitSamples"> {
  const packetUnitSamples = unitSamples[codec];
  return packetUnitSamples === undefined ? {} : { packetUnitSamples };
}
