import { readFile } from "node:fs/promises";

/** What one round of load did, and what it cost the server. */
export interface Round {
  readonly requestsPerSecond: number;
  /** User + system time of the server, in microseconds for each request: steadier than the rate on a busy machine. */
  readonly cpuMicroseconds: number;
  /** Counted as they come, also of requests that the end of the round cuts off. */
  readonly bytesPerSecond: number;
  /** The same time in seconds for each byte. */
  readonly cpuPerByte: number;
}

export interface Load {
  readonly url: string;
  /** The process that serves. */
  readonly pid: number;
  readonly seconds: number;
  readonly connections: number;
  /** The core that wrk gets for itself. */
  readonly core: number;
  /** `Name: value` */
  readonly headers?: readonly string[];
}

/** Runs wrk once. Throws when any answer was not 2xx or a socket failed. */
export async function runLoad(load: Load): Promise<Round> {
  const before = await cpuSeconds(load.pid);
  const { url, seconds, connections, core, headers = [] } = load;
  const fields = headers.flatMap((header) => ["-H", header]);
  const args = ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "60", ...fields, url];
  const text = await Bun.$`taskset -c ${core} wrk ${args}`.text();
  const used = (await cpuSeconds(load.pid)) - before;
  const requests = Number(/(\d+) requests in/.exec(text)?.[1]);
  const requestsPerSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]);
  if (!(requests > 0) || /Non-2xx|Socket errors: .*(read|write) [1-9]/.test(text)) {
    throw new Error(`wrk did not measure what it should:\n${text}`);
  }
  const [, ran, read, unit = ""] = /in ([\d.]+)s, ([\d.]+)([KMGT]?)B read/.exec(text) ?? [];
  const bytes = Number(read) * 1024 ** ["", "K", "M", "G", "T"].indexOf(unit);
  return {
    requestsPerSecond,
    cpuMicroseconds: (used / requests) * 1e6,
    bytesPerSecond: bytes / Number(ran),
    cpuPerByte: used / bytes,
  };
}

/** proc(5): fields 14 and 15 of stat, in ticks of 10 ms. */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Resident memory now and at its highest, in MiB. */
export async function residentMiB(
  pid: number,
): Promise<{ readonly now: number; readonly peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, "latin1");
  const field = (name: string): number =>
    Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
  return { now: field("VmRSS"), peak: field("VmHWM") };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
