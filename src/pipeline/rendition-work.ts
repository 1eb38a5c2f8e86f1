import type { FinishedFile } from "../rendition/segment-run.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import {
  mostUncommitted,
  renditionTimeline,
  runLimit,
  runWeight,
  type Plan,
} from "../rendition/plan.ts";
import { segmentName } from "../media/object-name.ts";
import type { Rendition } from "../rendition/methods.ts";
import { segmentCount, type Timeline } from "../media/timeline.ts";
import type { Wish } from "../schedule/choose.ts";
import type { Scheduler } from "../schedule/scheduler.ts";
import { Demand } from "./demand.ts";
import { failureKind } from "./failure-kind.ts";
import { Interests, type Window } from "./interests.ts";
import type { LaunchedRun } from "./launch-run.ts";
import { LiveRun, type LiveRunEnd } from "./live-run.ts";
import type { FailureRecord, PipelineObserver, RecordedFailure } from "./ports.ts";
import { failureOf, orNoRoom, type RunFailure } from "./run-failure.ts";
import { reachSegments, RunIndex } from "./run-index.ts";
import { SegmentFailures } from "./segment-failures.ts";
import { SegmentTraces, type SegmentTimer } from "./segment-traces.ts";
import { StoredSegments } from "./stored-segments.ts";

export interface RenditionWorkOptions {
  readonly hash: string;
  readonly plan: Plan;
  readonly rendition: Rendition;
  /** Whether the store has segment n at this moment: the one truth about that. Cheap. */
  readonly isStored: (n: number) => boolean;
  readonly scheduler: Scheduler;
  readonly failures: FailureRecord;
  readonly observer: PipelineObserver;
  readonly log: Logger;
  readonly lookAheadSegments: number;
  readonly maxAttempts: number;
  /** Does the content's fill policy want this rendition finished? */
  readonly wantsFill: () => boolean;
  /** Spawns FFmpeg for segments `from` to `to`; `attempt` counts from 0 and rises after failures. */
  readonly launch: (
    range: { readonly from: number; readonly to: number; readonly attempt: number },
    onFile: (file: FinishedFile) => void,
  ) => Promise<LaunchedRun>;
  /** Packages, verifies and stores a finished file. */
  readonly commit: (file: FinishedFile, timer: SegmentTimer | undefined) => Promise<void>;
  /** Throws STORAGE_FULL when the disk of the working files, or of the store, is full. */
  readonly requireRoom: () => Promise<void>;
  readonly now: () => number;
  /** `now` when this process began. */
  readonly startedAt: number;
}

const interestMs = 45_000;
/** A run that is ahead of a viewer, and waits for it to come nearer, is ended after so long. */
const patienceMs = 20_000;
/** A run that no viewer comes to is ended after so long. */
const idleMs = 3_000;
/** After a failure that is not a segment's own, nothing is made ahead for so long. */
const restMs = 10_000;

/** Makes the segments of one rendition: decides where runs begin, which go on and which end. */
export class RenditionWork {
  readonly rendition: Rendition;
  readonly timeline: Timeline;
  readonly count: number;
  readonly stored: StoredSegments;
  readonly #options: RenditionWorkOptions;
  readonly #demand: Demand;
  readonly #interests: Interests;
  readonly #failures: SegmentFailures;
  readonly #traces: SegmentTraces;
  /** Every run that is not over. */
  readonly #runs = new Set<LiveRun>();
  readonly #index = new RunIndex();
  /** Of the runs, those that nobody waits for. Few, while those that have yet to begin may be many. */
  readonly #unwaited = new Set<LiveRun>();
  readonly #committing = new Map<number, SegmentTimer>();
  readonly #unwantedSince = new Map<LiveRun, number>();
  /** Why nothing is made any more. */
  #closed: ViewraError | null = null;
  /** Until when only segments that somebody waits for are tried. */
  #restUntil = 0;
  /** Film seconds per second of encoding, of the last file; 0 before any. */
  speed = 0;
  failure: string | null = null;

  constructor(options: RenditionWorkOptions) {
    this.#options = options;
    this.rendition = options.rendition;
    this.timeline = renditionTimeline(options.plan, options.rendition);
    this.count = segmentCount(this.timeline);
    this.stored = new StoredSegments(this.count, options.isStored);
    const { hash, lookAheadSegments, now, scheduler } = options;
    this.#interests = new Interests({ lookAheadSegments, interestMs, now });
    this.#demand = new Demand({
      takePlace: (n, client) => scheduler.wait({ client, content: hash }, () => this.#index.for(n)),
      onLeft: (n, client, outcome) => this.#onLeft(n, client, outcome === "abandoned"),
    });
    this.#failures = new SegmentFailures({
      ...options,
      ...{ record: options.failures, rendition: options.rendition.id },
    });
    const { timeline } = this;
    const attemptsOf = (n: number): number => this.#failures.attemptsOf(n);
    this.#traces = new SegmentTraces({ ...options, timeline, attemptsOf });
  }

  get waiting(): number {
    return this.#demand.waiting;
  }

  get isIdle(): boolean {
    return this.#runs.size === 0 && this.#committing.size === 0 && this.waiting === 0;
  }

  get isRunning(): boolean {
    return this.#runs.size > 0;
  }

  lastTouched(): number | undefined {
    return this.#interests.lastTouched();
  }

  /**
   * Resolves when segment n is stored. Rejects at once when it was given up or when the client waits for
   * too much already (OBJECT_NOT_READY), else with the reason of its failure. `until` is asked for when there is
   * something to wait for.
   */
  async ensure(n: number, client: string, until: () => AbortSignal): Promise<void> {
    if (this.stored.has(n)) return;
    const refusal = this.#closed ?? this.#failures.refusal(n);
    if (refusal) throw refusal;
    const waited = this.#demand.wait(n, client, until);
    if (waited === null) {
      const message = "One client waits for as many segments as it may";
      throw new ViewraError("OBJECT_NOT_READY", message, { retryAfterSeconds: 2 });
    }
    this.#traces.wait(n);
    this.#interests.touch(n, client);
    this.#cover(n);
    this.#refreshRuns(n - reachSegments, n + reachSegments);
    await waited;
  }

  /** A viewer is at segment n and will go on. `client` is asked for where it matters only. */
  touch(n: number, client: () => string): void {
    if (this.#interests.isKnown(n)) return;
    this.#interests.touch(n, client());
    if (this.#closed !== null || this.stored.isComplete) return;
    const last = n + this.#options.lookAheadSegments;
    if (!this.#isResting) this.#coverMissing(n, last);
    this.#refreshRuns(n - reachSegments, last);
  }

  /** Ends runs that nobody has wanted for a while. To be called now and then. */
  tidy(): void {
    this.#interests.expire();
    const now = this.#options.now();
    const windows = this.#interests.windows();
    for (const run of this.#runs) {
      if (run.isWaitedFor() || this.#wish(run, windows) !== null) {
        this.#unwantedSince.delete(run);
        continue;
      }
      const since = this.#unwantedSince.get(run) ?? now;
      this.#unwantedSince.set(run, since);
      const isAhead = windows.some(({ from, to }) => run.next > to && run.next - to <= to - from);
      if (now - since >= (isAhead ? patienceMs : idleMs)) run.stop();
    }
    this.#lookAhead();
    this.#refreshUnwaited();
  }

  /** Nobody watches any more: ends what nobody waits for at this moment. */
  abandon(): void {
    this.#interests.forgetAll();
    for (const run of this.#runs) if (!run.isWaitedFor()) run.stop();
  }

  /** What is on record of segments that failed before. */
  recall(recorded: Iterable<readonly [n: number, RecordedFailure]>): void {
    for (const [n, failure] of recorded) {
      this.#failures.recall(n, failure);
      const refusal = this.#failures.refusal(n);
      if (refusal) this.#demand.fail(n, refusal);
    }
  }

  /** Ends everything at once; resolves when it has ended. */
  async close(reason: ViewraError): Promise<void> {
    this.#closed = reason;
    this.#demand.failAll(reason);
    const runs = [...this.#runs];
    for (const run of runs) run.stop();
    await Promise.all(runs.map((run) => run.gone));
  }

  get #isResting(): boolean {
    return this.#options.now() < this.#restUntil;
  }

  #isMade(n: number): boolean {
    return this.stored.has(n) || this.#committing.has(n);
  }

  /** Sees to the first segment that nobody made and that may be tried; false where there is none. */
  #coverMissing(from: number, to: number): boolean {
    for (let n = from; n <= Math.min(to, this.count); n++) {
      if (this.#isMade(n) || this.#failures.refusal(n) !== null) continue;
      this.#cover(n);
      return true;
    }
    return false;
  }

  /** Begins what viewers will want soon and nobody makes. */
  #lookAhead(): void {
    if (this.#closed !== null || this.#isResting) return;
    const windows = this.#interests.windows();
    for (const { from, to } of windows) this.#coverMissing(from, to);
    if (this.#runs.size > 0 || !this.#options.wantsFill()) return;
    const isBehind = !this.#coverMissing(windows[0]?.from ?? 1, this.count);
    if (isBehind) this.#coverMissing(1, this.count);
  }

  #cover(n: number): void {
    if (!this.#isMade(n) && this.#index.for(n) === undefined) this.#start(n);
  }

  #start(from: number): void {
    const attempt = this.#failures.attemptsOf(from);
    const run = new LiveRun({
      from,
      last: this.count,
      weight: runWeight(this.rendition),
      mostUncommitted: mostUncommitted(this.rendition),
      reach: () => this.#reach(from),
      launch: (range, onFile) => this.#options.launch({ ...range, attempt }, onFile),
      commit: (file) => this.#commit(file),
      isWaitedFor: (self) => this.#isWaitedFor(self),
      onFile: (self, n) => this.#onFile(self, n),
      onGone: (self) => this.#onGone(self),
      onEnd: (self, end) => void this.#onEnd(self, end),
      now: this.#options.now,
    });
    this.#runs.add(run);
    this.#index.place(run);
    this.#refresh(run, this.#interests.windows());
    this.#options.scheduler.update();
  }

  /** Up to what is stored or begun already. */
  #reach(from: number): number {
    const limit = Math.min(this.count, from + runLimit(this.rendition) - 1);
    let to = from;
    while (to < limit && !this.#isMade(to + 1) && !this.#index.at(to + 1)?.isLaunched) to++;
    return to;
  }

  #isWaitedFor(run: LiveRun): boolean {
    for (let n = run.next; n <= run.next + reachSegments; n++) {
      if (this.#demand.isWaitedFor(n) && this.#index.for(n) === run) return true;
    }
    return false;
  }

  #onLeft(n: number, client: string, isAbandoned: boolean): void {
    if (isAbandoned) this.#interests.leave(n, client);
    if (!this.#demand.isWaitedFor(n)) this.#traces.leave(n);
    const ahead = isAbandoned ? this.#options.lookAheadSegments : reachSegments;
    this.#refreshRuns(n - reachSegments, n + ahead);
  }

  /** To be called when those who want the segments `from` to `to` may have changed. */
  #refreshRuns(from: number, to: number): void {
    const windows = this.#interests.windows();
    for (let n = from; n <= to; n++) {
      const run = this.#index.at(n);
      if (run) this.#refresh(run, windows);
    }
  }

  #refreshUnwaited(): void {
    const windows = this.#interests.windows();
    for (const run of this.#unwaited) this.#refresh(run, windows);
  }

  /** Tells the scheduler what the run is wanted for; one that is for nothing never begins. */
  #refresh(run: LiveRun, windows: readonly Window[]): void {
    if (run.isEnding) return;
    if (run.isWaitedFor()) {
      this.#unwaited.delete(run);
      this.#options.scheduler.want(run, null);
      return;
    }
    this.#unwaited.add(run);
    const wish = this.#wish(run, windows);
    if (wish === null && !run.isLaunched) run.stop();
    else this.#options.scheduler.want(run, wish);
  }

  /** For the viewers' windows that the run's next segment lies in, the latest viewer's first; else to fill. */
  #wish(run: LiveRun, windows: readonly Window[]): Wish | null {
    const content = this.#options.hash;
    const near = windows.filter(
      ({ from, to }) => run.next <= to && run.next >= from - reachSegments,
    );
    const [latest] = near;
    if (latest) {
      const askers = near.map(({ client }) => ({ client, content }));
      return { kind: "look-ahead", at: latest.at, askers };
    }
    if (!this.#options.wantsFill()) return null;
    return { kind: "fill", at: this.lastTouched() ?? 0, askers: [] };
  }

  #onFile(run: LiveRun, n: number): void {
    const timer = this.#traces.begin(n, run, this.#wish(run, this.#interests.windows()));
    this.#committing.set(n, timer);
    this.#advance(run, n);
    this.speed = timer.speed ?? this.speed;
    this.#refreshRuns(n, run.next + reachSegments);
    this.#options.scheduler.update();
  }

  /** It has finished segment n. It ends where others were; what had yet to begin there is its own now. */
  #advance(run: LiveRun, n: number): void {
    this.#index.leave(run, n);
    // All is made: held before it has left by itself, it would keep its place.
    if (run.next > run.to) return run.stop();
    const other = this.#index.at(run.next);
    if (this.#isMade(run.next) || other?.isLaunched) return run.stop();
    other?.stop();
    this.#index.place(run);
  }

  async #commit(file: FinishedFile): Promise<void> {
    try {
      await this.#options.commit(file, this.#committing.get(file.n));
      this.#failures.clear(file.n);
      // A segment that was given up stays what a viewer must know, whatever else is made.
      if (this.#failures.isEmpty) this.failure = null;
      this.#demand.settle(file.n);
    } finally {
      this.#committing.delete(file.n);
      this.#options.scheduler.update();
    }
  }

  #onGone(run: LiveRun): void {
    this.#index.leave(run, run.next);
    this.#unwaited.delete(run);
    this.#options.scheduler.remove(run);
  }

  async #onEnd(run: LiveRun, end: LiveRunEnd): Promise<void> {
    this.#runs.delete(run);
    this.#unwantedSince.delete(run);
    for (let n = run.from; n < run.next; n++) this.#committing.delete(n);
    // It had yet to begin: others see to what it was for.
    if (this.#closed !== null || !run.isLaunched) return;
    const failed = failureOf(run, end);
    if (failed && !this.stored.has(failed.n)) await this.#onFailure(run, failed);
    for (let n = run.from; n <= run.next + reachSegments; n++) {
      if (this.#demand.isWaitedFor(n)) this.#cover(n);
    }
    this.#lookAhead();
    this.#refreshUnwaited();
  }

  async #onFailure(run: LiveRun, { n, error: thrown }: RunFailure): Promise<void> {
    const { hash, log, observer, now, rendition } = this.#options;
    const object = segmentName(rendition.id, n);
    const error = await orNoRoom(thrown, this.#options.requireRoom);
    const kind = failureKind(error);
    this.failure = error.message;
    observer.failure(hash, object, error.code);
    this.#traces.failed(n, run, error.code);
    log.warn("segment failed", { object, kind, error });
    if (kind !== "segment") this.#restUntil = now() + restMs;
    if (kind === "environment") {
      this.#demand.failAll(error);
      if (error.code === "TRANSCODING_UNAVAILABLE") observer.givenUp?.(hash, rendition.id, error);
    } else if (kind === "interrupted") {
      const told = this.#failures.interrupted(n, error);
      if (told) this.#demand.fail(n, told);
    } else if (kind === "header" || kind === "limit") {
      this.#failures.addIncurable(n, error);
      this.#demand.fail(n, error);
      if (kind === "header") observer.headerMismatch?.(hash, rendition.id, error);
    } else if (this.#failures.add(n, error)) {
      this.#demand.fail(n, error);
      observer.givenUp?.(hash, rendition.id, error);
    }
  }
}
