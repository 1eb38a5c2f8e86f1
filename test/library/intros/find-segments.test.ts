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
    const names = { fingerprint: `e${i}`, episode: `e${i}` };
    return { ...names, parts: [{ kind: "intro", startSeconds: 0, words: sound }] };
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

test("versions of an episode have its segments where each has them, and are no evidence for each other", () => {
  const others = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 0, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.record({
        titleSeconds: fc.integer({ min: 20, max: 60 }),
        places: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 3, maxLength: 5 }),
      }),
      others,
      (shape, laterBy) => {
        const episodes = season(shape);
        const [first] = episodes;
        const copies = laterBy.map((seconds, i): EpisodeSound => {
          const sound = words(900 + i, steps(1000));
          sound.set(encodedAnew(first?.parts[0]?.words ?? sound, 300 + i), steps(seconds));
          const parts = [{ kind: "intro", startSeconds: 0, words: sound }] as const;
          return { fingerprint: `copy${i}`, episode: "e0", parts };
        });
        const found = findSegments([...copies, ...episodes]);
        for (const [i, later] of laterBy.entries()) {
          const [segment] = found.get(`copy${i}`) ?? [];
          expect(Math.abs((segment?.start ?? -9) - (shape.places[0] ?? 0) - later)).toBeLessThan(1);
        }
        // Something that one other episode alone has, in however many versions, is nothing.
        const [a, b, ...rest] = season({ ...shape, places: shape.places.slice(0, 2) });
        const unlike = part("u", words(4, steps(600)));
        if (a === undefined || b === undefined) throw new Error("no season");
        const twins = laterBy.map((_, i) => ({ ...b, fingerprint: `twin${i}` }));
        expect(rest).toEqual([]);
        expect([...findSegments([a, b, ...twins, unlike]).values()].flat()).toEqual([]);
      },
    ),
    { numRuns: 10 },
  );
});

function part(fingerprint: string, sound: Uint32Array): EpisodeSound {
  const parts = [{ kind: "intro", startSeconds: 0, words: sound }] as const;
  return { fingerprint, episode: fingerprint, parts };
}

test("nothing is guessed: of what few share, of the same episode twice, of silence, of what is short", () => {
  const whole = words(1, steps(600));
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
