import type { PrewarmPolicy } from "../config/prewarm.ts";
import type { JobStatus } from "../db/schema.ts";
import type { PrewarmWish } from "./prewarm-wish.ts";

export const decisionKinds = ["direct_play", "remux", "transcode"] as const;
export type DecisionKind = (typeof decisionKinds)[number];

/** A title, or a part of it, that is made before anybody plays it. Times in Unix milliseconds, sizes in bytes. */
export interface PrewarmJob {
  readonly id: string;
  readonly status: JobStatus;
  readonly wish: PrewarmWish;
  /** Who asked for it; null for a client. */
  readonly policy: PrewarmPolicy | null;
  /** What a start comes to; null until that was found out. */
  readonly decision: DecisionKind | null;
  readonly contentHash: string | null;
  /** Why there was nothing to make, as a sentence. */
  readonly note: string | null;
  readonly segmentsReady: number;
  readonly segmentsTotal: number;
  /** Of what this job stored. */
  readonly bytes: number;
  readonly worked: WorkedTime;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

/** What happened to a job, as it is told. */
export type JobEvent = "queued" | "started" | "progress" | "done" | "failed" | "cancelled";

export function hasEnded({ status }: PrewarmJob): boolean {
  return status !== "queued" && status !== "running";
}

/** The last day of this machine's clock on which a job ran, `2026-11-30`, and for how long on that day. */
export interface WorkedTime {
  readonly day: string | null;
  readonly seconds: number;
}

export function dayOf(unixMs: number): string {
  const date = new Date(unixMs);
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** With so many seconds more, which end at this moment. */
export function addWork(worked: WorkedTime, seconds: number, nowMs: number): WorkedTime {
  const day = dayOf(nowMs);
  return { day, seconds: (worked.day === day ? worked.seconds : 0) + seconds };
}

export function newJob(
  wish: PrewarmWish,
  policy: PrewarmPolicy | null,
  createdAt: number,
): PrewarmJob {
  return {
    ...{ id: crypto.randomUUID(), status: "queued", wish, policy, createdAt },
    ...{ decision: null, contentHash: null, note: null, error: null },
    ...{ segmentsReady: 0, segmentsTotal: 0, bytes: 0, worked: { day: null, seconds: 0 } },
    ...{ startedAt: null, finishedAt: null },
  };
}
