import { jobBody } from "../api/job-body.ts";
import type { EventSource, ServerEvent } from "../api/services.ts";
import type { PrewarmConfig } from "../config/prewarm.ts";
import type { Database } from "../db/database.ts";
import { listPolicyWork } from "../db/jobs.ts";
import { toViewraError } from "../errors/viewra-error.ts";
import { createCollection } from "../library/collection.ts";
import type { Logger } from "../log/logger.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { Playback } from "../playback/playback.ts";
import { chooseWishes, type PolicyWish } from "../prewarm/choose-wishes.ts";
import { createJobRecords } from "../prewarm/database-ports.ts";
import type { PrewarmJob } from "../prewarm/job.ts";
import { needsNoJob } from "../prewarm/past-jobs.ts";
import { usedBudget, whyPoliciesRest } from "../prewarm/policy-budget.ts";
import { readPolicyFacts } from "../prewarm/policy-facts.ts";
import { createPrewarmJobs, type PrewarmJobs } from "../prewarm/prewarm-jobs.ts";
import { deviceKey } from "../prewarm/prewarm-wish.ts";
import type { ContentStore } from "../store/content-store.ts";
import { createRounds } from "./background-rounds.ts";

/** What is made before anybody plays it: jobs, and the policies that ask for some. */
export interface Prewarming {
  readonly jobs: PrewarmJobs;
  /** Goes on with what a former process left, and begins to look what policies wish for. */
  open(): Promise<void>;
  close(): Promise<void>;
}

export interface PrewarmingOptions {
  readonly db: Database;
  readonly store: Pick<ContentStore, "list" | "stats">;
  readonly playback: Pick<Playback, "judge" | "publish" | "list">;
  readonly pipeline: Pick<Pipeline, "prewarm">;
  readonly config: PrewarmConfig;
  readonly events: EventSource & { emit(event: ServerEvent): void };
  readonly log: Logger;
}

/** How often it is looked whether the hours have come, or the budget is used. */
const lookMs = 30_000;
/** Under way, bytes may grow by some hundred megabytes a minute. */
const busyLookMs = 2000;
/** A scan and a player tell of many things within a moment. */
const settleMs = 2000;
/** After these there may be something else to wish for. */
const tellingEvents: ReadonlySet<string> = new Set(["library", "scan", "session"]);

export function createPrewarming(options: PrewarmingOptions): Prewarming {
  const { db, store, playback, pipeline, config, events, log } = options;
  const records = createJobRecords(db);
  const collection = createCollection(db);
  const playing = (): string[] => playback.list().map(({ mediaFileId }) => mediaFileId);
  let underWay: PrewarmJob | null = null;
  let [resting, lookedAt]: [string | null | undefined, number] = [undefined, -Infinity];
  const jobs = createPrewarmJobs({
    ...{ titles: playback, pipeline, records, log, now: () => Date.now() },
    emit: (event, job) => {
      const { id, ...body } = jobBody(job);
      events.emit({ ...body, type: "job", event, job_id: id });
      if (job.policy !== null) underWay = job;
      if (event === "progress" && performance.now() - lookedAt > busyLookMs) void look();
    },
  });

  /** Bytes of all segments and manifests of a content. */
  async function storedBytes(hash: string): Promise<number> {
    let bytes = 0;
    for (const { sizeBytes } of (await store.list(hash)).values()) bytes += sizeBytes;
    return bytes;
  }

  async function whyToRest(): Promise<string | null> {
    const now = Date.now();
    // What is under way is on record a little later.
    const work = (await listPolicyWork(db)).map((row) =>
      row.id === underWay?.id ? { ...row, ...pickWork(underWay) } : row,
    );
    const stored = new Map<string, number>();
    for (const { contentHash } of work) {
      if (contentHash !== null) stored.set(contentHash, await storedBytes(contentHash));
    }
    const { freeBytes } = await store.stats();
    return whyPoliciesRest(config, { now, freeBytes, ...usedBudget(work, stored, now) });
  }

  /** Lets policies work, or rest. */
  async function look(): Promise<void> {
    if (config.policies.length === 0) return;
    lookedAt = performance.now();
    const why = await whyToRest().catch((error: unknown) => toViewraError(error).message);
    if (why !== resting)
      log.info(why === null ? "policies prewarm" : "policies rest", { why: why ?? undefined });
    const mayBegin = why === null && resting !== null;
    resting = why;
    jobs.holdPolicies(why !== null);
    if (mayBegin) rounds.wake();
  }

  async function nextWish(tried: ReadonlySet<string>): Promise<PolicyWish | undefined> {
    const now = Date.now();
    const facts = await readPolicyFacts({ db, collection, playing }, now);
    for (const wish of chooseWishes(facts, config.policies)) {
      if (tried.has(wishKey(wish))) continue;
      const ended = await records.ended(wish);
      const stored = new Set<string>();
      for (const { contentHash } of ended) {
        if (contentHash !== null && (await storedBytes(contentHash)) > 0) stored.add(contentHash);
      }
      if (!needsNoJob(wish, ended, stored, now)) return wish;
    }
    return undefined;
  }

  /** One after the other: what is wished for next may be another thing by then. */
  async function goRound(): Promise<void> {
    await rounds.rest(settleMs);
    const tried = new Set<string>();
    for (;;) {
      await jobs.policiesSettled(rounds.signal);
      await look();
      if (resting !== null) return;
      const wish = await nextWish(tried);
      if (wish === undefined) return;
      tried.add(wishKey(wish));
      const { policy, mediaFileId } = wish;
      await jobs.submit(wish, policy).catch((thrown: unknown) => {
        const { code, message } = toViewraError(thrown);
        log.info("a policy's title is left out", {
          policy,
          media_file_id: mediaFileId,
          code,
          message,
        });
      });
    }
  }

  const rounds = createRounds(goRound, (error) => log.warn("policies prewarm nothing", { error }));
  const endings: (() => void)[] = [];
  return {
    jobs,
    async open() {
      await jobs.open(config.policies);
      if (config.policies.length === 0) return;
      const timer = setInterval(() => void look(), lookMs);
      endings.push(() => clearInterval(timer));
      endings.push(
        events.subscribe(({ type }) => {
          if (tellingEvents.has(type) && resting === null) rounds.wake();
        }),
      );
      await look();
    },
    async close() {
      for (const end of endings) end();
      await Promise.all([rounds.close(), jobs.close()]);
    },
  };
}

const wishKey = (wish: PolicyWish): string =>
  `${wish.mediaFileId} ${wish.fromSeconds} ${wish.toSeconds} ${deviceKey(wish.device)}`;

const pickWork = ({ contentHash, bytes, worked }: PrewarmJob) => ({
  ...{ contentHash, bytes, workedDay: worked.day, workedSeconds: worked.seconds },
});
