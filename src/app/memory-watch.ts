import { readFileSync } from "node:fs";
import { freemem, totalmem } from "node:os";

/** Below this share of all memory, what is held ends rather than is kept. */
const leastShare = 1 / 10;
const believedMs = 1000;

/**
 * Says whether memory is short: of the machine, or of the control group (a container's limit). Looks once
 * a second at most.
 */
export function createMemoryWatch(read: MemoryReader = readSystem): () => boolean {
  let lookedAt = -Infinity;
  let isShort = false;
  return () => {
    const now = performance.now();
    if (now - lookedAt < believedMs) return isShort;
    lookedAt = now;
    isShort = isMemoryShort(read);
    return isShort;
  };
}

/** The text of a file of the system; null where there is none. */
export type MemoryReader = (path: string) => string | null;

/** Pure but for what it is given to read: Linux's meminfo, and the files of control groups, version 2. */
export function isMemoryShort(read: MemoryReader): boolean {
  return [machine(read), controlGroup(read)].some(
    (room) => room !== null && room.availableBytes < room.totalBytes * leastShare,
  );
}

interface Room {
  readonly totalBytes: number;
  readonly availableBytes: number;
}

function machine(read: MemoryReader): Room | null {
  const text = read("/proc/meminfo");
  if (text === null) return { totalBytes: totalmem(), availableBytes: freemem() };
  const kib = (name: string): number | null =>
    numberAfter(text, new RegExp(`^${name}:\\s+(\\d+)`, "m"));
  const [total, available] = [kib("MemTotal"), kib("MemAvailable")];
  if (total === null || available === null) return null;
  return { totalBytes: total * 1024, availableBytes: available * 1024 };
}

/** Pages of files that nobody uses are given back when memory is needed: they are not short of anything. */
function controlGroup(read: MemoryReader): Room | null {
  const [limit, used] = ["max", "current"].map((name) =>
    numberAfter(read(`/sys/fs/cgroup/memory.${name}`) ?? "", /^(\d+)/),
  );
  if (typeof limit !== "number" || typeof used !== "number") return null;
  const stat = read("/sys/fs/cgroup/memory.stat") ?? "";
  const reclaimable = numberAfter(stat, /^inactive_file (\d+)/m) ?? 0;
  return { totalBytes: limit, availableBytes: limit - used + reclaimable };
}

function numberAfter(text: string, pattern: RegExp): number | null {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

function readSystem(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
