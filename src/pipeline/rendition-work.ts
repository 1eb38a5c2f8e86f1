import { longestRun } from "../encode/run-args.ts";
import type { FinishedFile } from "../encode/run.ts";
import { toViewraError, ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import { renditionTimeline, segmentName, type Plan, type Rendition } from "../media/plan.ts";
import { segmentCount, segmentSpan, type Timeline } from "../media/timeline.ts";
import { describeFailure } from "../process/process-result.ts";
import type { Priority, Scheduler } from "../schedule/scheduler.ts";
import { Demand } from "./demand.ts";
import { LiveRun, type LaunchedRun, type LiveRunEnd } from "./live-run.ts";
import type { FailureRecord, PipelineObserver } from "./ports.ts";

export interface RenditionWorkOptions {
  readonly hash: string;
  readonly plan: Plan;
  readonly rendition: Rendition;
  /** Numbers of the segments that are in the store. */
  readonly stored: Iterable<number>;
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
  readonly commit: (file: FinishedFile) => Promise<void>;
  readonly now: () => number;
}

/** A run this close behind a segment will reach it sooner than a new run could begin. */
const reachSegments = 1;
const interestMs = 45_000;
/** A run that nobody wanted for this long is ended. */
const idleMs = 20_000;

/** After a failure that is not a segment's own, nothing is made ahead for so long. */
const restMs = 10_000;

/** Makes the segments of one rendition: decides where runs begin, which go on and which end. */
export class RenditionWork {
  readonly rendition: Rendition;
  readonly timeline: Timeline;
  readonly count: number;
  readonly #options: RenditionWorkOptions;
  readonly #demand: Demand;
  readonly #stored: Set<number>;
  readonly #runs = new Set<LiveRun>();
  readonly #committing = new Set<number>();
  readonly #attempts = new Map<number, number>();
  readonly #givenUp = new Map<number, ViewraError>();
  readonly #unwantedSince = new Map<LiveRun, number>();
  #closed = false;
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
    this.#stored = new Set(options.stored);
    const { lookAheadSegments, now } = options;
    this.#demand = new Demand({ lookAheadSegments, interestMs, now });
  }

  get storedCount(): number {
    return this.#stored.size;
  }

  get isComplete(): boolean {
    return this.#stored.size === this.count;
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
    return this.#demand.lastTouched();
  }

  /** Resolves when segment n is stored. */
  async ensure(n: number, signal: AbortSignal): Promise<void> {
    if (this.#stored.has(n)) return;
    await this.#refuseGivenUp(n);
    if (this.#stored.has(n)) return;
    const waited = this.#demand.wait(n, signal);
    this.#demand.touch(n);
    this.reconsider();
    try {
      await waited;
    } finally {
      this.#options.scheduler.update();
    }
  }

  /** A viewer is at segment n and will go on. */
  touch(n: number): void {
    if (this.#demand.touch(n) && !this.isComplete) this.reconsider();
  }

  /** Starts what is wanted and not under way. To be called when demand or store changed. */
  reconsider(): void {
    if (this.#closed) return;
    for (const n of this.#demand.waitedFor()) this.#cover(n);
    if (this.#options.now() < this.#restUntil) return;
    for (const window of this.#demand.windows()) {
      const missing = this.#firstMissing(window.from, Math.min(window.to, this.count));
      if (missing !== undefined) this.#cover(missing);
    }
    if (this.#runs.size === 0 && this.#options.wantsFill()) {
      const from = this.#demand.windows()[0]?.from ?? 1;
      const missing = this.#firstMissing(from, this.count) ?? this.#firstMissing(1, this.count);
      if (missing !== undefined) this.#cover(missing);
    }
    this.#options.scheduler.update();
  }

  /** Ends runs that nobody has wanted for a while. To be called now and then. */
  tidy(): void {
    this.#demand.expire();
    const now = this.#options.now();
    for (const run of this.#runs) {
      if (run.priority() !== null) this.#unwantedSince.delete(run);
      else if (!this.#unwantedSince.has(run)) this.#unwantedSince.set(run, now);
      else if (now - (this.#unwantedSince.get(run) ?? now) > idleMs) run.stop();
    }
    this.reconsider();
  }

  /** Nobody watches any more: ends what nobody waits for at this moment. */
  abandon(): void {
    this.#demand.forgetInterests();
    for (const run of this.#runs) if (run.priority() !== "waited-for") run.stop();
  }

  /** Ends everything at once; resolves when it has ended. */
  async close(reason: ViewraError): Promise<void> {
    this.#closed = true;
    this.#demand.failAll(reason);
    const runs = [...this.#runs];
    for (const run of runs) run.stop();
    await Promise.all(runs.map((run) => run.gone));
  }

  async #refuseGivenUp(n: number): Promise<void> {
    const name = segmentName(this.rendition.id, n);
    const known = this.#givenUp.get(n);
    if (known) throw known;
    const record = await this.#options.failures.get(this.#options.hash, name);
    if (record === null) return;
    this.#attempts.set(n, record.attempts);
    if (record.attempts < this.#options.maxAttempts) return;
    const error = new ViewraError("ENCODE_FAILED", record.reason);
    this.#givenUp.set(n, error);
    throw error;
  }

  #firstMissing(from: number, to: number): number | undefined {
    for (let n = from; n <= to; n++) {
      if (!this.#stored.has(n) && !this.#committing.has(n) && !this.#givenUp.has(n)) return n;
    }
    return undefined;
  }

  /** The run that will make segment n soon. */
  #runFor(n: number): LiveRun | undefined {
    let nearest: LiveRun | undefined;
    for (const run of this.#runs) {
      if (!run.owns(n) || n - run.next > reachSegments) continue;
      if (nearest === undefined || run.next > nearest.next) nearest = run;
    }
    return nearest;
  }

  #cover(n: number): void {
    if (this.#stored.has(n) || this.#committing.has(n) || this.#runFor(n)) return;
    this.#start(n);
  }

  #start(from: number): void {
    let to = from;
    const limit = Math.min(this.count, from + longestRun - 1);
    const others = [...this.#runs].filter((run) => !run.isEnding);
    const isTaken = (n: number): boolean =>
      this.#stored.has(n) || this.#committing.has(n) || others.some((run) => run.next === n);
    while (to < limit && !isTaken(to + 1)) to++;
    const attempt = this.#attempts.get(from) ?? 0;
    const run = new LiveRun({
      from,
      to,
      weight: this.rendition.kind === "video" ? 1 : 0,
      launch: (onFile) => this.#options.launch({ from, to, attempt }, onFile),
      commit: (file) => this.#commit(file),
      priority: (self) => this.#priority(self),
      wantedAt: (self) => this.#wantedAt(self),
      onFile: (self, n) => this.#onFile(self, n),
      onEnd: (self, end) => void this.#onEnd(self, end),
      now: this.#options.now,
    });
    this.#runs.add(run);
    this.#options.scheduler.add(run);
  }

  #priority(run: LiveRun): Priority | null {
    if (this.#demand.waitedFor().some((n) => this.#runFor(n) === run)) return "waited-for";
    if (this.#windowsOf(run).length > 0) return "look-ahead";
    return this.#options.wantsFill() ? "fill" : null;
  }

  #wantedAt(run: LiveRun): number {
    const waited = this.#demand
      .waitedFor()
      .filter((n) => this.#runFor(n) === run)
      .map((n) => this.#demand.waitingSince(n) ?? Infinity);
    if (waited.length > 0) return Math.min(...waited);
    return this.#windowsOf(run)[0]?.at ?? 0;
  }

  /** The viewers' windows that the run's next segment is for, the latest viewer's first. */
  #windowsOf(run: LiveRun): ReturnType<Demand["windows"]> {
    return this.#demand
      .windows()
      .filter(({ from, to }) => run.next <= to && run.next >= from - reachSegments);
  }

  #onFile(run: LiveRun, n: number): void {
    this.#committing.add(n);
    const span = segmentSpan(this.timeline, n);
    const seconds = (span.end - span.start) / this.timeline.timescale;
    const activeSeconds = run.takeActiveMs() / 1000;
    this.#options.observer.stage("encode", activeSeconds);
    if (activeSeconds > 0.005) {
      this.speed = seconds / activeSeconds;
      this.#options.observer.speed(this.rendition, this.speed);
    }
    const meets =
      run.next <= run.to &&
      (this.#stored.has(run.next) ||
        this.#committing.has(run.next) ||
        [...this.#runs].some(
          (other) => other !== run && other.owns(run.next) && other.next === run.next,
        ));
    if (meets) run.stop();
    this.#options.scheduler.update();
  }

  async #commit(file: FinishedFile): Promise<void> {
    try {
      await this.#options.commit(file);
      this.#stored.add(file.n);
      // A run that came by on its way made it after all.
      this.#givenUp.delete(file.n);
      if (this.#attempts.delete(file.n)) {
        const name = segmentName(this.rendition.id, file.n);
        await this.#options.failures.clear(this.#options.hash, name);
      }
      // A segment that was given up stays what a viewer must know, whatever else is made.
      if (this.#givenUp.size === 0) this.failure = null;
      this.#demand.settle(file.n);
    } finally {
      this.#committing.delete(file.n);
      this.#options.scheduler.update();
    }
  }

  async #onEnd(run: LiveRun, end: LiveRunEnd): Promise<void> {
    this.#runs.delete(run);
    this.#unwantedSince.delete(run);
    this.#options.scheduler.remove(run);
    for (let n = run.from; n < run.next; n++) this.#committing.delete(n);
    const failed = failureOf(run, end);
    if (failed && !this.#closed && !this.#stored.has(failed.n)) {
      await this.#onFailure(failed.n, failed.error);
    }
    this.reconsider();
  }

  async #onFailure(n: number, error: ViewraError): Promise<void> {
    const { hash, log, observer, failures, maxAttempts } = this.#options;
    const name = segmentName(this.rendition.id, n);
    this.failure = error.message;
    observer.failure(hash, name, error.code);
    // A full disk, a missing file or program is not the segment's fault: it may be asked for again.
    if (!isSegmentsFault(error)) {
      log.error("segment could not be made", { object: name, error });
      this.#demand.failAll(error);
      this.#restUntil = this.#options.now() + restMs;
      return;
    }
    const attempts = await failures.add(hash, name, error.message);
    this.#attempts.set(n, attempts);
    log.warn("segment failed", { object: name, attempts, error });
    if (attempts < maxAttempts) return;
    this.#givenUp.set(n, error);
    this.#demand.fail(n, error);
  }
}

/** Which segment a run failed at and why; null when it did what it was to do or was told to stop. */
function failureOf(run: LiveRun, end: LiveRunEnd): { n: number; error: ViewraError } | null {
  if (end.refused) return { n: end.refused.n, error: toViewraError(end.refused.reason) };
  if (end.stopped || end.run === null) return null;
  const { result, stalled } = end.run;
  const n = run.next;
  if (stalled) {
    const message = `FFmpeg made no progress on segment ${n} and was ended`;
    return { n, error: new ViewraError("PROCESS_TIMEOUT", message) };
  }
  if (result.notStarted) {
    return { n, error: new ViewraError("PROGRAM_MISSING", describeFailure(result)) };
  }
  if (n > run.to) return null;
  const why = result.ok
    ? `FFmpeg ended before segment ${n} was whole${lastLine(result.stderrTail)}`
    : describeFailure(result);
  const details = { stderr: result.stderrTail.slice(-2000) };
  return { n, error: new ViewraError("ENCODE_FAILED", why, { details }) };
}

function isSegmentsFault(error: ViewraError): boolean {
  return ![
    "STORAGE_FULL",
    "PROGRAM_MISSING",
    "MEDIA_MISSING",
    "MEDIA_CHANGED",
    "CANCELLED",
  ].includes(error.code);
}

function lastLine(stderr: string): string {
  const line = stderr.trim().split("\n").at(-1) ?? "";
  return line === "" ? "" : `: ${line}`;
}
