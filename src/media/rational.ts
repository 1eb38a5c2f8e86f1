/** An exact fraction in lowest terms, denominator positive: frame rates and time bases stay exact. */
export interface Rational {
  readonly num: number;
  readonly den: number;
}

/** The fraction in lowest terms. Throws RangeError unless both are integers and `den` is not 0. */
export function rational(num: number, den = 1): Rational {
  if (!Number.isSafeInteger(num) || !Number.isSafeInteger(den) || den === 0) {
    throw new RangeError(`expected a fraction of integers, got ${num}/${den}`);
  }
  const divisor = gcd(Math.abs(num), Math.abs(den)) * Math.sign(den);
  return { num: num / divisor, den: den / divisor };
}

/** Parses `30000/1001`, `30000:1001` or `25`; undefined for anything else and for a 0 denominator. */
export function parseRational(text: string): Rational | undefined {
  const match = /^(-?\d+)(?:[/:](-?\d+))?$/.exec(text.trim());
  if (!match) return undefined;
  const num = Number(match[1]);
  const den = Number(match[2] ?? "1");
  if (!Number.isSafeInteger(num) || !Number.isSafeInteger(den) || den === 0) return undefined;
  return rational(num, den);
}

export function toNumber(value: Rational): number {
  return value.num / value.den;
}

export function formatRational(value: Rational): string {
  return `${value.num}/${value.den}`;
}

/** Greatest common divisor; 1 of two zeros. */
export function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a || 1;
}

/** The timescale of a frame rate: one frame is a whole number of ticks, a tick is 100 µs or less. */
export function frameTimescale(frameRate: Rational): number {
  return frameRate.num >= 10_000 ? frameRate.num : frameRate.num * 1000;
}

/** Ticks of one frame in `frameTimescale(frameRate)`. */
export function frameTicks(frameRate: Rational): number {
  return frameRate.num >= 10_000 ? frameRate.den : frameRate.den * 1000;
}
