/** Somebody who was at a segment a moment ago and will want the next ones. */
interface Interest {
  readonly client: string;
  n: number;
  at: number;
}

/** Segments `[from, to]` that a client's viewer will want soon. */
export interface Window {
  readonly client: string;
  readonly from: number;
  readonly to: number;
  /** When the viewer was last heard of, milliseconds. */
  readonly at: number;
}

export interface InterestsOptions {
  /** How many segments after the last one asked for are made ahead. */
  readonly lookAheadSegments: number;
  /** How long an interest lasts after it was last heard of, milliseconds. */
  readonly interestMs: number;
  readonly now: () => number;
}

const knownForMs = 1000;
/** Viewers of one rendition behind one address; who jumps about more often than that is forgotten first. */
const mostOfOneClient = 32;
const mostOfAll = 128;

/** Where the viewers of one rendition are. Bounded, and no client pushes another's viewers out. */
export class Interests {
  /** The one heard of last comes last. */
  #interests: Interest[] = [];
  readonly #options: InterestsOptions;

  constructor(options: InterestsOptions) {
    this.#options = options;
  }

  /** Heard of a moment ago, whoever it was: a popular segment is served thousands of times a second. */
  isKnown(n: number): boolean {
    const oldest = this.#options.now() - knownForMs;
    return this.#interests.some((interest) => interest.n === n && interest.at > oldest);
  }

  /** A client's viewer is at segment n. The same viewer's earlier interest is moved, not doubled. */
  touch(n: number, client: string): void {
    const { now, lookAheadSegments } = this.#options;
    const isSameViewer = (interest: Interest): boolean =>
      interest.client === client && n >= interest.n && n <= interest.n + lookAheadSegments + 1;
    const own = this.#interests.findIndex(isSameViewer);
    if (own >= 0) this.#interests.splice(own, 1);
    else this.#makeRoom(client);
    this.#interests.push({ client, n, at: now() });
  }

  /** The client's viewer went elsewhere before it got segment n. */
  leave(n: number, client: string): void {
    const at = this.#interests.findIndex((each) => each.client === client && each.n === n);
    if (at >= 0) this.#interests.splice(at, 1);
  }

  forgetAll(): void {
    this.#interests = [];
  }

  /** Drops interests nobody has renewed in time. */
  expire(): void {
    const oldest = this.#options.now() - this.#options.interestMs;
    if (!this.#interests.some((interest) => interest.at < oldest)) return;
    this.#interests = this.#interests.filter((interest) => interest.at >= oldest);
  }

  /** When somebody was last seen here, milliseconds; undefined when nobody is. */
  lastTouched(): number | undefined {
    return this.#interests.at(-1)?.at;
  }

  /** The latest viewer's first. */
  windows(): Window[] {
    const { lookAheadSegments } = this.#options;
    return this.#interests
      .map(({ client, n, at }) => ({ client, from: n, to: n + lookAheadSegments, at }))
      .toReversed();
  }

  #makeRoom(client: string): void {
    const own = this.#interests.filter((interest) => interest.client === client);
    const [oldest] = own.length >= mostOfOneClient ? own : this.#interests;
    const isFull = own.length >= mostOfOneClient || this.#interests.length >= mostOfAll;
    if (isFull) this.#interests = this.#interests.filter((interest) => interest !== oldest);
  }
}
