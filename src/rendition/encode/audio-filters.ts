import type { AudioRecipe } from "./audio-recipe.ts";
import type { EncodedAudio } from "./encoded-rendition.ts";
import { nightFilter, nightSettleSeconds } from "./night-mode.ts";
import { peakLimiter } from "./peak-limiter.ts";
import { soundEncoders } from "./sound-encoders.ts";

/** The codec frames `[startFrame, endFrame)` of a rendition, on the source's clock. */
export interface SoundRange {
  readonly startFrame: number;
  readonly endFrame: number;
  readonly originMicroseconds: number;
  /** How much silence may follow when the source has no more sound, seconds; Infinity for ever. */
  readonly holdSeconds: number;
}

type Clocked = Pick<EncodedAudio, "packetMicroseconds" | "packetUnitSamples">;
type Mixed = Pick<EncodedAudio, "recipe"> & Clocked;

/** FFmpeg's names. */
export const layouts = { 1: "mono", 2: "stereo", 6: "5.1", 8: "7.1" } as const;

/**
 * How far time stamps may be off a steady clock and still be taken for one: encoders of phones and
 * capture cards jitter by some milliseconds. More is a gap or an overlap, and is kept. No sound is
 * further from its picture than this because of it.
 */
const jitterSeconds = 0.005;

/**
 * Filters that bring decoded sound to the content's clock, rate and channels. They keep nothing from one
 * frame to the next that a change of format in mid-film, after which FFmpeg sets a graph up anew, could lose.
 */
export function sourceFilters(rendition: Mixed, range: SoundRange): string[] {
  const { recipe } = rendition;
  const leadStart = firstRead(recipe, range) / recipe.sampleRateHz - leadSeconds;
  const layout = layouts[recipe.channels];
  return [
    `asetpts='${steadyClock(range.originMicroseconds, rendition)}'`,
    // What lies before the run is only there to have the decoder and the clock settled.
    `atrim=start=${(Math.floor(leadStart / phaseSeconds) * phaseSeconds).toFixed(6)}`,
    ...(recipe.mix === "front-channels" ? [frontChannels[recipe.channels]] : []),
    // Rate and channels by themselves: where they change, `first_pts` would fill and trim by input samples.
    `aresample=${recipe.sampleRateHz}`,
    `aformat=sample_fmts=fltp:channel_layouts=${layout}`,
  ];
}

/**
 * Filters that put such sound on the sample grid and cut out a range with its pre-roll and a codec frame
 * after it: what is missing before, between and after becomes silence. What it is given before that only settles what
 * filters keep. The first sample out stands
 * `prerollFrames` codec frames before the range, which may lie before zero.
 */
export function timelineFilters(recipe: AudioRecipe, range: SoundRange): string[] {
  const { sampleRateHz, frameSamples } = recipe;
  const first = firstRead(recipe, range);
  const isNight = recipe.dynamics === "night";
  // A codec frame overlaps with the next: without one more, the last would fade into silence.
  const endSample = (range.endFrame + 1) * frameSamples + (encoderDelay(recipe) % frameSamples);
  const hold =
    range.holdSeconds === Infinity ? "apad" : `apad=pad_dur=${range.holdSeconds.toFixed(3)}`;
  return [
    // Before anything is cut: where the source's sound ends before the range, there is only this.
    hold,
    timedSilence(first),
    // min_comp: align the first sample exactly (a millisecond off is a click where two runs join);
    // async=1 fills gaps and trims overlaps and never stretches.
    [
      `aresample=${sampleRateHz}:async=1:first_pts=${first}`,
      `min_comp=0.00001:min_hard_comp=${jitterSeconds}`,
    ].join(":"),
    ...(isNight ? [nightFilter] : []),
    // Mixing down sums channels: up to 7.7 dB over full scale. Quieter all over would be wrong for most films.
    peakLimiter(
      isNight ? mixedPeak : peakLimits[recipe.mix],
      layouts[recipe.channels],
      recipe.peaks === undefined ? null : recipe.channels,
    ),
    `atrim=${isNight ? `start_pts=${firstSample(recipe, range)}:` : ""}end_pts=${endSample}`,
  ];
}

/** Where not one frame came, what `apad` makes has no time: it begins with the range. */
export function timedSilence(firstPts: number): string {
  return `asetpts=if(isnan(PTS)\\,${firstPts}+NB_CONSUMED_SAMPLES\\,PTS)`;
}

/**
 * Drops the encoder's priming frames, the pre-roll, and what follows `frames` codec frames, so that a run's
 * packets are exactly its own.
 */
export function packetDrop(recipe: AudioRecipe, frames = Infinity): string {
  const first = recipe.prerollFrames + Math.floor(encoderDelay(recipe) / recipe.frameSamples);
  const after = frames === Infinity ? "" : `+gte(n\\,${first + frames})`;
  return `noise=drop=lt(n\\,${first})${after}`;
}

/** Has the last of so many packets say that it lasts so many samples; none where it is a whole codec frame. */
export function shortened(frames: number, samples: number): string[] {
  return samples === 0 ? [] : [`setts=duration=if(eq(N\\,${frames - 1})\\,${samples}\\,DURATION)`];
}

const leadSeconds = 0.1;
/**
 * Every usual rate has whole samples at its multiples, as many as its conversion to 48 kHz repeats after:
 * resampled from there, sound falls on the same points between samples in every run.
 */
const phaseSeconds = 0.04;
/**
 * Of full scale. Room for what the encoder overshoots is taken from sums alone; what is not mixed stays as loud as
 * it is, unless the source has more channels in mid-film.
 */
const mixedPeak = 0.89;
const peakLimits = { none: 1, layout: mixedPeak, "front-channels": 1 } as const;

// Not `pan`: where it only picks channels it asks the mixer, which refuses what this is for.
const frontChannels = {
  1: "channelmap=map=0-0:channel_layout=mono",
  2: "channelmap=map=0-0|1-1:channel_layout=stereo",
  6: "channelmap=map=0-0|1-1|2-2|3-3|4-4|5-5:channel_layout=5.1",
  8: "channelmap=map=0-0|1-1|2-2|3-3|4-4|5-5|6-6|7-7:channel_layout=7.1",
} as const;

/**
 * The first sample that is encoded. What a frame decodes to begins an encoder's delay earlier than what it was made
 * of: by so much of it as is no whole frame the encoder is fed later, and its frames stand on the grid.
 */
function firstSample(recipe: AudioRecipe, { startFrame }: SoundRange): number {
  const { prerollFrames, frameSamples } = recipe;
  return (startFrame - prerollFrames) * frameSamples + (encoderDelay(recipe) % frameSamples);
}

/** The first sample that the filters are given, so that what they keep of the sound before is what it would be. */
export function firstRead(recipe: AudioRecipe, range: SoundRange): number {
  return firstSample(recipe, range) - settleSamples(recipe);
}

/** How long before a run's first frame its sound is read, seconds. */
export function readAheadSeconds(recipe: AudioRecipe): number {
  const { prerollFrames, frameSamples, sampleRateHz } = recipe;
  return (prerollFrames * frameSamples + settleSamples(recipe)) / sampleRateHz;
}

function settleSamples({ dynamics, sampleRateHz }: AudioRecipe): number {
  return dynamics === "night" ? nightSettleSeconds * sampleRateHz : 0;
}

/** By how much what is decoded comes later than what was encoded, samples. */
export function encoderDelay({ codec }: Pick<AudioRecipe, "codec">): number {
  return soundEncoders[codec].delaySamples;
}

/**
 * An asetpts expression, in samples: the source's clock moved to the content's zero. Time stamps in whole
 * milliseconds would make a run begin up to a millisecond off what another run makes; where all packets are
 * equally long, each is put on the one grid that goes through `packetMicroseconds` instead.
 */
function steadyClock(
  originMicroseconds: number,
  { packetMicroseconds, packetUnitSamples }: Clocked,
): string {
  const told = [
    `st(1,if(${isMisread},ld(2),PTS))`,
    "st(2,ld(1)+NB_SAMPLES)",
    ...(packetMicroseconds === null ? [] : onGrid(packetMicroseconds, packetUnitSamples)),
  ];
  return [...told, `round(ld(1)-(${originMicroseconds})/1000000*SR)`].join(";");
}

/**
 * FFmpeg 5.1 reads the time of the last frame before a change of rate by the new rate: an hour's 44.1 kHz
 * frame comes five minutes late. `ld(2)`: where the frame before ended.
 */
const isMisread = [
  "gt(ld(2),0)*gt(abs(PTS-ld(2)),0.1*SR)*lt(min(",
  ["48/44.1", "44.1/48", "3/2", "2/3", "44.1/32", "32/44.1", "2", "1/2"]
    .map((ratio) => `abs(PTS-ld(2)*${ratio})`)
    .reduce((least, distance) => `min(${least},${distance})`),
  ",SR),0.02*SR)",
].join("");

function onGrid(packetMicroseconds: number, unitSamples: number | undefined): string[] {
  const grid = `(${packetMicroseconds})/1000000*SR`;
  const near = `lt(abs(ld(3)-ld(1)),min(${jitterSeconds}*SR,0.45*NB_SAMPLES))`;
  if (unitSamples !== undefined) {
    const units = `round((ld(1)+NB_SAMPLES-${grid})/${unitSamples})`;
    return [`st(3,${units}*${unitSamples}+${grid}-NB_SAMPLES)`, `st(1,if(${near},ld(3),ld(1)))`];
  }
  // A frame cut by the codec's delay is none of the grid's: ld(0) is the size of the one before, and the
  // very first one must look whole.
  const isWhole = "if(ld(0),eq(NB_SAMPLES,ld(0)),not(mod(NB_SAMPLES,128)))";
  return [
    `st(3,round((ld(1)-${grid})/NB_SAMPLES)*NB_SAMPLES+${grid})`,
    `st(1,if(${isWhole}*${near},ld(3),ld(1)))`,
    "st(0,NB_SAMPLES)",
  ];
}
