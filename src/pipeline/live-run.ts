import type { FinishedFile, RunEnd } from "../rendition/segment-run.ts";
import type { Kept, Wish } from "../schedule/choose.ts";
import type { Stretch } from "./ports.ts";
import { RunProcess, type LiveRunEnd, type RunProcessOptions } from "./run-process.ts";

export interface LiveRunOptions extends RunProcessOptions {
  /** Its rendition's id. */
  readonly rendition: string;
  readonly from: number;
  /** Of the whole timeline: the last segment a run could make. */
  readonly last: number;
  /** How many tries before this one failed. */
  readonly attempt: number;
  readonly weight: number;
  /** What it keeps as long as it is alive. */
  readonly keeps: readonly Kept[];
  /** It is held while so many of its files wait to be kept. */
  readonly mostUncommitted: number;
  /** Up to which segment it is to go; asked when the scheduler first lets the run go. */
  readonly reach: (run: LiveRun) => number;
  /** Makes a finished file an object. A rejection ends the run. */
  readonly commit: (file: FinishedFile) => Promise<void>;
  readonly isWaitedFor: (run: LiveRun) => boolean;
  /** After each file that FFmpeg closed, before it is committed. */
  readonly onFile: (run: LiveRun, n: number) => void;
  /** Once, when it makes nothing more, whatever it made is not dealt with yet. */
  readonly onLeft: (run: LiveRun) => void;
  /** Once, when FFmpeg has ended and all that it made is committed or refused. */
  readonly onEnd: (run: LiveRun, end: LiveRunEnd) => void;
}

/** A run of one rendition as the pipeline sees it: it makes segments `from` to `to` in order, in a process that it may share. */
export class LiveRun {
  readonly rendition: string;
  readonly from: number;
  readonly attempt: number;
  readonly weight: number;
  readonly keeps: readonly Kept[];
  readonly mostUncommitted: number;
  /** The last segment it makes; before it begins, the last it could. */
  to: number;
  /** The segment that FFmpeg works on. */
  next: number;
  /** What it is wanted for when nobody waits for it. */
  wish: Wish | null = null;
  readonly #options: LiveRunOptions;
  #process: RunProcess;
  #refused: LiveRunEnd["refused"] = null;
  #stopped = false;
  #hasLeft = false;
  #active: Stretch[] = [];
  readonly #gone = Promise.withResolvers<void>();

  constructor(options: LiveRunOptions) {
    this.#options = options;
    this.rendition = options.rendition;
    this.from = options.from;
    this.next = options.from;
    this.to = options.last;
    this.attempt = options.attempt;
    this.weight = options.weight;
    this.keeps = options.keeps;
    this.mostUncommitted = options.mostUncommitted;
    this.#process = new RunProcess(this, options);
  }

  /** What the scheduler holds and lets go. */
  get process(): RunProcess {
    return this.#process;
  }

  get isEnding(): boolean {
    return this.#stopped || this.#hasLeft || this.#process.isEnding;
  }

  /** It was let go once. */
  get isLaunched(): boolean {
    return this.#process.isLaunched;
  }

  get isRefused(): boolean {
    return this.#refused !== null;
  }

  /** When FFmpeg is gone and all that it made is dealt with. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  isWaitedFor(): boolean {
    return !this.isEnding && this.#options.isWaitedFor(this);
  }

  /** It is wanted for the same, and as often as the other one tried: one process may make both. */
  isLike(other: LiveRun): boolean {
    return (
      this.attempt === other.attempt &&
      this.isWaitedFor() === other.isWaitedFor() &&
      this.wish?.kind === other.wish?.kind
    );
  }

  /** The encoder was allowed to work. */
  worked(stretch: Stretch): void {
    this.#active.push(stretch);
  }

  /** When the encoder was allowed to work since the last call; for all that it makes. */
  takeActive(): readonly Stretch[] {
    this.#process.reckon();
    const active = this.#active;
    this.#active = [];
    return active;
  }

  /** Ends the run, and with it what it shares its process with; what was finished is still committed. Idempotent. */
  stop(): void {
    if (this.isEnding) return;
    this.#stopped = true;
    this.#process.onStopped(this);
  }

  /** It has yet to begin, and another's process takes it along. */
  join(process: RunProcess): void {
    this.#process.dissolve();
    this.#process = process;
  }

  reach(): number {
    return this.#options.reach(this);
  }

  take(file: FinishedFile): void {
    this.next = file.n + 1;
    this.#options.onFile(this, file.n);
  }

  commit(file: FinishedFile): Promise<void> {
    return this.#options.commit(file);
  }

  refuse(n: number, reason: unknown): void {
    this.#refused ??= { n, reason };
  }

  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#options.onLeft(this);
  }

  end(run: RunEnd | null, isHalted: boolean): void {
    const stopped = this.#stopped || isHalted;
    this.#options.onEnd(this, { run, refused: this.#refused, stopped });
    this.#gone.resolve();
  }
}
