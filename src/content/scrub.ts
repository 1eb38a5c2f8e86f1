import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../log/logger.ts";
import type { ContentStore, ObjectRecord, StoreFault } from "../store/content-store.ts";
import type { ScrubPosition, ScrubPositionFile } from "./scrub-position.ts";

export interface ScrubOptions {
  readonly store: Pick<ContentStore, "contents" | "verify" | "discard">;
  readonly position: ScrubPositionFile;
  readonly log: Logger;
  /** False while the machine has better things to do. */
  readonly isIdle: () => boolean;
  readonly bytesPerSecond: number;
  /** From the start to the first look, so that a start is not slowed. */
  readonly delayMs: number;
  /** From the beginning of one round to the beginning of the next. */
  readonly roundMs: number;
}

export interface Scrub {
  /** Ends it and notes how far it came. */
  close(): Promise<void>;
}

/** How often it is looked whether the machine has become idle. */
const idleLookMs = 1000;
/** How often the position is noted: what a kill repeats. */
const noteMs = 30_000;
/** How often it is looked whether a round is due. */
const longestPauseMs = 3_600_000;

/**
 * Goes round the whole store, slowly and only when nothing else is done, so that what rots on a disk is found,
 * dropped and made again when it is asked for, before the film behind it is lost. A restart goes on where the last one
 * came to. Begins by itself.
 */
export function startScrub(options: ScrubOptions): Scrub {
  const closing = new AbortController();
  const done = scrubForEver(options, closing.signal).catch((error: unknown) => {
    if (!closing.signal.aborted) throw error;
  });
  return {
    close: async () => {
      closing.abort();
      await done;
    },
  };
}

async function scrubForEver(options: ScrubOptions, signal: AbortSignal): Promise<void> {
  const { delayMs, log, roundMs } = options;
  await sleep(delayMs, undefined, { signal });
  for (;;) {
    const pauseMs = await scrubOnce(options, signal).catch((error: unknown) => {
      if (signal.aborted) throw error;
      log.error("store could not be looked through, to be tried again", { error });
      return roundMs;
    });
    await sleep(Math.min(pauseMs, longestPauseMs), undefined, { signal });
  }
}

/** Goes on with a round, or begins one when it is time. Answers with the time to the next. */
async function scrubOnce(options: ScrubOptions, signal: AbortSignal): Promise<number> {
  const { position, roundMs } = options;
  const last = await position.read();
  const sinceMs = Date.now() - (last?.beganMs ?? 0);
  const isDone = last !== null && last.next === null;
  // A clock set back must not put the next round off for years.
  if (isDone && sinceMs >= 0 && sinceMs < roundMs) return roundMs - sinceMs;
  const beganMs = last === null || isDone ? Date.now() : last.beganMs;
  await scrubRound(options, beganMs, isDone ? null : (last?.next ?? null), signal);
  return Math.max(0, beganMs + roundMs - Date.now());
}

/** One round from a position to the end. Rejects when it is aborted, having noted where it was. */
async function scrubRound(
  { store, position, log, isIdle, bytesPerSecond }: ScrubOptions,
  beganMs: number,
  start: ScrubPosition["next"],
  signal: AbortSignal,
): Promise<void> {
  const contents = await Array.fromAsync(store.contents(), ({ hash }) => hash);
  const hashes = contents.filter((hash) => start === null || hash >= start.hash).toSorted();
  let next = start;
  let notedAt = Date.now();
  let faults = 0;
  try {
    for (const hash of hashes) {
      // Objects are looked at in the order of their record, so what comes next can be counted.
      const passed = start?.hash === hash ? start.objects : 0;
      let objects = 0;
      const before = async ({ sizeBytes }: ObjectRecord): Promise<boolean> => {
        objects += 1;
        if (objects <= passed) return false;
        await sleep((sizeBytes / bytesPerSecond) * 1000, undefined, { signal });
        while (!isIdle()) await sleep(idleLookMs, undefined, { signal });
        next = { hash, objects: objects - 1 };
        if (Date.now() - notedAt < noteMs) return true;
        notedAt = Date.now();
        await position.write({ beganMs, next });
        return true;
      };
      for await (const fault of store.verify(hash, before)) {
        faults += 1;
        await heal(store, log, fault);
      }
    }
  } catch (cause) {
    await position.write({ beganMs, next });
    throw cause;
  }
  await position.write({ beganMs, next: null });
  log.info("store looked through", { contents: hashes.length, faults });
}

async function heal(
  store: Pick<ContentStore, "discard">,
  log: Logger,
  fault: StoreFault,
): Promise<void> {
  log.error("stored object is missing or damaged", { ...fault });
  // Too many open files, or no right to read: that says nothing about the bytes.
  if (fault.reason !== "unreadable") await store.discard(fault.hash, fault.name);
}
