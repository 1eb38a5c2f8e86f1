import type { OriginState, SimulatedOrigin } from "./origin.ts";
import type { OnScreen } from "./viewer.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** What came of a crowd, of the time that is measured. */
export interface CrowdFigures {
  /** Of the time in which viewers wanted to see pictures, that in which none moved. */
  readonly stallShare: number;
  /** The same without what starts and seeks took. */
  readonly rebufferShare: number;
  /** How long nothing moved, each time, seconds, ascending. */
  readonly waits: readonly number[];
  /** Viewers who saw nothing although they stayed for a minute at least. */
  readonly starved: number;
  /** Of the time of all slots, that in which encoders worked. */
  readonly busyShare: number;
  /** Of the time of all slots, that in which one was free and somebody waited for whom none worked. */
  readonly idleShare: number;
  /** The same time of all slots together, milliseconds. */
  readonly idleMs: number;
  /** Encoders begun, and segments made. */
  readonly begun: number;
  readonly made: number;
  /** Segments made for greedy clients, of all. */
  readonly greedyShare: number;
  /** Encoders that worked, and that were alive, at once. */
  readonly mostWorking: number;
  readonly mostAlive: number;
}

export interface MeasuredTime {
  readonly slots: number;
  readonly fromMs: number;
  readonly toMs: number;
}

interface Looked extends OriginState {
  readonly at: number;
}

/** Adds up what happens in the time that is measured. */
export class CrowdMeasure {
  readonly #clock: VirtualClock;
  readonly #origin: SimulatedOrigin;
  readonly #time: MeasuredTime;
  readonly #shownMs = { played: 0, start: 0, seek: 0, stall: 0 };
  readonly #waits: number[] = [];
  readonly #viewers: { playedMs: number; watchedMs: number }[] = [];
  #last: Looked | null = null;
  #before = { made: 0, begun: 0 };
  #busyMs = 0;
  #idleMs = 0;
  #mostWorking = 0;
  #mostAlive = 0;
  #greedy = 0;

  constructor(time: MeasuredTime, clock: VirtualClock, origin: SimulatedOrigin) {
    this.#clock = clock;
    this.#origin = origin;
    this.#time = time;
    clock.after(time.fromMs, () => {
      const { made, begun } = origin;
      this.#before = { made, begun };
    });
  }

  /** For one viewer's screen. */
  viewer(): OnScreen {
    const own = { playedMs: 0, watchedMs: 0 };
    this.#viewers.push(own);
    return (what, from, to) => {
      const withinMs = Math.min(to, this.#time.toMs) - Math.max(from, this.#time.fromMs);
      if (withinMs <= 0) return;
      this.#shownMs[what] += withinMs;
      own.watchedMs += withinMs;
      if (what === "played") own.playedMs += withinMs;
      else this.#waits.push((to - from) / 1000);
    };
  }

  /** A greedy client got a segment. */
  greedy(): void {
    if (this.#clock.now > this.#time.fromMs) this.#greedy++;
  }

  /** To be called whenever something has happened: from then on the origin does what it does now. */
  look(): void {
    const at = this.#clock.now;
    if (this.#last !== null && this.#last.at >= this.#time.fromMs) {
      const { working, passedBy } = this.#last;
      const idle = Math.max(0, Math.min(this.#time.slots - working, passedBy));
      this.#busyMs += working * (at - this.#last.at);
      this.#idleMs += idle * (at - this.#last.at);
    }
    this.#last = { ...this.#origin.state(), at };
    this.#mostWorking = Math.max(this.#mostWorking, this.#last.working);
    this.#mostAlive = Math.max(this.#mostAlive, this.#last.alive);
  }

  figures(): CrowdFigures {
    const { played, start, seek, stall } = this.#shownMs;
    const waited = start + seek + stall;
    const { slots, fromMs, toMs } = this.#time;
    const slotMs = slots * (toMs - fromMs);
    const made = this.#origin.made - this.#before.made;
    return {
      stallShare: waited / Math.max(1, played + waited),
      rebufferShare: stall / Math.max(1, played + stall),
      waits: this.#waits.toSorted((a, b) => a - b),
      starved: this.#viewers.filter(({ playedMs, watchedMs }) => playedMs === 0 && watchedMs > 6e4)
        .length,
      busyShare: this.#busyMs / slotMs,
      idleShare: this.#idleMs / slotMs,
      idleMs: this.#idleMs,
      begun: this.#origin.begun - this.#before.begun,
      made,
      greedyShare: this.#greedy / Math.max(1, made),
      mostWorking: this.#mostWorking,
      mostAlive: this.#mostAlive,
    };
  }
}
