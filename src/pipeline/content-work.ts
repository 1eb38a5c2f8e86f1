import { mkdir, rm, statfs } from "node:fs/promises";
import type { RunRequest } from "../encode/run-args.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import {
  initName,
  parseObjectName,
  segmentName,
  type Plan,
  type Rendition,
} from "../media/plan.ts";
import type { Packager } from "../packager/packager.ts";
import { makeWorkingFolder } from "../process/working-folder.ts";
import type { Scheduler } from "../schedule/scheduler.ts";
import type { ContentStore } from "../store/content-store.ts";
import { commitSegment } from "./commit-segment.ts";
import type { ContentProgress } from "./pipeline.ts";
import type {
  FailureRecord,
  FillPolicy,
  LocateSource,
  PipelineObserver,
  RecordedFailure,
  StartRun,
} from "./ports.ts";
import { RenditionWork } from "./rendition-work.ts";

export interface ContentWorkOptions {
  readonly store: ContentStore;
  readonly packager: Pick<Packager, "packageSegments">;
  readonly scheduler: Scheduler;
  readonly failures: FailureRecord;
  readonly observer: PipelineObserver;
  readonly log: Logger;
  readonly locate: LocateSource;
  readonly startRun: StartRun;
  /** Existing folder for working files. */
  readonly scratchDir: string;
  readonly fill: FillPolicy;
  readonly maxAttempts: number;
  readonly now: () => number;
  /** `now` when this process began. */
  readonly startedAt: number;
  /** Writes an object that is made of the plan alone again: it was lost. */
  readonly republish: (hash: string, plan: Plan, name: string) => Promise<void>;
}

/** Film seconds made ahead of a viewer. */
const lookAheadSeconds = 24;
/** A rendition that was asked for this recently is being watched. */
const watchedMs = 60_000;
/** A content is not asked more often whether all of it is stored. */
const completeForMs = 1_000;
/** Less room than this on the disk of the store, or of the working files, and no run is started. */
const leastFreeBytes = 64 * 1024 * 1024;

/** All that is under way for one content: its renditions' work and who watches it. */
export class ContentWork {
  readonly hash: string;
  readonly plan: Plan;
  readonly renditions: ReadonlyMap<string, RenditionWork>;
  readonly #options: ContentWorkOptions;
  #viewers = 0;
  #completeUntil = -Infinity;
  lastUsedAt: number;

  constructor(hash: string, plan: Plan, options: ContentWorkOptions) {
    this.hash = hash;
    this.plan = plan;
    this.#options = options;
    this.lastUsedAt = options.now();
    const segmentSeconds =
      (plan.grid.framesPerSegment * plan.grid.frameRate.den) / plan.grid.frameRate.num;
    this.renditions = new Map(
      plan.renditions.map((rendition) => [
        rendition.id,
        this.#createWork(rendition, segmentSeconds),
      ]),
    );
  }

  get isIdle(): boolean {
    return this.#viewers === 0 && [...this.renditions.values()].every((work) => work.isIdle);
  }

  /** Everything is stored, or was a moment ago. On the hot path. */
  get isComplete(): boolean {
    const now = this.#options.now();
    if (now < this.#completeUntil) return true;
    for (const { stored } of this.renditions.values()) if (!stored.isComplete) return false;
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
    const works = [...this.renditions.values()];
    const video = works.find((work) => work.isRunning && work.rendition.kind === "video");
    const { num, den } = this.plan.grid.frameRate;
    const speed = (video ?? works.find((work) => work.isRunning))?.speed ?? 0;
    return {
      segmentsReady: works.reduce((sum, work) => sum + work.stored.count, 0),
      segmentsTotal: works.reduce((sum, work) => sum + work.count, 0),
      speed,
      fps: video ? (speed * num) / den : 0,
      failure: works.find((work) => work.failure !== null)?.failure ?? null,
    };
  }

  #createWork(rendition: Rendition, segmentSeconds: number): RenditionWork {
    const { hash, plan } = this;
    const { store, packager, observer, log, maxAttempts, ...options } = this.#options;
    const names = { content: hash.slice(0, 12), rendition: rendition.id };
    let described: Promise<Uint8Array> | undefined;
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
      log: log.with(names),
      lookAheadSegments: Math.max(2, Math.ceil(lookAheadSeconds / segmentSeconds)),
      wantsFill: () => this.#wantsFill(work),
      launch: async ({ from, to, attempt }, onFile) => {
        await this.#requireRoom();
        const source = await options.locate(plan.source.fingerprint);
        const outDir = await makeWorkingFolder(options.scratchDir, "run-");
        const request: RunRequest = {
          plan,
          sourcePath: source.path,
          renditions: [rendition],
          from,
          to,
          outDir,
          seekTraits: source,
          caution: attempt,
          // The last try also pads a track that ends before its header says so.
          holdForEver: attempt >= 2,
        };
        const encoder = options.startRun(request, onFile);
        // The working folder's own ending names the run, so that a log leads to its files.
        const runLog = log.with({ run: outDir.slice(-6), ...names });
        runLog.info("run started", { from, to, attempt });
        runLog.debug("run command", { command: encoder.commandLine });
        const dispose = async (): Promise<void> => {
          const { result, stalled } = await encoder.ended;
          const { exitCode: exit_code, cpuSeconds: cpu_seconds } = result;
          runLog.info("run ended", {
            exit_code,
            cpu_seconds,
            cancelled: result.cancelled,
            stalled,
          });
          await rm(outDir, { recursive: true, force: true });
        };
        return { encoder, dispose };
      },
      commit: (file) => {
        const describedInit = (): Promise<Uint8Array> =>
          (described ??= this.#init(rendition.id).catch((cause: unknown) => {
            described = undefined;
            throw cause;
          }));
        const { timeline } = work;
        return commitSegment(
          { store, packager, observer, hash, rendition, timeline, describedInit },
          file,
        );
      },
    });
    return work;
  }

  #wantsFill(work: RenditionWork): boolean {
    if (this.#viewers === 0 || work.stored.isComplete) return false;
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
      await republish(this.hash, this.plan, initName(rendition));
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
