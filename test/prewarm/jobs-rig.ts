import type { PrewarmPolicy } from "../../src/config/prewarm.ts";
import type { Database } from "../../src/db/database.ts";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { createJobRecords } from "../../src/prewarm/database-ports.ts";
import type { JobEvent, PrewarmJob } from "../../src/prewarm/job.ts";
import type { JobRecords, PublishedTitle } from "../../src/prewarm/ports.ts";
import { createPrewarmJobs, type PrewarmJobs } from "../../src/prewarm/prewarm-jobs.ts";
import type { Rendition } from "../../src/rendition/methods.ts";
import type { PrewarmWish } from "../../src/prewarm/prewarm-wish.ts";
import { openTestDatabase, quietLog } from "../db/open-test-database.ts";
import { createFakePrewarm, type FakePrewarm } from "./fake-prewarm.ts";

export interface JobsRig extends AsyncDisposable {
  readonly jobs: PrewarmJobs;
  readonly db: Database;
  readonly records: JobRecords;
  readonly pipeline: FakePrewarm;
  readonly events: { readonly event: JobEvent; readonly job: PrewarmJob }[];
  readonly log: string[];
  /** What a start of each title comes to; a test may change it. None: MEDIA_NOT_FOUND. */
  readonly titles: Map<string, PublishedTitle>;
  /** Set by a test: what the database answers to a job that is to be saved. */
  refusal: unknown;
  /** The same database in another process: this one's jobs are not closed by it. */
  restart(policies?: readonly PrewarmPolicy[]): Promise<PrewarmJobs>;
  status(id: string): Promise<string>;
}

export const filmSeconds = 600;

export function encoded(hash: string): PublishedTitle {
  return published(hash, "transcode", ["encode", "encode", "text"]);
}

export function copied(hash: string): PublishedTitle {
  return published(hash, "remux", ["copy", "copy", "tiles"]);
}

function published(
  hash: string,
  kind: "remux" | "transcode",
  methods: readonly Rendition["method"][],
): PublishedTitle {
  const renditions = methods.map((method) => ({ method }));
  return {
    kind: "content",
    hash,
    fingerprint: `of ${hash}`,
    decision: { kind },
    plan: { renditions },
  };
}

/** Jobs on a real database, for titles and with a pipeline that a test drives. Ten titles, `t0` to `t9`. */
export async function createJobsRig(mostWaiting?: number): Promise<JobsRig> {
  const database = await openTestDatabase();
  const { db } = database;
  const pipeline = createFakePrewarm();
  const events: JobsRig["events"] = [];
  const log: string[] = [];
  const titles: JobsRig["titles"] = new Map(
    Array.from({ length: 10 }, (_, i) => [`t${i}`, encoded(`hash-${i}`)]),
  );
  const find = (id: string): PublishedTitle => {
    const title = titles.get(id);
    if (title === undefined) throw new ViewraError("MEDIA_NOT_FOUND");
    return title;
  };
  const kept = createJobRecords(db);
  const records: JobRecords = {
    ...kept,
    save: async (job) => {
      if (rig.refusal !== undefined) throw rig.refusal;
      await kept.save(job);
    },
  };
  const all: PrewarmJobs[] = [];
  const create = (): PrewarmJobs => {
    const jobs = createPrewarmJobs({
      titles: {
        judge: async ({ mediaFileId }) => {
          find(mediaFileId);
          return { mediaFileId, durationSeconds: filmSeconds };
        },
        publish: async ({ mediaFileId }) => find(mediaFileId),
      },
      ...{ pipeline, records, log: quietLog(log), now: () => Date.now() },
      emit: (event, job) => events.push({ event, job }),
      ...(mostWaiting === undefined ? {} : { mostWaiting }),
    });
    all.push(jobs);
    return jobs;
  };
  const jobs = create();
  await jobs.open([]);
  const rig: JobsRig = {
    ...{ jobs, db, records, pipeline, events, log, titles },
    refusal: undefined,
    restart: async (policies = []) => {
      const again = create();
      await again.open(policies);
      return again;
    },
    status: async (id) => (await jobs.get(id)).status,
    [Symbol.asyncDispose]: async () => {
      for (const each of all) await each.close();
      await database[Symbol.asyncDispose]();
    },
  };
  return rig;
}

export function wishFor(mediaFileId: string, part: Partial<PrewarmWish> = {}): PrewarmWish {
  return { ...{ mediaFileId, device: {}, fromSeconds: 0, toSeconds: null }, ...part };
}

/** Waits until it is so. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 3000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error("did not come to be so in time");
    await Bun.sleep(1);
  }
}
