import { expect, test } from "bun:test";
import fc from "fast-check";
import { prewarmPolicies, type PrewarmPolicy } from "../../src/config/prewarm.ts";
import {
  chooseWishes,
  type PolicyFacts,
  type PolicyWish,
  type ViewedTitle,
} from "../../src/prewarm/choose-wishes.ts";
import type { TitleWish } from "../../src/device/title-wish.ts";
import { covers, deviceKey, forAnyTitle } from "../../src/prewarm/prewarm-wish.ts";
import { createRandom, shuffled } from "../support/shuffle.ts";

const now = 1_795_000_000_000;
const dayMs = 24 * 3_600_000;

const ids = fc.integer({ min: 0, max: 12 }).map((i) => `film-${i}`);
const pastMs = fc.integer({ min: 0, max: 200 * dayMs }).map((age) => now - age);
const recentMs = fc.integer({ min: 0, max: 5 * dayMs }).map((age) => now - age);
const moment = fc.oneof(pastMs, recentMs);
const durationSeconds = fc.oneof(
  fc.integer({ min: 1, max: 10_000 }),
  fc.double({ min: 0.5, max: 400, noNaN: true }),
);
const device: fc.Arbitrary<TitleWish> = fc.record(
  {
    container: fc.constantFrom("dash", "hls"),
    audioTrack: fc.integer({ min: 1, max: 2 }),
    quality: fc.constantFrom("auto", "high"),
    deviceProfile: fc.record({ userAgent: fc.constantFrom("a", "b", "c") }),
  },
  { requiredKeys: [] },
);
const viewed: fc.Arbitrary<ViewedTitle> = fc
  .record({
    ...{ mediaFileId: ids, durationSeconds, lastWatchedAt: moment },
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    watchedAt: fc.option(moment),
    next: fc.option(fc.record({ mediaFileId: ids, durationSeconds, watchedAt: fc.option(moment) })),
  })
  .map(({ share, ...title }) => ({ ...title, resumeSeconds: title.durationSeconds * share }));
const facts: fc.Arbitrary<PolicyFacts> = fc.record({
  now: fc.constant(now),
  viewed: fc.uniqueArray(viewed, { selector: ({ mediaFileId }) => mediaFileId, maxLength: 12 }),
  added: fc.uniqueArray(
    fc.record({ mediaFileId: ids, durationSeconds, addedAt: moment, isWatched: fc.boolean() }),
    { selector: ({ mediaFileId }) => mediaFileId },
  ),
  plays: fc.array(fc.record({ mediaFileId: ids, at: moment, device }), { maxLength: 40 }),
  played: fc.uniqueArray(fc.record({ mediaFileId: ids, durationSeconds }), {
    selector: ({ mediaFileId }) => mediaFileId,
  }),
  playing: fc.array(ids, { maxLength: 4 }).map((all) => new Set(all)),
});
const policies = fc.shuffledSubarray([...prewarmPolicies]);

function holds(
  property: (facts: PolicyFacts, policies: PrewarmPolicy[], wishes: readonly PolicyWish[]) => void,
): void {
  fc.assert(
    fc.property(facts, policies, (some, asked) => property(some, asked, chooseWishes(some, asked))),
    { numRuns: 500 },
  );
}

test("what somebody plays now is never wished for, nor what cannot be played, and parts are parts of films", () => {
  holds((some, asked, wishes) => {
    const known = new Map(
      [
        ...some.viewed.flatMap((title) => [title, ...(title.next === null ? [] : [title.next])]),
        ...some.added,
        ...some.played,
      ].map((title) => [title.mediaFileId, title]),
    );
    for (const { mediaFileId, policy, fromSeconds, toSeconds } of wishes) {
      expect(some.playing.has(mediaFileId)).toBe(false);
      expect(known.has(mediaFileId)).toBe(true);
      expect(asked).toContain(policy);
      expect(fromSeconds).toBeGreaterThanOrEqual(0);
      if (toSeconds !== null) expect(toSeconds).toBeGreaterThan(fromSeconds);
    }
  });
});

test("policies are heeded in their order, and nothing is wished for that an earlier wish makes", () => {
  holds((_, asked, wishes) => {
    const order = wishes.map(({ policy }) => asked.indexOf(policy));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    for (const [i, wish] of wishes.entries()) {
      const earlier = wishes.slice(0, i).filter((other) => isSameTitle(other, wish));
      expect(earlier.filter((other) => covers(other, wish))).toEqual([]);
    }
  });
});

test("each is for a device that is on record, of the title itself where it was played, else for a browser", () => {
  holds((some, _, wishes) => {
    const onRecord = new Set(
      some.plays.flatMap((play) => [deviceKey(play.device), deviceKey(forAnyTitle(play.device))]),
    );
    for (const wish of wishes) {
      const key = deviceKey(wish.device);
      if (some.plays.length === 0) expect(key).toBe("{}");
      else expect(onRecord.has(key)).toBe(true);
      const own = some.plays.filter((play) => play.mediaFileId === wish.mediaFileId);
      const isOwn = ["continue-watching", "most-watched"].includes(wish.policy);
      if (isOwn && own.length > 0) expect(own.map((play) => deviceKey(play.device))).toContain(key);
      // Which track a viewer chose is said of one file.
      if (!isOwn) expect(wish.device.audioTrack).toBeUndefined();
    }
  });
});

test("the next episode is that of one that is nearly seen or playing, and was not seen since", () => {
  holds((some) => {
    const seen = some.viewed.filter(
      ({ mediaFileId, watchedAt, resumeSeconds, durationSeconds, lastWatchedAt, next }) =>
        now - lastWatchedAt <= 30 * dayMs &&
        next !== null &&
        (next.watchedAt === null || next.watchedAt < lastWatchedAt) &&
        (watchedAt !== null ||
          resumeSeconds / durationSeconds >= 0.8 - 1e-9 ||
          some.playing.has(mediaFileId)),
    );
    const wished = chooseWishes(some, ["next-episode"]);
    const due = seen.flatMap(({ next }) => next?.mediaFileId ?? []);
    expect(new Set(wished.map(({ mediaFileId }) => mediaFileId))).toEqual(
      new Set(due.filter((id) => !some.playing.has(id))),
    );
    for (const { fromSeconds, toSeconds } of wished)
      expect([fromSeconds, toSeconds]).toEqual([0, null]);
  });
});

test("a title is gone on with a minute before the place where it was left, to its end", () => {
  holds((some) => {
    for (const { mediaFileId, fromSeconds, toSeconds } of chooseWishes(some, [
      "continue-watching",
    ])) {
      const title = some.viewed.find((one) => one.mediaFileId === mediaFileId);
      const left = title?.resumeSeconds ?? 0;
      expect([left > 0, toSeconds]).toEqual([true, null]);
      expect(fromSeconds).toBeLessThan(left);
      expect(left - fromSeconds).toBeLessThan(120);
      expect(Math.min(left, left - fromSeconds)).toBeGreaterThanOrEqual(Math.min(60, left));
    }
  });
});

test("of what was added lately and not seen the beginning is made, the newest first", () => {
  holds((some) => {
    const wished = chooseWishes(some, ["recently-added"]);
    const times = wished.map(({ mediaFileId, toSeconds }) => {
      const title = some.added.find((one) => one.mediaFileId === mediaFileId);
      expect([title?.isWatched, toSeconds ?? title?.durationSeconds]).toEqual([
        false,
        Math.min(180, title?.durationSeconds ?? 0),
      ]);
      return title?.addedAt ?? 0;
    });
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    for (const time of times) expect(now - time).toBeLessThanOrEqual(14 * dayMs);
  });
});

test("what was played on the most days comes first, for each device that played it, once it was played on two", () => {
  holds((some) => {
    const days = (id: string): number =>
      new Set(
        some.plays
          .filter(({ mediaFileId, at }) => mediaFileId === id && now - at <= 90 * dayMs)
          .map(({ at }) => Math.floor(at / dayMs)),
      ).size;
    const counts = chooseWishes(some, ["most-watched"]).map(({ mediaFileId }) => days(mediaFileId));
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    expect(counts.every((count) => count >= 2)).toBe(true);
  });
});

test("the same facts in another order are the same wishes", () => {
  fc.assert(
    fc.property(facts, policies, fc.integer(), (some, asked, seed) => {
      const random = createRandom(seed);
      const other = {
        ...some,
        viewed: shuffled(some.viewed, random),
        added: shuffled(some.added, random),
        plays: shuffled(some.plays, random),
        played: shuffled(some.played, random),
      };
      expect(chooseWishes(other, asked)).toEqual(chooseWishes(some, asked));
    }),
    { numRuns: 300 },
  );
});

test("no policy wishes for more than it may, however much there is", () => {
  const many = Array.from({ length: 500 }, (_, i) => ({
    ...{ mediaFileId: `film-${i}`, durationSeconds: 1000, resumeSeconds: 500 },
    ...{ lastWatchedAt: now - i, watchedAt: now - i, addedAt: now - i, isWatched: false },
    next: { mediaFileId: `next-${i}`, durationSeconds: 1000, watchedAt: null },
  }));
  const plays = many.flatMap(({ mediaFileId }) =>
    [0, 1, 2, 3, 4].map((day) => ({
      ...{ mediaFileId, at: now - day * dayMs },
      device: { quality: `q${day}` },
    })),
  );
  const all = { now, viewed: many, added: many, plays, played: many, playing: new Set<string>() };
  const counts = prewarmPolicies.map((policy) => chooseWishes(all, [policy]).length);
  expect(counts).toEqual([20, 20, 50, 60]);
});

function isSameTitle(one: PolicyWish, other: PolicyWish): boolean {
  return one.mediaFileId === other.mediaFileId && deviceKey(one.device) === deviceKey(other.device);
}
