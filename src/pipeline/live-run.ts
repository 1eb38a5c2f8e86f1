import type { EncodeRun, FinishedFile, RunEnd } from "../encode/run.ts";
import type { Priority, Task } from "../schedule/scheduler.ts";

/** A started encoder and what to clear away when all it made is dealt with. */
export interface LaunchedRun {
  readonly encoder: EncodeRun;
  readonly dispose: () => Promise<void>;
}

export interface LiveRunOptions {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  /** Spawns FFmpeg; called once, when the scheduler first lets the run go. */
  readonly launch: (onFile: (file: FinishedFile) => void) => Promise<LaunchedRun>;
  /** Makes a finished file an object. A rejection ends the run. */
  readonly commit: (file: FinishedFile) => Promise<void>;
  readonly priority: (run: LiveRun) => Priority | null;
  readonly wantedAt: (run: LiveRun) => number;
  /** After each file that FFmpeg closed, before it is committed. */
  readonly onFile: (run: LiveRun, n: number) => void;
  /** Once, when FFmpeg has ended and all that it made is committed or refused. */
  readonly onEnd: (run: LiveRun, end: LiveRunEnd) => void;
  readonly now: () => number;
}

export interface LiveRunEnd {
  /** null when the run was ended before FFmpeg was started. */
  readonly run: RunEnd | null;
  /** What the launch, or the first refused commit, threw. */
  readonly refused: { readonly n: number; readonly reason: unknown } | null;
  /** It was told to stop. */
  readonly stopped: boolean;
}

/** A run as the pipeline sees it: a task that makes segments `from` to `to` in order. */
export class LiveRun implements Task {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  /** The segment that FFmpeg works on. */
  next: number;
  readonly #options: LiveRunOptions;
  #encoder: EncodeRun | null = null;
  #commits: Promise<void> = Promise.resolve();
  #refused: LiveRunEnd["refused"] = null;
  #stopped = false;
  #ended = false;
  #releasedAt: number | null = null;
  #activeMs = 0;
  #isLaunched = false;
  readonly #gone = Promise.withResolvers<void>();

  constructor(options: LiveRunOptions) {
    this.#options = options;
    this.from = options.from;
    this.next = options.from;
    this.to = options.to;
    this.weight = options.weight;
  }

  get isEnding(): boolean {
    return this.#stopped || this.#ended;
  }

  /** When FFmpeg is gone and all that it made is dealt with. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  /** The segment is this run's and not yet committed or refused. */
  owns(n: number): boolean {
    return !this.isEnding && n >= this.from && n <= this.to && n >= this.next;
  }

  priority(): Priority | null {
    return this.isEnding ? null : this.#options.priority(this);
  }

  wantedAt(): number {
    return this.#options.wantedAt(this);
  }

  hold(): void {
    if (this.#releasedAt === null) return;
    this.#activeMs += this.#options.now() - this.#releasedAt;
    this.#releasedAt = null;
    this.#encoder?.suspend();
  }

  release(): void {
    if (this.isEnding || this.#releasedAt !== null) return;
    this.#releasedAt = this.#options.now();
    if (this.#encoder) this.#encoder.resume();
    else if (!this.#isLaunched) void this.#launch();
  }

  /** Time the encoder was allowed to work since the last call, milliseconds. */
  takeActiveMs(): number {
    const now = this.#options.now();
    const total = this.#activeMs + (this.#releasedAt === null ? 0 : now - this.#releasedAt);
    this.#activeMs = 0;
    if (this.#releasedAt !== null) this.#releasedAt = now;
    return total;
  }

  /** Ends the encoder; what it has finished is still committed. Idempotent. */
  stop(): void {
    if (this.isEnding) return;
    this.#stopped = true;
    if (this.#encoder) this.#encoder.kill();
    else if (!this.#isLaunched) void this.#finish(null);
  }

  async #launch(): Promise<void> {
    this.#isLaunched = true;
    let launched: LaunchedRun;
    try {
      launched = await this.#options.launch((file) => this.#take(file));
    } catch (reason) {
      this.#refused = { n: this.from, reason };
      return this.#finish(null);
    }
    const { encoder, dispose } = launched;
    this.#encoder = encoder;
    // What was said while the source was looked up.
    if (this.#stopped) encoder.kill();
    else if (this.#releasedAt === null) encoder.suspend();
    const end = await encoder.ended;
    await this.#commits;
    await dispose();
    return this.#finish(end);
  }

  #take(file: FinishedFile): void {
    // A killed FFmpeg still closes its last file now and then; it is not whole.
    if (this.isEnding) return;
    this.next = file.n + 1;
    this.#options.onFile(this, file.n);
    this.#commits = this.#commits.then(async () => {
      if (this.#refused) return;
      try {
        await this.#options.commit(file);
      } catch (reason) {
        this.#refused = { n: file.n, reason };
        this.#encoder?.kill();
      }
    });
  }

  async #finish(run: RunEnd | null): Promise<void> {
    await this.#commits;
    this.#ended = true;
    this.#options.onEnd(this, { run, refused: this.#refused, stopped: this.#stopped });
    this.#gone.resolve();
  }
}
