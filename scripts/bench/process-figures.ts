import { readFile } from "node:fs/promises";

/** Processor time, user and system, in seconds. */
export interface CpuSeconds {
  readonly own: number;
  /** Of its children, and theirs, that have ended. */
  readonly children: number;
}

export const totalSeconds = ({ own, children }: CpuSeconds): number => own + children;

/** proc(5): fields 14 to 17 of stat, in ticks of 10 ms. */
export async function cpuSeconds(pid: number): Promise<CpuSeconds> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = (from: number): number => Number(fields[from]) + Number(fields[from + 1]);
  return { own: ticks(11) / 100, children: ticks(13) / 100 };
}

/** Resident memory, MiB. */
export async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "latin1");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
