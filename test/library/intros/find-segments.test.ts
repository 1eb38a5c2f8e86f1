import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  findSegments,
  stepSeconds,
  type EpisodeSound,
} from "../../../src/library/intros/find-segments.ts";

/** Words that follow from a seed; no two seeds have one in common but by chance. */
function words(seed: number, count: number): Uint32Array {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return Uint32Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state = (state ^ (state << 5)) >>> 0;
    return state;
  });
}

/** The same sound from another encoder: up to four bits of some words are others. */
function encodedAnew(sound: Uint32Array, seed: number): Uint32Array {
  const noise = words(seed, sound.length);
  return sound.map((word, i) => {
    const dice = noise[i] ?? 0;
    if (dice % 3 !== 0) return word;
    return (
      (word ^ (1 << (dice % 31)) ^ (1 << ((dice >>> 8) % 31)) ^ (1 << ((dice >>> 16) % 31))) >>> 0
    );
  });
}

const steps = (seconds: number): number => Math.round(seconds / stepSeconds);

interface Season {
  readonly titleSeconds: number;
  readonly places: readonly number[];
}

const seasons: fc.Arbitrary<Season> = fc.record({
  titleSeconds: fc.integer({ min: 18, max: 100 }),
  places: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 2, maxLength: 8 }),
});

function season({ titleSeconds, places }: Season): EpisodeSound[] {
  const title = words(7, steps(titleSeconds));
  return places.map((at, i) => {
    const sound = words(100 + i, steps(600));
    sound.set(encodedAnew(title, 200 + i), steps(at));
    return { fingerprint: `e${i}`, parts: [{ kind: "intro", startSeconds: 0, words: sound }] };
  });
}

test("what a season's episodes share is found in each of them, wherever it is", () => {
  fc.assert(
    fc.property(seasons, (shape) => {
      const found = findSegments(season(shape));
      for (const [i, at] of shape.places.entries()) {
        const [segment, ...rest] = found.get(`e${i}`) ?? [];
        expect(rest).toEqual([]);
        expect(segment?.kind).toBe("intro");
        // A word tells of two seconds: what is meant lies within.
        expect(Math.abs((segment?.start ?? -9) - at)).toBeLessThan(1);
        expect(Math.abs((segment?.end ?? -9) - at - shape.titleSeconds)).toBeLessThan(2);
      }
    }),
    {
      numRuns: 30,
      // A word that was like another one by chance led two stretches seconds too far.
      examples: [[{ titleSeconds: 81, places: [0, 202, 116] }]],
    },
  );
});

test("nothing is guessed: of what few share, of the same episode twice, of silence, of what is short", () => {
  const whole = words(1, steps(600));
  const part = (fingerprint: string, sound: Uint32Array): EpisodeSound => ({
    ...{ fingerprint, parts: [{ kind: "intro", startSeconds: 0, words: sound }] },
  });
  const unlike = [1, 2, 3, 4].map((seed) => part(`u${seed}`, words(seed, steps(600))));
  const twice = [part("a", whole), part("b", encodedAnew(whole, 9))];
  const silent = [1, 2, 3].map((n) => {
    const sound = words(50 + n, steps(600));
    return part(`s${n}`, sound.fill(627_964_279, steps(30), steps(90)));
  });
  const [one, two] = season({ titleSeconds: 40, places: [10, 100] });
  const few = [...unlike, ...(one && two ? [part("x", one.parts[0]?.words ?? whole), two] : [])];
  const short = season({ titleSeconds: 10, places: [10, 100, 200] });
  for (const episodes of [unlike, twice, silent, few, short]) {
    expect([...findSegments(episodes).values()].flat()).toEqual([]);
  }
});

test("a season of hundreds of episodes takes no time to speak of", () => {
  const places = Array.from({ length: 200 }, (_, i) => (i * 37) % 400);
  const since = performance.now();
  const found = findSegments(season({ titleSeconds: 60, places }));
  expect([...found.values()].every(({ length }) => length === 1)).toBe(true);
  expect(performance.now() - since).toBeLessThan(20_000);
});
