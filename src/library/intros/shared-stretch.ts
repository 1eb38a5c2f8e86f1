/**
 * Where two sounds are the same, by their fingerprints: one word of 32 bits for each step of time, of which a few bits
 * differ where the sound was encoded differently. Pure.
 */

/** A stretch of steps that two fingerprints share. */
export interface SharedStretch {
  /** First step of each. */
  readonly a: number;
  readonly b: number;
  readonly steps: number;
  /** How many of its steps are the same, 0 to 1. */
  readonly density: number;
}

/** Of 32: what another encoder changes; unrelated words differ in 16. */
const mostDifferentBits = 6;
/** So many equal words have to say the same before a shift is looked at. */
const fewestVotes = 6;
const shiftsLookedAt = 8;
/** A word that comes this often is silence, or a tone: it says nothing about a place. */
const mostPlaces = 30;

/**
 * The longest stretch that two fingerprints share, with no more than `gapSteps` in a row that differ; null where none is as
 * long as `fewestSteps`.
 */
export function sharedStretch(
  a: Uint32Array,
  b: Uint32Array,
  { fewestSteps, gapSteps }: { readonly fewestSteps: number; readonly gapSteps: number },
): SharedStretch | null {
  let best: SharedStretch | null = null;
  for (const shift of likelyShifts(a, b)) {
    const stretch = longestAt(a, b, shift, gapSteps);
    if (stretch === null || stretch.steps < fewestSteps) continue;
    if (best === null || stretch.steps > best.steps) best = stretch;
  }
  return best;
}

/** By how much `b` may be later than `a`, the likeliest first: by words that both have. */
function likelyShifts(a: Uint32Array, b: Uint32Array): number[] {
  const places = new Map<number, number[]>();
  for (const [i, word] of b.entries()) {
    const known = places.get(word);
    if (known === undefined) places.set(word, [i]);
    else known.push(i);
  }
  const votes = new Map<number, number>();
  for (const [i, word] of a.entries()) {
    const known = places.get(word) ?? [];
    if (known.length > mostPlaces) continue;
    for (const place of known) votes.set(place - i, (votes.get(place - i) ?? 0) + 1);
  }
  return [...votes]
    .filter(([, count]) => count >= fewestVotes)
    .toSorted((one, two) => two[1] - one[1] || one[0] - two[0])
    .slice(0, shiftsLookedAt)
    .map(([shift]) => shift);
}

function longestAt(
  a: Uint32Array,
  b: Uint32Array,
  shift: number,
  gapSteps: number,
): SharedStretch | null {
  const from = Math.max(0, -shift);
  const to = Math.min(a.length, b.length - shift);
  const isSame = (i: number): boolean =>
    i >= from && i < to && differentBits(a[i] ?? 0, b[i + shift] ?? 0) <= mostDifferentBits;
  // One by itself is so by chance, and would lead a stretch beyond its edge.
  const isBorneOut = (i: number): boolean =>
    near.filter((step) => isSame(i + step)).length >= fewestNear;
  let best: SharedStretch | null = null;
  let [start, last, same, distinct] = [-1, -1, 0, new Set<number>()];
  const close = (): void => {
    const steps = last - start + 1;
    // Silence is alike everywhere.
    const isVaried = distinct.size > steps / 8;
    if (start >= 0 && isVaried && (best === null || steps > best.steps)) {
      best = { a: start, b: start + shift, steps, density: same / steps };
    }
  };
  for (let i = from; i < to; i++) {
    if (!isSame(i) || !isBorneOut(i)) continue;
    const word = a[i] ?? 0;
    if (start < 0 || i - last > gapSteps) {
      close();
      [start, same, distinct] = [i, 0, new Set()];
    }
    last = i;
    same++;
    distinct.add(word);
  }
  close();
  return best;
}

/** Steps beside one, of which so many are the same too where the sound is. */
const near = [-3, -2, -1, 1, 2, 3];
const fewestNear = 2;

function differentBits(a: number, b: number): number {
  let bits = a ^ b;
  bits -= (bits >>> 1) & 0x55555555;
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
