import type { TitleWish } from "../device/title-wish.ts";
import type { PrewarmPolicy } from "../config/prewarm.ts";
import { covers, deviceKey, forAnyTitle, type PrewarmWish } from "./prewarm-wish.ts";

/** A media file that can be played now, and takes time to be made. */
export interface Title {
  readonly mediaFileId: string;
  readonly durationSeconds: number;
}

export interface ViewedTitle extends Title {
  /** Where to go on; 0 for the beginning, and for a title that was watched to its end. */
  readonly resumeSeconds: number;
  /** Unix milliseconds, as all times here. */
  readonly lastWatchedAt: number;
  /** When it was last watched to its end; null for not. */
  readonly watchedAt: number | null;
  /** The episode behind it, and when that was last watched to its end. */
  readonly next: (Title & { readonly watchedAt: number | null }) | null;
}

export interface AddedTitle extends Title {
  readonly addedAt: number;
  readonly isWatched: boolean;
}

/** A playback on record. */
export interface Play {
  readonly mediaFileId: string;
  readonly at: number;
  readonly device: TitleWish;
}

/** What policies choose from. */
export interface PolicyFacts {
  readonly now: number;
  readonly viewed: readonly ViewedTitle[];
  readonly added: readonly AddedTitle[];
  readonly plays: readonly Play[];
  /** Those of `plays` that can be played now. */
  readonly played: readonly Title[];
  /** Media files that somebody plays at this moment. */
  readonly playing: ReadonlySet<string>;
}

export interface PolicyWish extends PrewarmWish {
  readonly policy: PrewarmPolicy;
}

const dayMs = 24 * 3_600_000;
/** What was put away for longer is seldom gone on with. */
export const viewedForMs = 30 * dayMs;
export const addedForMs = 14 * dayMs;
export const playsCountForMs = 90 * dayMs;
/** Who has seen so much of an episode goes on to the next. */
const seenShare = 0.8;
/** Players go on a little before the place where one left off. */
const resumeLeadSeconds = 60;
/** So that a viewer's progress of seconds is no other wish. */
const resumeStepSeconds = 60;
const firstSeconds = 180;
/** On so many days a title must have been played to count among the most watched. */
const mostWatchedDays = 2;
const mostDevices = 3;

/** How many titles a policy chooses at once. */
const mostTitles = { episodes: 20, continued: 20, added: 50, watched: 20 };

/**
 * What is worth making before anybody asks for it, the most urgent first: the policies in their order, each with what was used
 * last or most before the rest, and each for the devices that are on record of it. What somebody plays now makes itself.
 * Nothing stands twice in it, nor a part of what stands before. The same for the same facts, in whatever order they are given.
 */
export function chooseWishes(
  facts: PolicyFacts,
  policies: readonly PrewarmPolicy[],
): readonly PolicyWish[] {
  const chosen: PolicyWish[] = [];
  for (const policy of policies) {
    for (const wish of choices[policy](facts)) {
      const isPlaying = facts.playing.has(wish.mediaFileId);
      if (isPlaying || chosen.some((other) => isSameFor(other, wish) && covers(other, wish)))
        continue;
      chosen.push({ ...wish, policy });
    }
  }
  return chosen;
}

const choices: Record<PrewarmPolicy, (facts: PolicyFacts) => PrewarmWish[]> = {
  "next-episode": nextEpisodes,
  "continue-watching": continued,
  "recently-added": recentlyAdded,
  "most-watched": mostWatched,
};

function nextEpisodes(facts: PolicyFacts): PrewarmWish[] {
  const wishes = recentlyViewed(facts).flatMap((title) => {
    const { next, lastWatchedAt, watchedAt, resumeSeconds, durationSeconds } = title;
    const isSeen = watchedAt !== null || resumeSeconds >= durationSeconds * seenShare;
    if (next === null || !(isSeen || facts.playing.has(title.mediaFileId))) return [];
    // Who watches a series again has seen it before; who has gone on already needs it no more.
    if (next.watchedAt !== null && next.watchedAt >= lastWatchedAt) return [];
    const [device = usualDevice(facts)] = devicesOf(facts, title.mediaFileId);
    return [whole(next.mediaFileId, forAnyTitle(device))];
  });
  return wishes.slice(0, mostTitles.episodes);
}

function continued(facts: PolicyFacts): PrewarmWish[] {
  const wishes = recentlyViewed(facts).flatMap(
    ({ mediaFileId, resumeSeconds, durationSeconds }) => {
      if (resumeSeconds <= 0 || resumeSeconds >= durationSeconds) return [];
      const begins = Math.max(0, resumeSeconds - resumeLeadSeconds);
      const fromSeconds = Math.floor(begins / resumeStepSeconds) * resumeStepSeconds;
      const [device = usualDevice(facts)] = devicesOf(facts, mediaFileId);
      return [{ mediaFileId, device, fromSeconds, toSeconds: null }];
    },
  );
  return wishes.slice(0, mostTitles.continued);
}

function recentlyAdded(facts: PolicyFacts): PrewarmWish[] {
  const device = usualDevice(facts);
  return facts.added
    .filter(({ addedAt, isWatched }) => !isWatched && facts.now - addedAt <= addedForMs)
    .toSorted((a, b) => b.addedAt - a.addedAt || byId(a, b))
    .slice(0, mostTitles.added)
    .map(({ mediaFileId, durationSeconds }) => {
      const toSeconds = durationSeconds > firstSeconds ? firstSeconds : null;
      return { mediaFileId, device, fromSeconds: 0, toSeconds };
    });
}

function mostWatched(facts: PolicyFacts): PrewarmWish[] {
  // Days, not sessions: a player that seeks starts many of one viewing.
  const days = new Map<string, Set<number>>();
  for (const { mediaFileId, at } of facts.plays) {
    if (facts.now - at > playsCountForMs) continue;
    const its = days.get(mediaFileId) ?? new Set();
    days.set(mediaFileId, its.add(Math.floor(at / dayMs)));
  }
  const count = ({ mediaFileId }: Title): number => days.get(mediaFileId)?.size ?? 0;
  return facts.played
    .filter((title) => count(title) >= mostWatchedDays)
    .toSorted((a, b) => count(b) - count(a) || byId(a, b))
    .slice(0, mostTitles.watched)
    .flatMap(({ mediaFileId }) =>
      devicesOf(facts, mediaFileId)
        .slice(0, mostDevices)
        .map((device) => whole(mediaFileId, device)),
    );
}

function recentlyViewed({ viewed, now }: PolicyFacts): ViewedTitle[] {
  return viewed
    .filter(({ lastWatchedAt }) => now - lastWatchedAt <= viewedForMs)
    .toSorted((a, b) => b.lastWatchedAt - a.lastWatchedAt || byId(a, b));
}

/** Devices that played a title, the last first. */
function devicesOf({ plays }: PolicyFacts, mediaFileId: string): TitleWish[] {
  const its = plays.filter((play) => play.mediaFileId === mediaFileId);
  const inTurn = its.toSorted(
    (a, b) => b.at - a.at || byText(deviceKey(a.device), deviceKey(b.device)),
  );
  const devices = new Map<string, TitleWish>();
  for (const { device } of inTurn) {
    const key = deviceKey(device);
    if (!devices.has(key)) devices.set(key, device);
  }
  return [...devices.values()];
}

/** What most was played with, whatever the title; a browser of which nothing is known where nothing was. */
function usualDevice({ plays }: PolicyFacts): TitleWish {
  const uses = new Map<string, { device: TitleWish; count: number }>();
  for (const play of plays) {
    const device = forAnyTitle(play.device);
    const use = uses.get(deviceKey(device)) ?? { device, count: 0 };
    uses.set(deviceKey(device), { device, count: use.count + 1 });
  }
  const [most] = [...uses].toSorted(
    ([one, a], [other, b]) => b.count - a.count || byText(one, other),
  );
  return most?.[1].device ?? {};
}

const whole = (mediaFileId: string, device: TitleWish): PrewarmWish => ({
  ...{ mediaFileId, device, fromSeconds: 0, toSeconds: null },
});

const byText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
const byId = (a: Title, b: Title): number => byText(a.mediaFileId, b.mediaFileId);

function isSameFor(one: PrewarmWish, other: PrewarmWish): boolean {
  return one.mediaFileId === other.mediaFileId && deviceKey(one.device) === deviceKey(other.device);
}
