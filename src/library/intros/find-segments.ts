import { sharedStretch } from "./shared-stretch.ts";

/** What a season's episodes have in common, and a viewer may want to skip. Seconds from the film's beginning. */
export interface FilmSegment {
  readonly kind: "intro" | "credits";
  readonly start: number;
  readonly end: number;
}

/** The sound of an episode's beginning and end, in one version of it. */
export interface EpisodeSound {
  /** Of the file. */
  readonly fingerprint: string;
  /** What its versions have in common: they say nothing of each other. */
  readonly episode: string;
  readonly parts: readonly SoundPart[];
}

export interface SoundPart {
  readonly kind: FilmSegment["kind"];
  /** Seconds from the film's beginning. */
  readonly startSeconds: number;
  readonly words: Uint32Array;
}

/** Chromaprint's usual algorithm: a third of 4096 samples at 11,025 Hz. */
export const stepSeconds = 1365 / 11_025;
/** What a word tells of lasts longer than its step: sixteen of them, and a window. */
const wordSeconds = 15 * stepSeconds + 4096 / 11_025;

/** A word at the edge is still the same where less than half of what it tells of is: measured, at either end. */
const edges = { start: 0.4, end: 0.9 } as const;

const shortestSeconds = 15;
/** What is longer is no title, but the same episode once more. */
const longestSeconds = 150;
const gapSeconds = 3.5;
/** Less of it the same is music in the same style. */
const lowestDensity = 0.6;
/** Each is compared with so many before it and behind it: seasons change their titles at most once. */
const neighbours = 4;

/**
 * The intros and credits of a season's episodes, in their order, by what of their sound is the same. An episode has what
 * at least two others say, or the only other one there is; where they do not agree it has none. Each version of an episode is
 * compared with one of each other episode.
 */
export function findSegments(
  sounds: readonly EpisodeSound[],
): ReadonlyMap<string, readonly FilmSegment[]> {
  const found = new Map<string, FilmSegment[]>(sounds.map(({ fingerprint }) => [fingerprint, []]));
  const episodes = [...Map.groupBy(sounds, ({ episode }) => episode).values()];
  const firsts = episodes.flatMap((versions) => versions.slice(0, 1));
  for (const kind of ["intro", "credits"] as const) {
    const claims = new Map<string, Claim[]>();
    for (const [i, versions] of episodes.entries()) {
      const [first, ...more] = versions;
      const behind = firsts.slice(i + 1, i + 1 + neighbours);
      if (first !== undefined) for (const other of behind) claimBoth(first, other, kind, claims);
      const around = [...firsts.slice(Math.max(0, i - neighbours), i), ...behind];
      for (const version of more) {
        for (const other of around) addClaim(claims, version, compare(version, other, kind)?.one);
      }
    }
    for (const { fingerprint } of sounds) {
      const agreed = agreedOn(claims.get(fingerprint) ?? [], episodes.length > 2 ? 2 : 1);
      if (agreed !== null) found.get(fingerprint)?.push({ kind, ...agreed });
    }
  }
  return found;
}

interface Claim {
  readonly start: number;
  readonly end: number;
}

function claimBoth(
  one: EpisodeSound,
  other: EpisodeSound,
  kind: FilmSegment["kind"],
  claims: Map<string, Claim[]>,
): void {
  const shared = compare(one, other, kind);
  addClaim(claims, one, shared?.one);
  addClaim(claims, other, shared?.other);
}

function addClaim(
  claims: Map<string, Claim[]>,
  { fingerprint }: EpisodeSound,
  claim: Claim | undefined,
): void {
  if (claim === undefined) return;
  claims.set(fingerprint, [...(claims.get(fingerprint) ?? []), claim]);
}

/** Where two episodes have something of one kind in common, in each of them. */
function compare(
  one: EpisodeSound,
  other: EpisodeSound,
  kind: FilmSegment["kind"],
): { readonly one: Claim; readonly other: Claim } | null {
  const [a, b] = [one, other].map(({ parts }) => parts.find((part) => part.kind === kind));
  if (a === undefined || b === undefined || one.fingerprint === other.fingerprint) return null;
  const stretch = sharedStretch(a.words, b.words, {
    fewestSteps: Math.ceil((shortestSeconds - wordSeconds) / stepSeconds),
    gapSteps: Math.ceil(gapSeconds / stepSeconds),
  });
  if (stretch === null || stretch.density < lowestDensity) return null;
  const lasts = stretch.steps * stepSeconds + wordSeconds;
  if (lasts > longestSeconds) return null;
  const claim = (part: SoundPart, step: number): Claim => {
    const start = part.startSeconds + step * stepSeconds;
    return { start: start + edges.start, end: start + lasts - edges.end };
  };
  return { one: claim(a, stretch.a), other: claim(b, stretch.b) };
}

/** What most claims say, where enough of them do. */
function agreedOn(claims: readonly Claim[], fewest: number): Claim | null {
  let best: readonly Claim[] = [];
  for (const claim of claims) {
    const alike = claims.filter((other) => isAlike(claim, other));
    if (alike.length > best.length) best = alike;
  }
  if (best.length < fewest || best.length * 2 <= claims.length) return null;
  return { start: middle(best.map(({ start }) => start)), end: middle(best.map(({ end }) => end)) };
}

function isAlike(one: Claim, other: Claim): boolean {
  const shared = Math.min(one.end, other.end) - Math.max(one.start, other.start);
  return shared >= 0.8 * Math.max(one.end - one.start, other.end - other.start);
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[sorted.length >> 1] ?? 0) * 10) / 10;
}
