import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "../log/logger.ts";
import { hasEnded, type PrewarmJob } from "./job.ts";
import type { JobRecords } from "./ports.ts";

/** Jobs on their way to the database, the latest state of each. What the database refuses is tried again. */
export interface JobSaver {
  /** `onSaved`: once this state, or a later one of the same job, is on record. Progress alone is saved now and then. */
  save(job: PrewarmJob, onSaved: () => void): void;
  /** Resolves when nothing is left to save but progress, or the database refused it. */
  saved(): Promise<void>;
  /** Saves what is left, once. */
  close(): Promise<void>;
}

/** How often the progress of a job is saved: what a crash may take of its numbers. */
const progressMs = 5000;
const retryMs = 2000;

interface Unsaved {
  readonly job: PrewarmJob;
  readonly onSaved: () => void;
}

export function createJobSaver(records: Pick<JobRecords, "save">, log: Logger): JobSaver {
  const unsaved = new Map<string, Unsaved>();
  /** How each job stood when it was last saved, and when that was: a change of it is saved at once. */
  const known = new Map<string, { readonly standing: string; readonly at: number }>();
  const closing = new AbortController();
  let writing: Promise<boolean> | null = null;
  let hasFailed = false;

  const isUrgent = ({ job }: Unsaved): boolean => {
    const last = known.get(job.id);
    return last?.standing !== standingOf(job) || performance.now() - last.at > progressMs;
  };

  /** Whether all that it tried was taken. */
  async function write(isUrgentOnly: boolean): Promise<boolean> {
    for (const each of [...unsaved.values()]) {
      const { job, onSaved } = each;
      if (isUrgentOnly && !isUrgent(each)) continue;
      try {
        await records.save(job);
      } catch (error) {
        if (!hasFailed) log.error("jobs could not be saved, will try again", { error });
        hasFailed = true;
        return false;
      }
      if (hasFailed) log.info("jobs are being saved again");
      hasFailed = false;
      known.set(job.id, { standing: standingOf(job), at: performance.now() });
      if (unsaved.get(job.id) === each) unsaved.delete(job.id);
      if (hasEnded(job)) known.delete(job.id);
      onSaved();
    }
    return true;
  }

  function writeSoon(): void {
    if (writing !== null || closing.signal.aborted) return;
    writing = write(true);
    void writing.then(async (isDone) => {
      writing = null;
      const isLeft = unsaved.values().some(isUrgent);
      if (!isLeft) return;
      if (!isDone)
        await delay(retryMs, undefined, { signal: closing.signal }).catch(() => undefined);
      writeSoon();
    });
  }

  /** Another write may have begun behind the one that is under way. */
  async function saved(): Promise<void> {
    const last = writing;
    if (last !== null && (await last)) await saved();
  }

  return {
    save(job, onSaved) {
      const each = { job, onSaved };
      unsaved.set(job.id, each);
      if (isUrgent(each)) writeSoon();
    },
    saved,
    async close() {
      closing.abort();
      await writing;
      await write(false);
    },
  };
}

const standingOf = ({ status, policy }: PrewarmJob): string => `${status} ${policy}`;
