import { mkdir, statfs } from "node:fs/promises";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import { initName, parseObjectName, segmentName } from "../media/object-name.ts";
import { segmentSpan } from "../media/timeline.ts";
import { boundaryCount, boundarySeconds } from "../media/boundaries.ts";
import type { Makers } from "../rendition/makers.ts";
import { isMedia, methods, type Rendition } from "../rendition/methods.ts";
import { planFrame, streamFacts, type Plan } from "../rendition/plan.ts";
import type { Kept } from "../schedule/choose.ts";
import type { Scheduler } from "../schedule/scheduler.ts";
import type { ContentStore } from "../store/content-store.ts";
import { commitSegments, type CommitContext } from "./commit-segment.ts";
import { launchRun, type LaunchedRun } from "./launch-run.ts";
import type { LiveRun } from "./live-run.ts";
import type { ContentProgress } from "./pipeline.ts";
import type { FailureRecord, FillPolicy, PipelineObserver, RecordedFailure } from "./ports.ts";
import type { FinishedFile, LocateSource } from "../rendition/segment-run.ts";
import { prewarm, type PrewarmWish } from "./prewarm.ts";
import { RenditionWork } from "./rendition-work.ts";

export interface ContentWorkOptions {
  readonly store: ContentStore;
  readonly makers: Makers;
  readonly scheduler: Scheduler;
  readonly failures: FailureRecord;
  readonly observer: PipelineObserver;
  readonly log: Logger;
  readonly locate: LocateSource;
  /** Existing folder for working files. */
  readonly scratchDir: string;
  readonly fill: FillPolicy;
  readonly maxAttempts: number;
  /** What a run of a rendition keeps as long as it is alive: a session of a card that has few. */
  readonly keptBy: (rendition: Rendition) => readonly Kept[];
  /** See Viewers. */
  readonly slackSeconds: (hash: string, client: string, startSeconds: number) => number;
  readonly now: () => number;
  /** `now` when this process began. */
  readonly startedAt: number;
  /** Writes an object that is made of the plan alone again: it was lost. */
  readonly republish: (content: StoredPlan, name: string) => Promise<void>;
}

/** A plan as the store has it: what an earlier version wrote is kept to the byte. */
export interface StoredPlan {
  readonly hash: string;
  readonly plan: Plan;
  readonly planJson: string;
}

/** Film seconds made ahead of a viewer. */
const lookAheadSeconds = 24;
/** Who has so much to play lets others go first. */
const patientSeconds = 8;
/** A rendition that was asked for this recently is being watched. */
const watchedMs = 60_000;
/** A content is not asked more often whether all of it is stored. */
const completeForMs = 1_000;
/** Less room than this on the disk of the store, or of the working files, and no run is started. */
const leastFreeBytes = 64 * 1024 * 1024;

/** How much is made ahead of viewers: of what they jump about in, nothing but what they ask for. */
function lookAheadOf(rendition: Rendition, segmentSeconds: number): number {
  if (!isFollowedOf(rendition)) return 0;
  return Math.max(2, Math.ceil(lookAheadSeconds / segmentSeconds));
}

const isFollowedOf = ({ method }: Rendition): boolean => methods[method].isFollowed;

/** All that is under way for one content: its renditions' work and who watches it. */
export class ContentWork implements StoredPlan {
  readonly hash: string;
  readonly plan: Plan;
  readonly planJson: string;
  readonly renditions: ReadonlyMap<string, RenditionWork>;
  readonly #options: ContentWorkOptions;
  #viewers = 0;
  #prewarms = 0;
  /** Of what came to be stored since this was loaded. */
  #storedBytes = 0;
  #completeUntil = -Infinity;
  lastUsedAt: number;

  constructor({ hash, plan, planJson }: StoredPlan, options: ContentWorkOptions) {
    this.hash = hash;
    this.plan = plan;
    this.planJson = planJson;
    this.#options = options;
    this.lastUsedAt = options.now();
    const segmentSeconds = boundarySeconds(plan.boundaries) / boundaryCount(plan.boundaries);
    this.renditions = new Map(
      plan.renditions.map((rendition) => [
        rendition.id,
        this.#createWork(rendition, segmentSeconds),
      ]),
    );
  }

  get isIdle(): boolean {
    return (
      this.#viewers + this.#prewarms === 0 &&
      [...this.renditions.values()].every((work) => work.isIdle)
    );
  }

  /** All that viewers follow is stored, or was a moment ago. On the hot path. */
  get isComplete(): boolean {
    const now = this.#options.now();
    if (now < this.#completeUntil) return true;
    for (const { stored, rendition } of this.renditions.values()) {
      if (isFollowedOf(rendition) && !stored.isComplete) return false;
    }
    this.#completeUntil = now + completeForMs;
    return true;
  }

  /** Resolves when the segment is stored. OBJECT_NOT_FOUND when the plan has none of that name. */
  async ensure(
    rendition: string,
    n: number,
    client: string,
    until: () => AbortSignal,
  ): Promise<void> {
    const work = this.renditions.get(rendition);
    if (work === undefined || n > work.count) {
      throw new ViewraError("OBJECT_NOT_FOUND", `The plan has no ${segmentName(rendition, n)}`);
    }
    this.lastUsedAt = this.#options.now();
    await work.ensure(n, client, until);
  }

  touch(rendition: string, n: number, client: () => string): void {
    this.lastUsedAt = this.#options.now();
    const work = this.renditions.get(rendition);
    if (work && n >= 1 && n <= work.count) work.touch(n, client);
  }

  watch(): () => void {
    this.#viewers++;
    let isWatching = true;
    return () => {
      if (!isWatching) return;
      isWatching = false;
      this.#viewers--;
      if (this.#viewers === 0) for (const work of this.renditions.values()) work.abandon();
    };
  }

  /** See Pipeline.prewarm. Of what is worth to be stored before anybody asks for it. */
  async prewarm(wish: PrewarmWish): Promise<void> {
    const works = [...this.renditions.values()].filter(
      ({ rendition }) => methods[rendition.method].isWorthFilling,
    );
    this.#prewarms++;
    try {
      await prewarm(works, wish, () => this.#storedBytes);
    } finally {
      this.#prewarms--;
      this.lastUsedAt = this.#options.now();
    }
  }

  /** What is on record of objects that failed before, by name. */
  recall(recorded: ReadonlyMap<string, RecordedFailure>): void {
    for (const [name, failure] of recorded) {
      const object = parseObjectName(name);
      if (object?.kind !== "segment") continue;
      this.renditions.get(object.rendition)?.recall([[object.n, failure]]);
    }
  }

  tidy(): void {
    for (const work of this.renditions.values()) work.tidy();
  }

  async close(reason: ViewraError): Promise<void> {
    await Promise.all([...this.renditions.values()].map((work) => work.close(reason)));
  }

  progress(): ContentProgress {
    // Texts and storyboards are made when somebody wants them: a film is there without.
    const works = [...this.renditions.values()].filter(({ rendition }) => isMedia(rendition));
    const video = works.find((work) => work.isRunning && work.rendition.kind === "video");
    const speed = (video ?? works.find((work) => work.isRunning))?.speed ?? 0;
    return {
      segmentsReady: works.reduce((sum, work) => sum + work.stored.count, 0),
      segmentsTotal: works.reduce((sum, work) => sum + work.count, 0),
      speed,
      fps: video ? speed * (streamFacts(video.rendition).framesPerSecond ?? 0) : 0,
      failure: works.find((work) => work.failure !== null)?.failure ?? null,
    };
  }

  #createWork(rendition: Rendition, segmentSeconds: number): RenditionWork {
    const { hash, plan } = this;
    const { store, makers, observer, log, maxAttempts, ...options } = this.#options;
    let described: Promise<Uint8Array> | undefined;
    const commit: CommitContext = {
      ...{ makers, plan },
      describedInit: (id) =>
        (described ??= this.#init(id).catch((cause: unknown) => {
          described = undefined;
          throw cause;
        })),
      put: async (name, segment, costMs) => {
        await store.put(hash, name, segment, costMs);
        this.#storedBytes += segment.byteLength;
        observer.segmentMade(hash, name, segment.byteLength);
      },
    };
    const work: RenditionWork = new RenditionWork({
      hash,
      plan,
      rendition,
      isStored: (n) => store.has(hash, segmentName(rendition.id, n)) === true,
      requireRoom: () => this.#requireRoom(),
      observer,
      maxAttempts,
      scheduler: options.scheduler,
      failures: options.failures,
      now: options.now,
      startedAt: options.startedAt,
      log: log.with({ content: hash.slice(0, 12), rendition: rendition.id }),
      lookAheadSegments: lookAheadOf(rendition, segmentSeconds),
      isPatient: (n, client) => {
        const { timeline } = work;
        const startSeconds = segmentSpan(timeline, n).start / timeline.timescale;
        return options.slackSeconds(hash, client, startSeconds) > patientSeconds;
      },
      wantsFill: () => this.#wantsFill(work),
      keeps: () => options.keptBy(rendition),
      launch: (runs, range, onFile) => this.#launch(runs, range, onFile),
      companions: (run) => this.#companionsOf(run),
      commit: (file, timer) => commitSegments(commit, [file], timer?.madeMs, timer),
    });
    return work;
  }

  async #launch(
    runs: readonly LiveRun[],
    range: { readonly from: number; readonly to: number; readonly isIdle: boolean },
    onFile: (file: FinishedFile) => void,
  ): Promise<LaunchedRun> {
    const { hash, plan } = this;
    await this.#requireRoom();
    const source = await this.#options.locate(plan.source.fingerprint);
    const ids = new Set(runs.map(({ rendition }) => rendition));
    const renditions = plan.renditions.filter(({ id }) => ids.has(id));
    const attempt = Math.max(...runs.map((run) => run.attempt));
    // The last try also pads a track that ends before its header says so.
    const holdForEver = attempt >= 2;
    const run = { frame: planFrame(plan), renditions, ...range, source, attempt, holdForEver };
    const log = this.#options.log.with({
      content: hash.slice(0, 12),
      rendition: [...ids].join(" "),
    });
    return launchRun(this.#options, run, log, onFile);
  }

  /**
   * What one decode can serve beside a run: of the same kind, for what is light beside a picture would come with that, when
   * it could be there long before.
   */
  #companionsOf(run: LiveRun): LiveRun[] {
    const lead = this.renditions.get(run.rendition)?.rendition;
    // Each would keep a session of its own, and only one was counted on.
    if (lead === undefined || run.keeps.length > 0) return [];
    const own = [...this.renditions.values()].filter(
      ({ rendition }) => rendition.method === lead.method,
    );
    const groups = methods[lead.method].together(own.map(({ rendition }) => rendition));
    const group = groups.find((each) => each.includes(lead)) ?? [];
    return own
      .filter(
        ({ rendition }) =>
          rendition !== lead && rendition.kind === lead.kind && group.includes(rendition),
      )
      .flatMap((work) => work.companionOf(run) ?? []);
  }

  #wantsFill(work: RenditionWork): boolean {
    const { isWorthFilling } = methods[work.rendition.method];
    if (!isWorthFilling || this.#viewers === 0 || work.stored.isComplete) return false;
    const lastTouched = work.lastTouched() ?? -Infinity;
    const policies: Record<FillPolicy, () => boolean> = {
      none: () => false,
      watched: () => this.#options.now() - lastTouched < watchedMs,
      all: () => true,
    };
    return policies[this.#options.fill]();
  }

  async #init(rendition: string): Promise<Uint8Array> {
    const { store, republish } = this.#options;
    const open = () => store.open(this.hash, initName(rendition));
    let object = await open();
    if (object === null) {
      // Found damaged just now, or dropped at the start: it is made of the plan alone.
      await republish(this, initName(rendition));
      object = await open();
    }
    if (object === null)
      throw new ViewraError("OBJECT_CORRUPT", "The described init segment is gone");
    return object.body().bytes();
  }

  async #requireRoom(): Promise<void> {
    const { store, scratchDir } = this.#options;
    await mkdir(scratchDir, { recursive: true });
    const [{ freeBytes }, scratch] = await Promise.all([store.stats(), statfs(scratchDir)]);
    if (freeBytes < leastFreeBytes) throw new ViewraError("STORAGE_FULL");
    if (scratch.bavail * scratch.bsize < leastFreeBytes) {
      throw new ViewraError(
        "STORAGE_FULL",
        "There is no room left on the disk of the cache folder",
      );
    }
  }
}
