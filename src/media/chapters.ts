/** A part of a film that has a name. */
export interface Chapter {
  /** On the file's clock, seconds. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** null where the file has none. */
  readonly title: string | null;
}

/** What a file says of a chapter, as it says it. */
export interface ClaimedChapter {
  readonly startSeconds: number | undefined;
  readonly title: string | null;
}

/** Discs have a hundred at most. */
const mostChapters = 1000;
/** Two that begin so close together are one. */
const shortestSeconds = 0.1;

/**
 * The chapters of a film that lasts from `start` to `end` (seconds on the file's clock), in their order, each up to the
 * next: what files say of their ends is often a guess, and of nested ones the inner ones count. Those outside the film are left out.
 */
export function tidyChapters(
  claimed: readonly ClaimedChapter[],
  start: number,
  end: number,
): Chapter[] {
  const begun = claimed
    .flatMap(({ startSeconds, title }) =>
      startSeconds === undefined ? [] : [{ startSeconds: Math.max(start, startSeconds), title }],
    )
    .filter(({ startSeconds }) => startSeconds < end - shortestSeconds)
    .toSorted((a, b) => a.startSeconds - b.startSeconds);
  const apart: { startSeconds: number; title: string | null }[] = [];
  for (const chapter of begun) {
    const last = apart.at(-1);
    if (last === undefined || chapter.startSeconds - last.startSeconds >= shortestSeconds) {
      apart.push({ ...chapter });
    } else last.title ??= chapter.title;
  }
  const kept = apart.slice(0, mostChapters);
  // One over the whole film says nothing.
  if (kept.length === 1 && kept[0]?.title === null) return [];
  return kept.map((chapter, i) => ({
    ...chapter,
    endSeconds: apart[i + 1]?.startSeconds ?? end,
  }));
}

/** What menus call the n-th chapter, from 0. */
export function chapterName({ title }: Pick<Chapter, "title">, n: number): string {
  return title ?? `Chapter ${n + 1}`;
}
