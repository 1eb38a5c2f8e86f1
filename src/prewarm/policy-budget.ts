import type { DayHours, PrewarmConfig } from "../config/prewarm.ts";
import type { PolicyWork } from "../db/jobs.ts";
import { dayOf } from "./job.ts";

/** What policies have used of their budget, and what there is. Bytes and seconds. */
export interface BudgetFacts {
  readonly now: number;
  /** Of what they made, as far as it is stored still. */
  readonly usedBytes: number;
  readonly workedTodaySeconds: number;
  /** Room on the store's disk. */
  readonly freeBytes: number;
}

/** A policy leaves so much of the disk to what people ask for. */
const policyFloorBytes = 1024 ** 3;
/** Of the room that would be there without what policies made. */
const shareOfRoom = 0.1;

/** Why policies have to rest, as a sentence; null where they may go on. */
export function whyPoliciesRest(
  { hours, maxBytes, minutesPerDay }: Omit<PrewarmConfig, "policies">,
  { now, usedBytes, workedTodaySeconds, freeBytes }: BudgetFacts,
): string | null {
  const limit = maxBytes ?? (freeBytes + usedBytes) * shareOfRoom;
  if (hours !== null && !isWithin(hours, now)) return "It is outside PREWARM_HOURS";
  if (workedTodaySeconds >= minutesPerDay * 60) return "PREWARM_MINUTES of this day are used";
  if (usedBytes >= limit) return "What policies made is as large as PREWARM_MAX_BYTES allows";
  if (freeBytes < policyFloorBytes) return "The store's disk is nearly full";
  return null;
}

/** Whether a moment is within hours of the day, by this machine's clock. */
function isWithin({ fromMinute, toMinute }: DayHours, unixMs: number): boolean {
  const date = new Date(unixMs);
  const minute = date.getHours() * 60 + date.getMinutes();
  return fromMinute < toMinute
    ? minute >= fromMinute && minute < toMinute
    : minute >= fromMinute || minute < toMinute;
}

/**
 * What policies have used: bytes of each content that are stored still, as `storedBytes` has them, and no more of a content
 * than they made of it; and seconds of this day.
 */
export function usedBudget(
  work: readonly PolicyWork[],
  storedBytes: ReadonlyMap<string, number>,
  nowMs: number,
): Pick<BudgetFacts, "usedBytes" | "workedTodaySeconds"> {
  const made = new Map<string, number>();
  let workedTodaySeconds = 0;
  const today = dayOf(nowMs);
  for (const { contentHash, bytes, workedDay, workedSeconds } of work) {
    if (workedDay === today) workedTodaySeconds += workedSeconds;
    if (contentHash !== null) made.set(contentHash, (made.get(contentHash) ?? 0) + bytes);
  }
  let usedBytes = 0;
  for (const [hash, bytes] of made) usedBytes += Math.min(bytes, storedBytes.get(hash) ?? 0);
  return { usedBytes, workedTodaySeconds };
}
