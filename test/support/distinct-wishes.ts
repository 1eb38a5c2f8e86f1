/** Steps of bit rate below what a film of 240 lines spends. */
const bitrates = [400_000, 315_000, 250_000, 200_000, 160_000, 125_000];
const presets = ["low", "medium", "high"];

export interface DistinctWish {
  readonly quality: string;
  readonly device_profile: { readonly max_bitrate: number };
}

/** The `n`th (from 0) of eighteen wishes that each get a content of their own of one and the same film. */
export function distinctWish(n: number): DistinctWish {
  const quality = presets[n % presets.length];
  const bitrate = bitrates[Math.floor(n / presets.length)];
  if (quality === undefined || bitrate === undefined) {
    throw new RangeError(`expected 0 to ${presets.length * bitrates.length - 1}, got ${n}`);
  }
  return { quality, device_profile: { max_bitrate: bitrate } };
}
