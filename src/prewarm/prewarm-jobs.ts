import type { PrewarmPolicy } from "../config/prewarm.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import { hasEnded, newJob, type JobEvent, type PrewarmJob } from "./job.ts";
import { createJobRun, type JobRun } from "./job-run.ts";
import { createJobSaver } from "./job-saver.ts";
import type { JobQuery, JobRecords, PrewarmPipeline, PrewarmTitles } from "./ports.ts";
import { deviceKey, withinFilm, type PrewarmWish } from "./prewarm-wish.ts";

/** Titles that are made before anybody plays them: one at a time, what clients ask for first, then what policies do. */
export interface PrewarmJobs {
  /** Takes up what a former process left; of policies that are asked no more it is cancelled. */
  open(policies: readonly PrewarmPolicy[]): Promise<void>;
  /**
   * A job for a wish, on record when this resolves; the one that there is where the same is waiting or under way. A range is cut
   * to the film. Errors: those of playback's `judge`, INVALID_REQUEST for a part that is not in the film, JOB_LIMIT_REACHED.
   */
  submit(wish: PrewarmWish, policy?: PrewarmPolicy): Promise<PrewarmJob>;
  /** The last that came first. */
  list(query: JobQuery): Promise<readonly PrewarmJob[]>;
  /** JOB_NOT_FOUND. */
  get(id: string): Promise<PrewarmJob>;
  /** What was made stays. Leaves a job that has ended as it is. JOB_NOT_FOUND. */
  cancel(id: string): Promise<void>;
  /** Whether what policies asked for has to wait, as it does until this is called; what is under way goes back into the queue. */
  holdPolicies(isHeld: boolean): void;
  /** Resolves when no job of a policy waits or is under way. Rejects when the signal fires. */
  policiesSettled(signal: AbortSignal): Promise<void>;
  /** What is under way ends, and is taken up by the next process. */
  close(): Promise<void>;
}

export interface PrewarmJobsDeps {
  readonly titles: PrewarmTitles;
  readonly pipeline: PrewarmPipeline;
  readonly records: JobRecords;
  readonly log: Logger;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly emit: (event: JobEvent, job: PrewarmJob) => void;
  /** Jobs that wait at once. */
  readonly mostWaiting?: number;
}

const defaultMostWaiting = 1000;

/** A job that has not ended, or whose end is not on record yet. */
interface LiveJob {
  job: PrewarmJob;
  readonly key: string;
  /** Resolves once it is on record; it does not run before. */
  readonly kept: Promise<void>;
  isKept: boolean;
}

export function createPrewarmJobs(deps: PrewarmJobsDeps): PrewarmJobs {
  const { titles, records, log, now, emit, mostWaiting = defaultMostWaiting } = deps;
  const live = new Map<string, LiveJob>();
  const saver = createJobSaver(records, log);
  const settledListeners = new Set<() => void>();
  let running: { readonly of: LiveJob; readonly run: JobRun } | null = null;
  let lastRun: Promise<void> = Promise.resolve();
  let [arePoliciesHeld, isClosed] = [true, false];

  function add(job: PrewarmJob, kept: Promise<void>): LiveJob {
    const entry: LiveJob = { job, key: keyOf(job.wish), kept, isKept: false };
    live.set(job.id, entry);
    return entry;
  }

  function change(entry: LiveJob, changes: Partial<PrewarmJob>, event: JobEvent | null): void {
    const job = { ...entry.job, ...changes };
    entry.job = job;
    saver.save(job, () => {
      // An earlier state may reach the database when the job has ended already.
      if (hasEnded(job)) live.delete(job.id);
    });
    if (event !== null) emit(event, job);
    for (const listener of [...settledListeners]) listener();
  }

  function end(
    entry: LiveJob,
    status: "done" | "failed" | "cancelled",
    error: PrewarmJob["error"] = null,
  ): void {
    change(entry, { status, error, finishedAt: now() }, status);
    log.info(`prewarm ${status}`, about(entry.job));
  }

  function next(): LiveJob | undefined {
    const waiting = [...live.values()].filter(({ job, isKept }) => isKept && isQueued(job));
    const asked = waiting.find(({ job }) => job.policy === null);
    return asked ?? (arePoliciesHeld ? undefined : waiting[0]);
  }

  function startNext(): void {
    if (running !== null || isClosed) return;
    const entry = next();
    if (entry === undefined) return;
    change(entry, { status: "running", startedAt: entry.job.startedAt ?? now() }, "started");
    log.info("prewarm started", about(entry.job));
    const run = createJobRun(deps, entry.job, (progress) => {
      // Cancelled, it has told what it made, and is no job any more.
      if (entry.job.status === "running") change(entry, progress, "progress");
    });
    running = { of: entry, run };
    lastRun = run.ended.then((outcome) => {
      running = null;
      if (entry.job.status === "running") {
        if (outcome.kind === "done") end(entry, "done");
        else if (outcome.kind === "failed") end(entry, "failed", outcome.error);
        // Stopped by us: it is gone on with later, by this process or the next.
        else change(entry, { status: "queued" }, isClosed ? null : "queued");
      }
      startNext();
    });
  }

  /** A policy's job makes room for what a client asks for, and for the hours in which policies rest. */
  function putBackPolicies(): void {
    if (running !== null && running.of.job.policy !== null) running.run.stop();
  }

  async function submit(wished: PrewarmWish, policy?: PrewarmPolicy): Promise<PrewarmJob> {
    const title = await titles.judge({ ...wished.device, mediaFileId: wished.mediaFileId });
    const { mediaFileId } = title;
    const wish = withinFilm({ ...wished, mediaFileId }, title.durationSeconds);
    const key = keyOf(wish);
    const unfinished = live.values().filter(({ job }) => !hasEnded(job));
    const known = unfinished.find((entry) => entry.key === key);
    if (known !== undefined) {
      await known.kept;
      if (policy === undefined && known.job.policy !== null) {
        change(known, { policy: null }, null);
        makeRoom();
      }
      return known.job;
    }
    if (isClosed) throw new ViewraError("SHUTTING_DOWN");
    if (live.size >= mostWaiting) {
      throw new ViewraError("JOB_LIMIT_REACHED", undefined, { retryAfterSeconds: 60 });
    }
    const job = newJob(wish, policy ?? null, now());
    const entry = add(job, records.save(job));
    try {
      await entry.kept;
    } catch (thrown) {
      live.delete(job.id);
      throw thrown;
    }
    entry.isKept = true;
    if (isQueued(entry.job)) emit("queued", entry.job);
    makeRoom();
    return entry.job;
  }

  function makeRoom(): void {
    const isAsked = live.values().some(({ job, isKept }) => isKept && isQueued(job) && !job.policy);
    if (isAsked) putBackPolicies();
    startNext();
  }

  async function get(id: string): Promise<PrewarmJob> {
    const job = live.get(id)?.job ?? (await records.find(id));
    if (job === null) throw new ViewraError("JOB_NOT_FOUND", undefined, { details: { id } });
    return job;
  }

  return {
    async open(policies) {
      for (const job of await records.unfinished()) {
        const entry = add({ ...job, status: "queued" }, Promise.resolve());
        entry.isKept = true;
        const isAsked = job.policy === null || policies.includes(job.policy);
        if (!isAsked) end(entry, "cancelled", noPolicy);
      }
      startNext();
    },
    submit,
    list: async (query) => {
      const rows = await records.list(query);
      const fresh = rows.map((job) => live.get(job.id)?.job ?? job);
      return fresh.filter(({ status }) => query.status === undefined || status === query.status);
    },
    get,
    async cancel(id) {
      const entry = live.get(id);
      if (entry === undefined || hasEnded(entry.job)) {
        await get(id);
        return;
      }
      if (running?.of === entry) running.run.stop();
      end(entry, "cancelled");
      await saver.saved();
    },
    holdPolicies(isHeld) {
      arePoliciesHeld = isHeld;
      if (isHeld) putBackPolicies();
      else startNext();
    },
    policiesSettled: (signal) =>
      new Promise((resolve, reject) => {
        const leave = (): void => {
          settledListeners.delete(look);
          signal.removeEventListener("abort", abandon);
        };
        const abandon = (): void => {
          leave();
          reject(new ViewraError("CANCELLED"));
        };
        const look = (): void => {
          if (live.values().some(({ job }) => job.policy !== null && !hasEnded(job))) return;
          leave();
          resolve();
        };
        if (signal.aborted) return abandon();
        settledListeners.add(look);
        signal.addEventListener("abort", abandon);
        look();
      }),
    async close() {
      isClosed = true;
      running?.run.stop();
      await lastRun;
      await saver.close();
    },
  };
}

const noPolicy = { code: "CANCELLED", message: "The policy that asked for it is asked no more" };

const isQueued = ({ status }: PrewarmJob): boolean => status === "queued";

function keyOf(wish: PrewarmWish): string {
  const { mediaFileId, device, fromSeconds, toSeconds } = wish;
  return `${mediaFileId} ${fromSeconds} ${toSeconds} ${deviceKey(device)}`;
}

function about({ id, wish, policy, contentHash, error, note, bytes }: PrewarmJob) {
  return {
    ...{ job_id: id, media_file_id: wish.mediaFileId, policy: policy ?? undefined, bytes },
    ...{ content: contentHash ?? undefined, note: note ?? undefined },
    ...(error === null ? {} : { code: error.code, error: error.message }),
  };
}
