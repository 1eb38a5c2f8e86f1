import { prewarmPolicies } from "../config/prewarm.ts";
import { noteContent } from "../db/contents.ts";
import type { Database } from "../db/database.ts";
import {
  getJob,
  listEndedJobs,
  listJobs,
  listUnfinishedJobs,
  saveJob,
  type JobRow,
} from "../db/jobs.ts";
import { decisionKinds, type PrewarmJob } from "./job.ts";
import type { JobRecords } from "./ports.ts";
import { parseWish, subjectOf } from "./prewarm-wish.ts";

/** Jobs in the database. */
export function createJobRecords(db: Database): JobRecords {
  return {
    save: (job) => saveJob(db, toRow(job)),
    find: async (id) => {
      const row = await getJob(db, id);
      return row === undefined ? null : toJob(row);
    },
    list: async (query) => (await listJobs(db, query)).flatMap(readable),
    unfinished: async () => (await listUnfinishedJobs(db)).flatMap(readable),
    ended: async (wish) => (await listEndedJobs(db, subjectOf(wish))).flatMap(readable),
    noteContent: (contentHash, fingerprint) =>
      noteContent(db, { contentHash, fingerprint, at: Date.now() }),
  };
}

function toRow({ wish, worked, error, ...job }: PrewarmJob): JobRow {
  return {
    ...job,
    kind: "prewarm",
    parameters: JSON.stringify(wish),
    subject: subjectOf(wish),
    workedDay: worked.day,
    workedSeconds: worked.seconds,
    errorCode: error?.code ?? null,
    error: error?.message ?? null,
  };
}

function readable(row: JobRow): PrewarmJob[] {
  const job = toJob(row);
  return job === null ? [] : [job];
}

/** null for a row that another version wrote in a way that is not known here. */
function toJob(row: JobRow): PrewarmJob | null {
  const wish = parseWish(row.parameters);
  if (wish === null) return null;
  const { id, status, contentHash, note, segmentsReady, segmentsTotal, bytes } = row;
  const { createdAt, startedAt, finishedAt } = row;
  return {
    ...{ id, status, wish, contentHash, note, segmentsReady, segmentsTotal, bytes },
    ...{ createdAt, startedAt, finishedAt },
    policy: prewarmPolicies.find((policy) => policy === row.policy) ?? null,
    decision: decisionKinds.find((kind) => kind === row.decision) ?? null,
    worked: { day: row.workedDay, seconds: row.workedSeconds },
    error: row.errorCode === null ? null : { code: row.errorCode, message: row.error ?? "" },
  };
}
