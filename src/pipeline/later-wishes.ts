import type { Wish } from "../schedule/choose.ts";
import type { Interests, Window } from "./interests.ts";
import { reachSegments } from "./run-index.ts";

/** Segments `from` to `to`, both of them among it. */
export interface SegmentRange {
  readonly from: number;
  readonly to: number;
}

export interface LaterWishesOptions {
  readonly hash: string;
  readonly count: number;
  readonly interests: Pick<Interests, "windows" | "lastTouched">;
  /** Does the content's fill policy want this rendition finished? */
  readonly wantsFill: () => boolean;
}

/** What of one rendition is wanted that nobody waits for: ahead of its viewers, to fill it, and for viewers yet to come. */
export class LaterWishes {
  readonly #options: LaterWishesOptions;
  readonly #prewarmed = new Set<SegmentRange>();

  constructor(options: LaterWishesOptions) {
    this.#options = options;
  }

  /** Until the answer is called. */
  prewarm(range: SegmentRange): () => void {
    const own = { ...range };
    this.#prewarmed.add(own);
    return () => void this.#prewarmed.delete(own);
  }

  /** What a run that comes to segment `next` is wanted for: the latest viewer's window that it lies in goes first. */
  wish(next: number, windows: readonly Window[]): Wish | null {
    const content = this.#options.hash;
    const near = windows.filter(({ from, to }) => next <= to && next >= from - reachSegments);
    const [latest] = near;
    if (latest) {
      const askers = near.map(({ client }) => ({ client, content }));
      const lead = Math.max(0, Math.min(...near.map(({ from }) => next - from)));
      return { kind: "look-ahead", at: latest.at, lead, askers };
    }
    const at = this.#options.interests.lastTouched() ?? 0;
    if (this.#options.wantsFill()) return { kind: "fill", at, askers: [] };
    const isPrewarmed = [...this.#prewarmed].some((range) => isIn(range, next));
    return isPrewarmed ? { kind: "prewarm", at, askers: [] } : null;
  }

  /** The last segment that a run beginning at `from` is wanted to make, where that is known. */
  lastOf(from: number, windows: readonly Window[]): number {
    const { count } = this.#options;
    if (this.wish(from, windows)?.kind !== "prewarm") return count;
    return Math.max(...[...this.#prewarmed].filter((each) => isIn(each, from)).map(({ to }) => to));
  }

  /** What is to be made with nobody near, in order; of viewers, what lies before them comes last. */
  unwatched(): SegmentRange[] {
    const { count, interests, wantsFill } = this.#options;
    const at = interests.windows()[0]?.from ?? 1;
    const filled = wantsFill()
      ? [
          { from: at, to: count },
          { from: 1, to: count },
        ]
      : [];
    return [...filled, ...this.#prewarmed];
  }
}

function isIn({ from, to }: SegmentRange, n: number): boolean {
  return n >= from && n <= to;
}
