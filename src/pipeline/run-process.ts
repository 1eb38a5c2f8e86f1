import type { ActiveRun, FinishedFile, RunEnd } from "../rendition/segment-run.ts";
import { bestWish, type Kept, type Task, type Wish } from "../schedule/choose.ts";
import type { LaunchedRun } from "./launch-run.ts";
import type { LiveRun } from "./live-run.ts";

export interface RunProcessOptions {
  /** Spawns FFmpeg; called once, when the scheduler first lets the process go. */
  readonly launch: (
    runs: readonly LiveRun[],
    range: { readonly from: number; readonly to: number; readonly isIdle: boolean },
    onFile: (file: FinishedFile) => void,
  ) => Promise<LaunchedRun>;
  /** Those of other renditions that have yet to begin at the same segment and are wanted as much: one decode serves all. */
  readonly companions: (run: LiveRun) => readonly LiveRun[];
  /** Once, when FFmpeg is gone, or is not to be started any more: it takes no place from then on. */
  readonly onGone: (process: RunProcess) => void;
  readonly now: () => number;
}

/** What a run came to. */
export interface LiveRunEnd {
  /** null when the run was ended before FFmpeg was started. */
  readonly run: RunEnd | null;
  /** What the launch, or the first refused commit, threw. */
  readonly refused: { readonly n: number; readonly reason: unknown } | null;
  /** It was told to stop, or ended for what another run of its process met. */
  readonly stopped: boolean;
}

/** The FFmpeg of a run, or of several that begin at one segment: what the scheduler holds and lets go. */
export class RunProcess implements Task {
  readonly #options: RunProcessOptions;
  #runs: readonly LiveRun[];
  #encoder: ActiveRun | null = null;
  #launched: Promise<LaunchedRun> | null = null;
  #commits: Promise<void> = Promise.resolve();
  #isLaunched = false;
  /** It was begun for nobody, and nobody has come since. */
  #isIdle = false;
  #isHalted = false;
  #isOver = false;
  /** It ends when the segment that it works on is there of all its runs: then those that are wanted begin anew. */
  #endsSoon = false;
  #releasedAt: number | null = null;
  #uncommitted = 0;
  #isChoked = false;

  constructor(run: LiveRun, options: RunProcessOptions) {
    this.#options = options;
    this.#runs = [run];
  }

  get weight(): number {
    return this.#runs.reduce((sum, { weight }) => sum + weight, 0);
  }

  get keeps(): readonly Kept[] {
    return this.#runs.flatMap(({ keeps }) => keeps);
  }

  /** It was let go once. */
  get isLaunched(): boolean {
    return this.#isLaunched;
  }

  /** How many renditions it makes at once. */
  get width(): number {
    return this.#runs.length;
  }

  /** It makes nothing more. */
  get isEnding(): boolean {
    return this.#isHalted || this.#isOver;
  }

  isWaitedFor(): boolean {
    return this.#runs.some((run) => run.isWaitedFor());
  }

  /** What it is wanted for when nobody waits for it: the best of what its runs are. */
  get wish(): Wish | null {
    return this.#runs.reduce<Wish | null>((best, { wish }) => bestWish(best, wish), null);
  }

  hold(): void {
    if (this.#releasedAt === null) return;
    this.reckon();
    this.#releasedAt = null;
    this.#encoder?.suspend();
  }

  release(): void {
    if (this.#isIdle && !this.#isForNobody) this.#onWanted();
    if (this.isEnding || this.#releasedAt !== null) return;
    this.#releasedAt = this.#options.now();
    if (this.#encoder) this.#resume();
    else if (!this.#isLaunched) void this.#launch();
  }

  evict(): void {
    this.halt();
  }

  /** Tells its runs for how long FFmpeg was allowed to work until now. */
  reckon(): void {
    if (this.#releasedAt === null) return;
    const endMs = this.#options.now();
    for (const run of this.#runs) run.worked({ startMs: this.#releasedAt, endMs });
    this.#releasedAt = endMs;
  }

  /**
   * One of its runs is to make no more: for nothing is it encoded beside the others, which begin anew without it. What one
   * of them makes next, where somebody waits for it, is made first.
   */
  onStopped({ next, to }: LiveRun): void {
    if (this.isEnding) return;
    const others = this.#runs.filter((run) => !run.isEnding);
    if (others.length > 0 && next > to) return;
    const isAboutToGive = this.isWaitedFor() || others.some((run) => run.next < next);
    if (others.length > 0 && this.#isLaunched && isAboutToGive) this.#endsSoon = true;
    else this.halt();
  }

  /** Ends FFmpeg; what it has finished is still kept. Idempotent. */
  halt(): void {
    if (this.isEnding) return;
    this.#isHalted = true;
    if (this.#encoder) this.#encoder.kill();
    else if (!this.#isLaunched) void this.#finish(null);
  }

  /** Its run, which has yet to begin, is another's now: it is not started any more, were it let go in this very moment. */
  dissolve(): void {
    this.#runs = [];
    this.#leave();
  }

  async #launch(): Promise<void> {
    this.#isLaunched = true;
    const [lead] = this.#runs;
    if (lead === undefined) return;
    const companions = this.#options.companions(lead);
    this.#runs = [lead, ...companions];
    for (const run of companions) run.join(this);
    const to = Math.min(...this.#runs.map((run) => run.reach()));
    for (const run of this.#runs) run.to = to;
    let launched: LaunchedRun;
    try {
      this.#isIdle = this.#isForNobody;
      const range = { from: lead.from, to, isIdle: this.#isIdle };
      this.#launched = this.#options.launch(this.#runs, range, (file) => this.#take(file));
      launched = await this.#launched;
    } catch (reason) {
      for (const run of this.#runs) run.refuse(run.from, reason);
      return this.#finish(null);
    }
    const { encoder, dispose } = launched;
    this.#encoder = encoder;
    // What was said while the source was looked up.
    if (this.#isHalted) encoder.kill();
    else if (this.#releasedAt === null || this.#isChoked) encoder.suspend();
    const end = await encoder.ended;
    this.#leave();
    await this.#commits;
    // The working files of a run that cannot be removed go with the working folder.
    await dispose().catch(() => undefined);
    return this.#finish(end);
  }

  #take(file: FinishedFile): void {
    const run = this.#runs.find(({ rendition }) => rendition === file.rendition);
    // A killed FFmpeg still closes its last file now and then; it is not whole.
    if (this.isEnding || run === undefined || run.isEnding) return;
    this.#uncommitted++;
    run.take(file);
    const isWhole = this.#runs.every((each) => each.isEnding || each.next > file.n);
    if (this.#endsSoon && isWhole) this.halt();
    if (this.#uncommitted >= run.mostUncommitted * this.#runs.length) this.#choke();
    this.#commits = this.#commits.then(() => this.#commit(run, file));
  }

  async #commit(run: LiveRun, file: FinishedFile): Promise<void> {
    if (run.isRefused) return;
    try {
      await (await this.#launched)?.requireSameFilm();
      await run.commit(file);
    } catch (reason) {
      run.refuse(file.n, reason);
      // Of what the others make there is nothing to complain: they begin anew.
      this.halt();
    }
    this.#uncommitted--;
    const most = run.mostUncommitted * this.#runs.length;
    if (this.#isChoked && this.#uncommitted <= Math.floor(most / 2)) {
      this.#isChoked = false;
      if (this.#releasedAt !== null) this.#resume();
    }
  }

  get #isForNobody(): boolean {
    return !this.isWaitedFor() && this.wish?.kind !== "look-ahead";
  }

  /** Somebody has come to what was begun for nobody. What is made beside it would only hold him up. */
  #onWanted(): void {
    if (this.isEnding || this.#encoder === null) return;
    this.#isIdle = false;
    this.#encoder.hurry?.();
    if (this.#runs.length === 1) return;
    const [first] = this.#runs;
    const isAmidst = this.#runs.some((run) => run.next !== first?.next);
    if (this.isWaitedFor() || isAmidst) this.#endsSoon = true;
    else this.halt();
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
    this.#leave();
    for (const each of this.#runs) each.end(run, this.#isHalted);
  }

  /** FFmpeg is gone, whatever it made is not dealt with yet. */
  #leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const run of this.#runs) run.leave();
    this.#options.onGone(this);
  }
}
