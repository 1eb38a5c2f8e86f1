import { readFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";

/** Ticks a second that Linux counts in, wherever Bun runs. */
const ticksASecond = 100;

/** proc(5): utime, stime, cutime and cstime of a line of `stat`, seconds. */
async function timesOf(path: string): Promise<readonly number[]> {
  const line = await readFile(path, "utf8");
  // The name before stands in brackets and may hold anything.
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).map((ticks) => Number(ticks) / ticksASecond);
}

/** Processor time of a process and of its children that have ended, seconds. */
async function processorSeconds(pid: number): Promise<number> {
  return (await timesOf(`/proc/${pid}/stat`)).reduce((sum, seconds) => sum + seconds, 0);
}

/** Processor time of a process's first thread alone, which in Bun is the one that answers requests, seconds. */
export async function eventLoopSeconds(pid: number): Promise<number> {
  const [user = 0, system = 0] = await timesOf(`/proc/${pid}/task/${pid}/stat`);
  return user + system;
}

/**
 * How long something took a process, seconds: by the clock, or, where others had the processors meanwhile, by what it
 * and its children took of them. What only waits is not excused: the clock counts beyond what the machine's load explains.
 */
export async function secondsTaken(
  pid: number,
  limit: number,
  work: () => Promise<unknown>,
): Promise<number> {
  const [began, worked] = [performance.now(), await processorSeconds(pid)];
  await work();
  const elapsed = (performance.now() - began) / 1000;
  // Posters and the reading of texts give way to everything else.
  const patience = 10 * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
  if (elapsed <= limit || elapsed > patience * limit) return elapsed;
  return (await processorSeconds(pid)) - worked;
}
