import { compareSound, decodeSound, soundFaults, type Sound } from "./compare-audio.ts";
import { comparePictures, decodePictures, type Pictures } from "./compare-video.ts";

/** What a film's source decodes to; made once and compared with many outputs. */
export interface Truth {
  readonly pictures: Pictures;
  /** One entry a sound track. */
  readonly sounds: readonly Sound[];
  /** The source's clock at its first picture or sound. */
  readonly start: number;
}

export interface TruthShape {
  readonly soundTracks?: number;
  /** Channels that the output has, and that the source is therefore mixed to. */
  readonly channels?: 1 | 2 | 6;
  /** Shown turned by 90°. */
  readonly isTurned?: boolean;
}

export async function decodeTruth(film: string, shape: TruthShape = {}): Promise<Truth> {
  const { soundTracks = 1, channels = 2, isTurned = false } = shape;
  const pictures = await decodePictures(film, "0:v:0", isTurned);
  const sounds: Sound[] = [];
  for (let i = 0; i < soundTracks; i++) sounds.push(await decodeSound(film, `0:a:${i}`, channels));
  const firsts = [pictures.times[0] ?? 0, ...sounds.map(({ start }) => start)];
  return { pictures, sounds, start: Math.min(...firsts) };
}

export interface StreamExpectation extends TruthShape {
  /** Pictures a second of the output. */
  readonly rate: number;
  readonly constantRate: boolean;
  /** Of each sound track: seconds at which its segments meet. */
  readonly joins?: readonly (readonly number[])[];
  /** How coarse the source's time stamps are; runs that begin at different ones differ by as much. */
  readonly clockMs?: number;
  /** Video tracks of the manifest that are looked at; all it has, by their number. */
  readonly videoTracks: number;
}

/**
 * Decodes every track of a manifest (or file) to its end and compares all of it with the source. The
 * faults as sentences, at most a few of each kind; empty when the stream is the film.
 */
export async function judgeStream(
  input: string,
  truth: Truth,
  expected: StreamExpectation,
): Promise<string[]> {
  const { rate, constantRate, videoTracks, channels = 2, isTurned = false, joins = [] } = expected;
  const { clockMs = 0.1 } = expected;
  const faults: string[] = [];
  const said = (track: string, sentences: readonly string[]): void => {
    faults.push(...sentences.slice(0, 4).map((sentence) => `${track}: ${sentence}`));
    if (sentences.length > 4) faults.push(`${track}: … ${sentences.length} faults in all`);
  };
  let shiftSeconds = 0;
  for (let i = 0; i < videoTracks; i++) {
    const track = `0:v:${i}`;
    const output = await decodePictures(input, track, isTurned);
    const sourceStart = truth.start;
    const report = comparePictures(truth.pictures, output, { rate, sourceStart, constantRate });
    shiftSeconds = report.shiftSeconds;
    if (output.warnings !== "") said(track, output.warnings.trim().split("\n"));
    said(
      track,
      report.faults.map(({ index, problem }) => `picture ${index}: ${problem}`),
    );
    const seen = output.grey.length / rate;
    const last = truth.pictures.times.at(-1) ?? 0;
    const lasts = last - truth.start + (truth.pictures.lastDuration || 1 / rate);
    if (Math.abs(seen - lasts) > 1.5 / rate)
      said(track, [`lasts ${seen} s, the source ${lasts} s`]);
  }
  for (const [i, sound] of truth.sounds.entries()) {
    const track = `0:a:${i}`;
    const output = await decodeSound(input, track, channels);
    if (output.warnings !== "") said(track, output.warnings.trim().split("\n"));
    said(
      track,
      output.jumps.map(({ at, by }) => `time stamps jump by ${by} s at ${at} s`),
    );
    for (let channel = 0; channel < channels; channel++) {
      // AAC keeps nothing of a low-frequency channel but what lies below the test's noise.
      if (channels === 6 && channel === 3) continue;
      const place = { sourceStart: truth.start, shiftSeconds, channel, joins: joins[i] ?? [] };
      said(
        `${track} channel ${channel}`,
        soundFaults(compareSound(sound, output, place), 1, clockMs),
      );
    }
  }
  return faults;
}
