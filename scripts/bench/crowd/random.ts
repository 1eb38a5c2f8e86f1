/** Numbers in 0..1 that follow from the seed alone. */
export type Random = () => number;

/** Mulberry32: small, and even enough to draw a crowd with. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A time until something that happens so often on average, exponentially distributed. */
export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random());
}

/** One of these, each as often as its share says. Throws RangeError for none. */
export function drawn<T extends { readonly share: number }>(
  random: Random,
  choices: readonly T[],
): T {
  let left = random() * choices.reduce((sum, { share }) => sum + share, 0);
  for (const choice of choices) if ((left -= choice.share) < 0) return choice;
  const last = choices.at(-1);
  if (last === undefined) throw new RangeError("expected something to draw from");
  return last;
}

/** 0 to `count` − 1, the k-th drawn as often as 1 ÷ (k + 1): Zipf's law, which what people watch follows roughly. */
export function createPopularity(count: number): (random: Random) => number {
  const sums: number[] = [];
  let sum = 0;
  for (let k = 1; k <= count; k++) sums.push((sum += 1 / k));
  return (random) => {
    const wanted = random() * sum;
    const found = sums.findIndex((upTo) => upTo > wanted);
    return found < 0 ? count - 1 : found;
  };
}
