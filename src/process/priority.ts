import { readdir, writeFile } from "node:fs/promises";
import { getPriority, setPriority } from "node:os";
import { errno } from "../errors/viewra-error.ts";

/** The kernel takes one a tenth of a second from who is not its administrator (`proc_sched_autogroup_set_nice`). */
const retryMs = 130;
const mostTries = 20;
/** When a child that was started on a busy machine has become what it is to be, and has its threads. */
const threadLooksMs = [100, 900] as const;
/** Whoever answers requests has little to do for each, and goes before whatever makes segments. */
const ownNiceness = -5;
const highest = 19;
/** What whoever started this program wished: everything is told from there. */
const wished = getPriority();

/**
 * How soon a child, which was just started in a session of its own, lets others have the processor: 0 to 19 on
 * top of what this program was started with, inherited over exec. Linux shares the processor between sessions first
 * (sched(7), the autogroup feature) and heeds what is said of a process only within its own, so both are told.
 */
export function lowerPriority(pid: number, niceness: number, isAlive: () => boolean): void {
  const wanted = Math.min(highest, wished + niceness);
  if (!prioritize(pid, wanted)) return;
  if (wanted > 0) void tellAutogroup(String(pid), wanted, isAlive);
  if (process.platform === "linux") void tellThreads(pid, wanted, isAlive);
}

/** The same for what nobody waits for: last for the processor, and for the disk where that has an order (ionice). */
export function makeIdle(pid: number, isIdle: () => boolean): void {
  lowerPriority(pid, highest, isIdle);
  orderDisk(pid, ["-c", "3"]);
}

/** It is wanted now. Who is no administrator gives no processor back: then it stays as nice, and reads at the usual rank. */
export function endIdle(pid: number, niceness: number, isAlive: () => boolean): void {
  lowerPriority(pid, niceness, isAlive);
  orderDisk(pid, ["-c", "2", "-n", "4"]);
}

const ionicePath = process.platform === "linux" ? Bun.which("ionice") : null;

/** Of the whole group, which has the id of its first process. */
function orderDisk(group: number, rank: readonly string[]): void {
  if (ionicePath === null) return;
  try {
    // Whether the disk heeds it is its scheduler's to say.
    Bun.spawn([ionicePath, ...rank, "-P", String(group)], {
      ...{ stdin: "ignore", stdout: "ignore", stderr: "ignore" },
    }).unref();
  } catch {
    // Too many processes, or no memory: nothing is lost.
  }
}

/** Has this process answer before others are heard. Only an administrator may: what may not stays as it is. */
export function raiseOwnPriority(): void {
  const wanted = wished + ownNiceness;
  if (prioritize(process.pid, wanted)) void tellAutogroup("self", wanted, () => true);
}

/** False where the process is gone, or may not. */
function prioritize(pid: number, niceness: number): boolean {
  try {
    setPriority(pid, niceness);
    return true;
  } catch {
    return false;
  }
}

/** Threads that were begun before their process was told are as nice as this one is: Linux tells each by itself. */
async function tellThreads(pid: number, niceness: number, isAlive: () => boolean): Promise<void> {
  for (const delayMs of threadLooksMs) {
    await later(delayMs);
    if (!isAlive()) return;
    const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
    for (const thread of threads.map(Number)) prioritize(thread, niceness);
  }
}

async function tellAutogroup(pid: string, niceness: number, isAlive: () => boolean): Promise<void> {
  if (process.platform !== "linux") return;
  for (let tries = 0; tries < mostTries && isAlive(); tries++) {
    try {
      await writeFile(`/proc/${pid}/autogroup`, String(niceness), { flag: "r+" });
      return;
    } catch (thrown) {
      // Else the kernel has no such groups, or the child is gone.
      if (errno(thrown) !== "EAGAIN") return;
    }
    await later(retryMs);
  }
}

/** Keeps nobody from ending. */
function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
