import { decodeTrack } from "./decode.ts";

/** A decoded audio track at 48 kHz. */
export interface Sound {
  /** One array a channel, as decoded, one after the other. */
  readonly channels: readonly Float32Array[];
  /** Seconds on the container's clock of the first sample. */
  readonly start: number;
  /** Where the time stamps jump by more than a tenth of a millisecond: seconds, and by how much. */
  readonly jumps: readonly { readonly at: number; readonly by: number }[];
  readonly warnings: string;
}

const rateHz = 48_000;

/** Decodes an audio track to its end; `channels` mixes it the way FFmpeg does, after `filters`. */
export async function decodeSound(
  input: string,
  track = "0:a:0",
  channels: 1 | 2 | 6 | 8 = 2,
  filters: readonly string[] = [],
): Promise<Sound> {
  const filtered = filters.length === 0 ? [] : ["-af", filters.join(",")];
  const output = [...filtered, "-ac", String(channels), "-ar", String(rateHz), "-c:a", "pcm_f32le"];
  const { bytes, times, sizes, warnings } = await decodeTrack(input, track, output);
  const interleaved = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
  const count = Math.floor(interleaved.length / channels);
  const split = Array.from({ length: channels }, (_, channel) => {
    const one = new Float32Array(count);
    for (let i = 0; i < count; i++) one[i] = interleaved[i * channels + channel] ?? 0;
    return one;
  });
  const jumps = times.flatMap((time, i) => {
    // Not the frame's own duration: in whole milliseconds, its rounding would add up to a drift.
    const lasted = (sizes[i - 1] ?? 0) / (4 * channels * rateHz);
    const expected = (times[i - 1] ?? time) + lasted;
    return Math.abs(time - expected) < 0.0001 ? [] : [{ at: time, by: time - expected }];
  });
  return { channels: split, start: times[0] ?? 0, jumps, warnings };
}

/** The samples of a sound as they stand in a file, channel by channel. */
export function interleaved({ channels }: Sound): Float32Array<ArrayBuffer> {
  const samples = new Float32Array((channels[0]?.length ?? 0) * channels.length);
  for (const [channel, own] of channels.entries()) {
    for (const [i, sample] of own.entries()) samples[i * channels.length + channel] = sample;
  }
  return samples;
}

export interface SoundWindow {
  /** Seconds from the film's start. */
  readonly at: number;
  /** How much later than in the source the sound comes, in milliseconds; null where the source is silent. */
  readonly offsetMs: number | null;
  /** Normalised correlation at that offset, 0 to 1; where the source is silent: the output's RMS level. */
  readonly likeness: number;
}

export interface SoundJoin {
  /** Seconds from the film's start. */
  readonly at: number;
  /** Signal to error in decibels within 10 ms of the join. */
  readonly decibels: number;
}

export interface SoundReport {
  readonly windows: readonly SoundWindow[];
  readonly joins: readonly SoundJoin[];
  /** Signal to error of as long pieces away from joins: the worst and the median, in decibels. */
  readonly elsewhere: { readonly worst: number; readonly median: number };
}

export interface SoundExpectation {
  /** The source's clock at its start; its sound is timed from there. */
  readonly sourceStart: number;
  /** How much later the output's pictures are than the source's: the sound must be as much later. */
  readonly shiftSeconds?: number;
  readonly channel?: number;
  /** Seconds from the film's start at which segments of the output meet. */
  readonly joins?: readonly number[];
}

const windowSeconds = 0.4;
const searchSeconds = 0.06;
const nearJoin = 480;

/** Finds by cross-correlation, window by window, how far the output's sound is from the source's. */
export function compareSound(
  source: Sound,
  output: Sound,
  expected: SoundExpectation,
): SoundReport {
  const { sourceStart, shiftSeconds = 0, channel = 0, joins = [] } = expected;
  const heard = placed(output, channel, output.start);
  const truth = extended(
    placed(source, channel, source.start - sourceStart + shiftSeconds),
    heard.length,
  );
  const windows: SoundWindow[] = [];
  const last = heard.length / rateHz - windowSeconds - searchSeconds;
  for (let at = searchSeconds; at < last; at += windowSeconds)
    windows.push(matchWindow(truth, heard, at));

  const offsets = windows.flatMap(({ offsetMs }) => (offsetMs === null ? [] : [offsetMs]));
  const lag = (offsets.toSorted((a, b) => a - b)[offsets.length >> 1] ?? 0) * (rateHz / 1000);
  const noise = (at: number): number => signalToError(truth, heard, Math.round(at * rateHz), lag);
  const away: number[] = [];
  for (let at = 0.25; at < last; at += 0.05) {
    if (joins.every((join) => Math.abs(join - at) > 0.05)) away.push(noise(at));
  }
  const sorted = away.filter((decibels) => Number.isFinite(decibels)).toSorted((a, b) => a - b);
  return {
    windows,
    joins: joins.map((at) => ({ at, decibels: noise(at) })),
    elsewhere: { worst: sorted[0] ?? Number.NaN, median: sorted[sorted.length >> 1] ?? Number.NaN },
  };
}

/**
 * What in a report is not as it must be: sound further off than `toleranceMs`, unlike the source's,
 * jumping by more than `jumpMs`, heard where the source is silent, or worse at a join than anywhere else.
 */
export function soundFaults(report: SoundReport, toleranceMs = 1, jumpMs = 0.1): string[] {
  const faults: string[] = [];
  let previous: number | null = null;
  for (const { at, offsetMs, likeness } of report.windows) {
    const where = `at ${at.toFixed(2)} s`;
    if (offsetMs === null) {
      if (likeness > 0.003) faults.push(`${where}: the source is silent, the output is not`);
    } else if (!(likeness > 0.9)) {
      faults.push(`${where}: correlation of only ${likeness.toFixed(2)}`);
    } else if (!(Math.abs(offsetMs) < toleranceMs)) {
      faults.push(`${where}: ${offsetMs.toFixed(2)} ms off`);
    } else if (previous !== null && Math.abs(offsetMs - previous) > jumpMs) {
      faults.push(`${where}: jumps by ${(offsetMs - previous).toFixed(2)} ms`);
    }
    previous = offsetMs;
  }
  for (const { at, decibels } of report.joins) {
    if (decibels >= report.elsewhere.worst - 3) continue;
    const { worst, median } = report.elsewhere;
    const figures = `${decibels.toFixed(1)} dB, elsewhere ${worst.toFixed(1)} to ${median.toFixed(1)}`;
    faults.push(`join at ${at.toFixed(3)} s: ${figures}`);
  }
  return faults;
}

/** One channel with its first sample where it belongs on the film's clock. */
function placed(sound: Sound, channel: number, start: number): Float32Array {
  const samples = sound.channels[channel] ?? new Float32Array();
  const lead = Math.round(start * rateHz);
  if (lead <= 0) return samples.subarray(-lead);
  const moved = new Float32Array(samples.length + lead);
  moved.set(samples, lead);
  return moved;
}

/** With silence after its end, so that sound which goes on after the source's is noticed. */
function extended(samples: Float32Array, length: number): Float32Array {
  if (samples.length >= length) return samples;
  const longer = new Float32Array(length);
  longer.set(samples);
  return longer;
}

function matchWindow(truth: Float32Array, heard: Float32Array, at: number): SoundWindow {
  const from = Math.round(at * rateHz);
  const piece = truth.subarray(from, from + Math.round(windowSeconds * rateHz));
  if (rms(piece) < 1e-3) {
    return { at, offsetMs: null, likeness: rms(heard.subarray(from, from + piece.length)) };
  }
  // Coarse over every fourth sample (the noise of make-source.ts ends far below 6 kHz), then every one.
  const search = Math.round(searchSeconds * rateHz);
  const coarse = strongest(piece, heard, from, -search, search, 4);
  const fine = strongest(piece, heard, from, coarse - 8, coarse + 8, 1);
  const score = (lag: number): number => correlation(piece, heard, from + lag, 1);
  const [before, peak, after] = [score(fine - 1), score(fine), score(fine + 1)];
  const curve = before - 2 * peak + after;
  const lag = fine + (curve === 0 ? 0 : (before - after) / (2 * curve));
  return { at, offsetMs: (lag / rateHz) * 1000, likeness: peak };
}

function strongest(
  piece: Float32Array,
  heard: Float32Array,
  from: number,
  lowest: number,
  highest: number,
  step: number,
): number {
  let best = lowest;
  let bestScore = -Infinity;
  for (let lag = lowest; lag <= highest; lag += step) {
    const score = correlation(piece, heard, from + lag, step);
    if (score > bestScore) [best, bestScore] = [lag, score];
  }
  return best;
}

/** Normalised correlation of `piece` with `heard` from sample `offset` on, over every `step`-th sample. */
function correlation(
  piece: Float32Array,
  heard: Float32Array,
  offset: number,
  step: number,
): number {
  let product = 0;
  let energyA = 0;
  let energyB = 0;
  for (let i = 0; i < piece.length; i += step) {
    const a = piece[i] ?? 0;
    const b = heard[offset + i] ?? 0;
    product += a * b;
    energyA += a * a;
    energyB += b * b;
  }
  return product / Math.sqrt(energyA * energyB + 1e-12);
}

/** 10 ms each side of a moment: the source's energy over the energy of the difference, in decibels. */
function signalToError(
  truth: Float32Array,
  heard: Float32Array,
  middle: number,
  lag: number,
): number {
  const whole = Math.floor(lag);
  const part = lag - whole;
  let product = 0;
  let energyA = 0;
  let energyB = 0;
  for (let i = middle - nearJoin; i < middle + nearJoin; i++) {
    const a = truth[i] ?? 0;
    const b = (heard[i + whole] ?? 0) * (1 - part) + (heard[i + whole + 1] ?? 0) * part;
    product += a * b;
    energyA += a * a;
    energyB += b * b;
  }
  if (energyA < 1e-6) return Infinity;
  // The best gain is taken out: what is left is what the sound has that the source has not.
  const unexplained = energyA - (product * product) / (energyB + 1e-12);
  return 10 * Math.log10(energyA / Math.max(unexplained, 1e-12));
}

function rms(samples: Float32Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  return Math.sqrt(energy / Math.max(1, samples.length));
}
