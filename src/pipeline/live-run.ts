import type { ActiveRun, FinishedFile, RunEnd } from "../rendition/segment-run.ts";
import type { LaunchedRun } from "./launch-run.ts";
import type { Stretch } from "./ports.ts";
import type { Task } from "../schedule/choose.ts";

export interface LiveRunOptions {
  readonly from: number;
  /** Of the whole timeline: the last segment a run could make. */
  readonly last: number;
  readonly weight: number;
  /** It is held while so many of its files wait to be kept. */
  readonly mostUncommitted: number;
  /** Up to which segment it is to go; asked when the scheduler first lets the run go. */
  readonly reach: (run: LiveRun) => number;
  /** Spawns FFmpeg; called once, after `reach`. */
  readonly launch: (
    range: { readonly from: number; readonly to: number },
    onFile: (file: FinishedFile) => void,
  ) => Promise<LaunchedRun>;
  /** Makes a finished file an object. A rejection ends the run. */
  readonly commit: (file: FinishedFile) => Promise<void>;
  readonly isWaitedFor: (run: LiveRun) => boolean;
  /** After each file that FFmpeg closed, before it is committed. */
  readonly onFile: (run: LiveRun, n: number) => void;
  /** Once, when FFmpeg is gone, whatever it made is not dealt with yet. Its place is free. */
  readonly onGone: (run: LiveRun) => void;
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
  readonly weight: number;
  /** The last segment it makes; before it begins, the last it could. */
  to: number;
  /** The segment that FFmpeg works on. */
  next: number;
  readonly #options: LiveRunOptions;
  #launched: Promise<LaunchedRun> | null = null;
  #encoder: ActiveRun | null = null;
  #commits: Promise<void> = Promise.resolve();
  #refused: LiveRunEnd["refused"] = null;
  #stopped = false;
  #ended = false;
  #releasedAt: number | null = null;
  #active: Stretch[] = [];
  #isLaunched = false;
  #uncommitted = 0;
  #isChoked = false;
  readonly #gone = Promise.withResolvers<void>();

  constructor(options: LiveRunOptions) {
    this.#options = options;
    this.from = options.from;
    this.next = options.from;
    this.to = options.last;
    this.weight = options.weight;
  }

  get isEnding(): boolean {
    return this.#stopped || this.#ended;
  }

  /** It was let go once. */
  get isLaunched(): boolean {
    return this.#isLaunched;
  }

  /** When FFmpeg is gone and all that it made is dealt with. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  isWaitedFor(): boolean {
    return this.#options.isWaitedFor(this);
  }

  evict(): void {
    this.stop();
  }

  hold(): void {
    if (this.#releasedAt === null) return;
    this.#active.push({ startMs: this.#releasedAt, endMs: this.#options.now() });
    this.#releasedAt = null;
    this.#encoder?.suspend();
  }

  release(): void {
    if (this.isEnding || this.#releasedAt !== null) return;
    this.#releasedAt = this.#options.now();
    if (this.#encoder) this.#resume();
    else if (!this.#isLaunched) void this.#launch();
  }

  /** When the encoder was allowed to work since the last call. */
  takeActive(): readonly Stretch[] {
    const active = this.#active;
    this.#active = [];
    if (this.#releasedAt === null) return active;
    const now = this.#options.now();
    active.push({ startMs: this.#releasedAt, endMs: now });
    this.#releasedAt = now;
    return active;
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
    this.to = this.#options.reach(this);
    let launched: LaunchedRun;
    try {
      const { from, to } = this;
      this.#launched = this.#options.launch({ from, to }, (file) => this.#take(file));
      launched = await this.#launched;
    } catch (reason) {
      this.#refused = { n: this.from, reason };
      return this.#finish(null);
    }
    const { encoder, dispose } = launched;
    this.#encoder = encoder;
    // What was said while the source was looked up.
    if (this.#stopped) encoder.kill();
    else if (this.#releasedAt === null || this.#isChoked) encoder.suspend();
    const end = await encoder.ended;
    this.#ended = true;
    this.#options.onGone(this);
    await this.#commits;
    // The working files of a run that cannot be removed go with the working folder.
    await dispose().catch(() => undefined);
    return this.#finish(end);
  }

  #take(file: FinishedFile): void {
    // A killed FFmpeg still closes its last file now and then; it is not whole.
    if (this.isEnding) return;
    this.next = file.n + 1;
    this.#uncommitted++;
    this.#options.onFile(this, file.n);
    if (this.#uncommitted >= this.#options.mostUncommitted) this.#choke();
    this.#commits = this.#commits.then(() => this.#commit(file));
  }

  async #commit(file: FinishedFile): Promise<void> {
    if (this.#refused) return;
    try {
      await (await this.#launched)?.requireSameFilm();
      await this.#options.commit(file);
    } catch (reason) {
      this.#refused = { n: file.n, reason };
      this.#encoder?.kill();
    }
    this.#uncommitted--;
    if (this.#isChoked && this.#uncommitted <= Math.floor(this.#options.mostUncommitted / 2)) {
      this.#isChoked = false;
      if (this.#releasedAt !== null) this.#resume();
    }
  }

  #choke(): void {
    this.#isChoked = true;
    this.#encoder?.suspend();
  }

  #resume(): void {
    if (!this.#isChoked) this.#encoder?.resume();
  }

  async #finish(run: RunEnd | null): Promise<void> {
    await this.#commits;
    this.#ended = true;
    this.#options.onGone(this);
    this.#options.onEnd(this, { run, refused: this.#refused, stopped: this.#stopped });
    this.#gone.resolve();
  }
}
