import { toViewraError } from "../errors/viewra-error.ts";
import { addWork, type PrewarmJob } from "./job.ts";
import { prewarmTitle, type PrewarmTitleDeps } from "./prewarm-title.ts";

/** A job at work, once. */
export interface JobRun {
  /** Never rejects. */
  readonly ended: Promise<JobOutcome>;
  /** Tells what was made so far, and ends it at once. Idempotent. */
  stop(): void;
}

export type JobOutcome =
  | { readonly kind: "done" }
  | { readonly kind: "stopped" }
  | {
      readonly kind: "failed";
      readonly error: { readonly code: string; readonly message: string };
    };

/** What of a job changes while it runs. */
export type JobProgress = Partial<
  Pick<
    PrewarmJob,
    "decision" | "contentHash" | "note" | "segmentsReady" | "segmentsTotal" | "bytes" | "worked"
  >
>;

/** Segments of sound may come a hundred a second. */
const tellingMs = 500;

/** Begins to work. Told of progress now and then, and of all of it before `ended` resolves. */
export function createJobRun(
  deps: PrewarmTitleDeps & { readonly now: () => number },
  job: PrewarmJob,
  onProgress: (progress: JobProgress) => void,
): JobRun {
  const stopping = new AbortController();
  const { signal } = stopping;
  // Of the contents that it went through, and of what it made before it was put back.
  let bytesBefore = job.bytes;
  let { bytes, worked } = job;
  let countedAt = performance.now();
  let [untold, toldAt]: [JobProgress, number] = [{}, -Infinity];
  const tell = (progress: JobProgress, isLast = false): void => {
    untold = { ...untold, ...progress };
    const at = performance.now();
    if (!isLast && at - toldAt < tellingMs) return;
    toldAt = at;
    onProgress(untold);
    untold = {};
  };
  const countWork = (): JobProgress => {
    const at = performance.now();
    worked = addWork(worked, (at - countedAt) / 1000, deps.now());
    countedAt = at;
    return { worked };
  };
  const work = prewarmTitle(deps, job.wish, signal, {
    onFound: (title) => {
      bytesBefore = bytes;
      tell(title);
    },
    onProgress: (made) => {
      bytes = bytesBefore + made.bytes;
      const segments = { segmentsReady: made.done, segmentsTotal: made.total };
      tell({ ...segments, bytes, ...countWork() });
    },
  });
  return {
    ended: work.then(
      (): JobOutcome => {
        tell(countWork(), true);
        return { kind: "done" };
      },
      (thrown: unknown): JobOutcome => {
        tell(countWork(), true);
        if (signal.aborted) return { kind: "stopped" };
        const { code, message } = toViewraError(thrown);
        return { kind: "failed", error: { code, message } };
      },
    ),
    stop: () => {
      if (signal.aborted) return;
      tell(countWork(), true);
      stopping.abort();
    },
  };
}
