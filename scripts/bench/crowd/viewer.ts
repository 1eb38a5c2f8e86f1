import { segmentSeconds, type Title } from "./origin.ts";
import { exponential, type Random } from "./random.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** What a viewer does of their own accord. */
export interface Habits {
  /** Mean time between two seeks, milliseconds; Infinity: none. */
  readonly seekEveryMs: number;
  /** Mean time that one viewer stays, milliseconds. */
  readonly staysMs: number;
}

/** Why nothing moves on a viewer's screen. */
export type Reason = "start" | "seek" | "stall";

/** A time in which a viewer wanted to see pictures and none moved, or all of them did. */
export type OnScreen = (what: Reason | "played", from: number, to: number) => void;

/** A player fetches ahead so much and no more, film seconds. */
const bufferSeconds = 30;
/** What the network takes for a segment that is there, milliseconds. */
const transferMs = 50;
/** As the origin has it: who waits for longer is told to come back, and does. */
const timeoutMs = 25_000;
const comeBackMs = 2000;
/** A page tells its server so often where it is. */
const tellEveryMs = 10_000;

/** One viewer with a player: it asks for one segment after the other, and shows them as they come. */
export class Viewer {
  readonly #title: Title;
  readonly #client: string;
  readonly #clock: VirtualClock;
  readonly #onScreen: OnScreen;
  /** The segment that is asked for next. */
  #n: number;
  /** Film time that is there and was not shown at `#since`, milliseconds. */
  #bufferMs = 0;
  #showing: Reason | "played" = "start";
  #since: number;
  #isGone = false;
  #request = new AbortController();
  #cancelEmpty: (() => void) | null = null;
  #cancelNext: (() => void) | null = null;

  constructor(title: Title, client: string, n: number, clock: VirtualClock, onScreen: OnScreen) {
    this.#title = title;
    this.#client = client;
    this.#n = n;
    this.#clock = clock;
    this.#onScreen = onScreen;
    this.#since = clock.now;
    void this.#fetch();
    this.#tellLater();
  }

  /** Goes to a segment; what was fetched ahead is thrown away. */
  seek(n: number): void {
    this.#show("seek");
    this.#n = n;
    this.#bufferMs = 0;
    this.#cancelEmpty?.();
    this.#cancelNext?.();
    this.#request.abort(new Error("elsewhere"));
    this.#tell();
    void this.#fetch();
  }

  /** Tells what is on the screen until now. */
  report(): void {
    this.#show(this.#showing);
  }

  leave(): void {
    this.report();
    this.#isGone = true;
    this.#cancelEmpty?.();
    this.#cancelNext?.();
    this.#request.abort(new Error("gone"));
    this.#title.tell(this.#client, null);
  }

  #tellLater(): void {
    this.#clock.after(tellEveryMs, () => {
      if (this.#isGone) return;
      this.#tell();
      this.#tellLater();
    });
  }

  #tell(): void {
    const shown = this.#showing === "played" ? this.#clock.now - this.#since : 0;
    const buffer = Math.max(0, this.#bufferMs - shown) / 1000;
    const loadedTo = (this.#n - 1) * segmentSeconds;
    this.#title.tell(this.#client, { position: Math.max(0, loadedTo - buffer), buffer });
  }

  async #fetch(): Promise<void> {
    const request = new AbortController();
    this.#request = request;
    const cancelTimeout = this.#clock.after(timeoutMs, () => request.abort(new Error("late")));
    const isThere = await this.#title.load(this.#n, this.#client, request.signal).then(
      () => true,
      () => false,
    );
    cancelTimeout();
    // Another one was begun since, or the viewer is gone.
    if (this.#request !== request || this.#isGone) return;
    if (isThere) this.#cancelNext = this.#clock.after(transferMs, () => this.#take());
    else this.#cancelNext = this.#clock.after(comeBackMs, () => void this.#fetch());
  }

  #take(): void {
    this.#show("played");
    this.#bufferMs += segmentSeconds * 1000;
    this.#cancelEmpty?.();
    this.#cancelEmpty = this.#clock.after(this.#bufferMs, () => this.#show("stall"));
    // Who has seen the film sees it again: the crowd stays as large as it is.
    this.#n = (this.#n % this.#title.segments) + 1;
    const tooMuchMs = this.#bufferMs + segmentSeconds * 1000 - bufferSeconds * 1000;
    if (tooMuchMs <= 0) void this.#fetch();
    else this.#cancelNext = this.#clock.after(tooMuchMs, () => void this.#fetch());
  }

  #show(what: Reason | "played"): void {
    const { now } = this.#clock;
    if (now > this.#since) this.#onScreen(this.#showing, this.#since, now);
    if (this.#showing === "played") this.#bufferMs -= now - this.#since;
    this.#since = now;
    this.#showing = what;
  }
}

/** Has a viewer seek and leave by habit; `onLeft` when it is gone. */
export function liveOut(
  viewer: Viewer,
  { seekEveryMs, staysMs }: Habits,
  segments: number,
  random: Random,
  clock: VirtualClock,
  onLeft: () => void,
): void {
  let cancelSeek = (): void => {};
  const seekLater = (): void => {
    if (seekEveryMs === Infinity) return;
    cancelSeek = clock.after(exponential(random, seekEveryMs), () => {
      viewer.seek(1 + Math.floor(random() * segments));
      seekLater();
    });
  };
  seekLater();
  clock.after(exponential(random, staysMs), () => {
    cancelSeek();
    viewer.leave();
    onLeft();
  });
}
