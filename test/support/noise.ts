export interface NoiseOptions {
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly seconds: number;
  readonly seed: number;
}

export async function writeNoise(path: string, options: NoiseOptions): Promise<void> {
  await Bun.write(path, makeNoise(options));
}

/**
 * Interleaved signed 16-bit noise: never the same twice in time or in two channels, and band-limited
 * to about 2.5 kHz, so that its autocorrelation is a fifth of a millisecond wide and AAC keeps its shape.
 */
export function makeNoise(options: NoiseOptions): Int16Array<ArrayBuffer> {
  const { channels, sampleRateHz, seconds, seed } = options;
  const count = Math.max(0, Math.round(seconds * sampleRateHz));
  const samples = new Int16Array(count * channels);
  const keep = Math.exp((-2 * Math.PI * 2500) / sampleRateHz);
  for (let channel = 0; channel < channels; channel++) {
    const next = randomNumbers(seed + channel);
    let [first, second, third] = [0, 0, 0];
    for (let i = 0; i < count; i++) {
      first = keep * first + (1 - keep) * next();
      second = keep * second + (1 - keep) * first;
      third = keep * third + (1 - keep) * second;
      samples[i * channels + channel] = Math.max(-32_767, Math.min(32_767, third * 40_000));
    }
  }
  return samples;
}

/** Uniform in -1..1; mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}
