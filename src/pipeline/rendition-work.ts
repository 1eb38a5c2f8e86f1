import type { FinishedFile } from "../rendition/segment-run.ts";
import type { ViewraError } from "../errors/viewra-error.ts";
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
import type { Kept } from "../schedule/choose.ts";
import type { Scheduler } from "../schedule/scheduler.ts";
import { Demand, tooMuchAsked } from "./demand.ts";
import { failureKind } from "./failure-kind.ts";
import { Interests, type Window } from "./interests.ts";
import { LaterWishes, type SegmentRange } from "./later-wishes.ts";
import { LiveRun } from "./live-run.ts";
import type { FailureRecord, PipelineObserver, RecordedFailure } from "./ports.ts";
import { failureOf, orNoRoom, type RunFailure } from "./run-failure.ts";
import { reachSegments, RunIndex } from "./run-index.ts";
import { RunPatience } from "./run-patience.ts";
import type { LiveRunEnd, RunProcessOptions } from "./run-process.ts";
import { SegmentFailures } from "./segment-failures.ts";
import { SegmentTraces, type SegmentTimer } from "./segment-traces.ts";
import { StoredSegments } from "./stored-segments.ts";

export interface RenditionWorkOptions extends Pick<RunProcessOptions, "launch" | "companions"> {
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
  /** Whether a client's viewers are known to have more than enough to play before segment n. */
  readonly isPatient: (n: number, client: string) => boolean;
  readonly maxAttempts: number;
  /** What a run keeps as long as it is alive, of what there is little of. */
  readonly keeps: () => readonly Kept[];
  /** Does the content's fill policy want this rendition finished? */
  readonly wantsFill: () => boolean;
  /** Packages, verifies and stores a finished file. */
  readonly commit: (file: FinishedFile, timer: SegmentTimer | undefined) => Promise<void>;
  /** Throws STORAGE_FULL when the disk of the working files, or of the store, is full. */
  readonly requireRoom: () => Promise<void>;
  readonly now: () => number;
  /** `now` when this process began. */
  readonly startedAt: number;
}

const interestMs = 45_000;
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
  readonly #later: LaterWishes;
  readonly #failures: SegmentFailures;
  readonly #traces: SegmentTraces;
  readonly #runs = new Set<LiveRun>();
  readonly #index = new RunIndex();
  /** Of the runs, those that nobody waits for. Few, while those that have yet to begin may be many. */
  readonly #unwaited = new Set<LiveRun>();
  readonly #committing = new Map<number, SegmentTimer>();
  readonly #patience = new RunPatience();
  /** Why nothing is made any more. */
  #closed: ViewraError | null = null;
  /** Until when only segments that somebody waits for are tried. */
  #restUntil = 0;
  /** Why then, where it is for no segment's own reason. */
  #trouble: ViewraError | null = null;
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
    const { count } = this;
    this.#later = new LaterWishes({ ...options, count, interests: this.#interests });
    this.#demand = new Demand({
      takePlace: (n, client) => {
        const isPatient = (): boolean => options.isPatient(n, client);
        const waited = { task: () => this.#index.for(n)?.process, isPatient };
        return scheduler.wait({ client, content: hash }, waited);
      },
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

  get isRunning(): boolean {
    return this.#runs.size > 0;
  }

  get isIdle(): boolean {
    return !this.isRunning && this.#committing.size === 0 && this.waiting === 0;
  }

  readonly lastTouched = (): number | undefined => this.#interests.lastTouched();

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
    if (waited === null) throw tooMuchAsked();
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

  /** Makes what is missing of a range when nothing else is to do, until the answer is called. */
  prewarm(range: SegmentRange): () => void {
    const end = this.#later.prewarm(range);
    this.#lookAhead();
    return () => {
      end();
      this.#stopUnwanted();
    };
  }

  /** Why segment n is not made at this moment; null where it may be. */
  refusalOf(n: number): ViewraError | null {
    const trouble = this.#isResting ? this.#trouble : null;
    return this.#closed ?? trouble ?? this.#failures.refusal(n);
  }

  /** Ends runs that nobody has wanted for a while. To be called now and then. */
  tidy(): void {
    this.#interests.expire();
    const now = this.#options.now();
    const windows = this.#interests.windows();
    for (const run of this.#runs) {
      const isWanted = run.isWaitedFor() || this.#later.wish(run.next, windows) !== null;
      if (this.#patience.isOver(run, isWanted, windows, now)) run.stop();
    }
    this.#lookAhead();
    this.#refreshUnwaited();
  }

  /** Nobody watches any more: ends what nobody waits for at this moment. */
  abandon(): void {
    this.#interests.forgetAll();
    this.#stopUnwanted();
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
    for (const run of this.#runs) run.stop();
    await Promise.all([...this.#runs].map((run) => run.gone));
  }

  get #isResting(): boolean {
    return this.#options.now() < this.#restUntil;
  }

  #stopUnwanted(): void {
    const windows = this.#interests.windows();
    for (const run of this.#runs) {
      if (!run.isWaitedFor() && this.#later.wish(run.next, windows) === null) run.stop();
    }
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
    if (this.#runs.size > 0) return;
    this.#later.unwatched().some(({ from, to }) => this.#coverMissing(from, to));
  }

  #cover(n: number): void {
    if (!this.#isMade(n) && this.#index.for(n) === undefined) this.#start(n);
  }

  #start(from: number): void {
    const attempt = this.#failures.attemptsOf(from);
    const { launch, companions, scheduler, now } = this.#options;
    const run = new LiveRun({
      ...{ rendition: this.rendition.id, from, attempt, last: this.count },
      ...{ launch, companions, now },
      ...{ weight: runWeight(this.rendition), keeps: this.#options.keeps() },
      mostUncommitted: mostUncommitted(this.rendition),
      reach: (self) => this.#reach(self),
      commit: (file) => this.#commit(file),
      isWaitedFor: (self) => this.#isWaitedFor(self),
      onFile: (self, n) => this.#onFile(self, n),
      onLeft: (self) => this.#onRunLeft(self),
      onGone: (process) => scheduler.remove(process),
      onEnd: (self, end) => void this.#onEnd(self, end),
    });
    this.#runs.add(run);
    this.#index.place(run);
    this.#refresh(run, this.#interests.windows());
    scheduler.update();
  }

  /** Its run that has yet to begin where another rendition's begins, and is wanted for the same. */
  companionOf(lead: LiveRun): LiveRun | undefined {
    const run = this.#index.at(lead.from);
    return run?.isLaunched === false && run.isLike(lead) ? run : undefined;
  }

  /** Up to what is stored or begun already. */
  #reach(run: LiveRun): number {
    const { from } = run;
    const wanted = run.isWaitedFor()
      ? this.count
      : this.#later.lastOf(from, this.#interests.windows());
    const limit = Math.min(wanted, from + runLimit(this.rendition) - 1);
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
      run.wish = null;
    } else {
      this.#unwaited.add(run);
      run.wish = this.#later.wish(run.next, windows);
      if (run.wish === null && !run.isLaunched) return run.stop();
    }
    const { process } = run;
    this.#options.scheduler.want(process, process.isWaitedFor() ? null : process.wish);
  }

  #onFile(run: LiveRun, n: number): void {
    const timer = this.#traces.begin(n, run, this.#later.wish(n, this.#interests.windows()));
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

  #onRunLeft(run: LiveRun): void {
    this.#index.leave(run, run.next);
    this.#unwaited.delete(run);
  }

  async #onEnd(run: LiveRun, end: LiveRunEnd): Promise<void> {
    this.#runs.delete(run);
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
    const { told, isOfAll = false, notice } = this.#failures.take(n, error, kind);
    if (isOfAll) this.#trouble = error;
    if (told && isOfAll) this.#demand.failAll(told);
    else if (told) this.#demand.fail(n, told);
    if (notice) observer[notice]?.(hash, rendition.id, error);
  }
}
