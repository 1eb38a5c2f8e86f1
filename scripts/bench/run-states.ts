import { readdirSync, readFileSync } from "node:fs";

/** An FFmpeg that makes segments, as the kernel sees it. */
export interface RunState {
  readonly pid: number;
  readonly isStopped: boolean;
  /** User and system, milliseconds, counted in steps of ten. */
  readonly cpuMs: number;
  readonly residentMiB: number;
  /** What it was started with. */
  readonly words: readonly string[];
}

/** Those that a server has started (proc(5)). */
export function runsOf(server: number): RunState[] {
  const states = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => read(Number(pid)) ?? []);
  const parents = new Map(states.map(({ pid, parent }) => [pid, parent]));
  const isOurs = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined; at = parents.get(at)) {
      if (at === server) return true;
    }
    return false;
  };
  return states.filter(({ pid, words }) => words.includes("-segment_list") && isOurs(pid));
}

/** undefined for a process that is gone. */
function read(pid: number): (RunState & { readonly parent: number }) | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return {
      ...{ pid, parent: Number(fields[1]), isStopped: fields[0] === "T" },
      cpuMs: (Number(fields[11]) + Number(fields[12])) * 10,
      residentMiB: (Number(fields[21]) * 4096) / 2 ** 20,
      words: readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0"),
    };
  } catch {
    return undefined;
  }
}
