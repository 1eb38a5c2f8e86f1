/** Where a viewer is, as his player said. */
export interface ViewerReport {
  /** Who asks for what he plays, by its address. */
  readonly client: string;
  /** Seconds of the film. */
  readonly positionSeconds: number;
  /** How much of it is loaded from there on; null where the player does not say. */
  readonly bufferSeconds: number | null;
  readonly isPlaying: boolean;
}

/** A player loads no further ahead than that: what is asked for beyond was sought to, and is wanted now. */
const furthestAheadSeconds = 60;

/** Until when the viewers of contents have something to play. */
export class Viewers {
  /** By content, then by session. */
  readonly #reports = new Map<string, Map<string, ViewerReport & { readonly at: number }>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** null: he has gone. */
  report(hash: string, session: string, report: ViewerReport | null): void {
    const own = this.#reports.get(hash) ?? new Map<string, ViewerReport & { at: number }>();
    if (report) own.set(session, { ...report, at: this.#now() });
    else own.delete(session);
    if (own.size > 0) this.#reports.set(hash, own);
    else this.#reports.delete(hash);
  }

  /**
   * After how many seconds a client's viewers need what begins at a moment of the film: the most urgent of them; 0 where
   * one is not known well enough, or jumped.
   */
  slackSeconds(hash: string, client: string, startSeconds: number): number {
    let least = Infinity;
    for (const report of this.#reports.get(hash)?.values() ?? []) {
      if (report.client === client) least = Math.min(least, this.#slackOf(report, startSeconds));
    }
    return least === Infinity ? 0 : least;
  }

  #slackOf(
    { positionSeconds, bufferSeconds, isPlaying, at }: ViewerReport & { readonly at: number },
    startSeconds: number,
  ): number {
    if (bufferSeconds === null) return 0;
    const loadedTo = positionSeconds + bufferSeconds;
    const isElsewhere =
      startSeconds < positionSeconds || startSeconds > loadedTo + furthestAheadSeconds;
    if (isElsewhere) return 0;
    // What is loaded is played; then he stands still.
    const elapsed = isPlaying ? (this.#now() - at) / 1000 : 0;
    return Math.max(0, bufferSeconds - elapsed) + Math.max(0, startSeconds - loadedTo);
  }
}
