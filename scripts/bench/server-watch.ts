import { readdirSync, readFileSync } from "node:fs";
import { request, Agent } from "node:http";

/** What was seen of a server while it was watched. */
export interface Seen {
  /** The longest that a health check, one every 10 ms over one connection, waited for its answer. */
  readonly longestPingMs: number;
  readonly mostChildren: number;
  /** Resident memory of the server and all its children, MiB, in the order it was sampled. */
  readonly memoryMiB: readonly number[];
  /** Files and sockets that the server itself has open, likewise. */
  readonly openFiles: readonly number[];
}

export interface Watch {
  stop(): Promise<Seen>;
}

const pingEveryMs = 10;
const sampleEveryMs = 250;
/** A ping that takes longer counts as that long: a frozen server must not freeze the measurement. */
const patienceMs = 60_000;

/** Watches a server until told to stop. */
export function watchServer(url: string, pid: number): Watch {
  const stop = new AbortController();
  let longestPingMs = 0;
  let mostChildren = 0;
  let pingSince: number | null = null;
  const memoryMiB: number[] = [];
  const openFiles: number[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });

  const pings = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const began = performance.now();
      pingSince = began;
      await ping(new URL("/api/health", url), agent);
      const took = performance.now() - began;
      pingSince = null;
      longestPingMs = Math.max(longestPingMs, took);
      await Bun.sleep(Math.max(0, pingEveryMs - took));
    }
  };
  const samples = setInterval(() => {
    const { children, residentMiB } = processTree(pid);
    mostChildren = Math.max(mostChildren, children);
    memoryMiB.push(residentMiB);
    openFiles.push(readdirSync(`/proc/${pid}/fd`).length);
  }, sampleEveryMs);
  void pings();

  return {
    stop: async () => {
      stop.abort();
      clearInterval(samples);
      // One that still waits has waited so long at least.
      if (pingSince !== null)
        longestPingMs = Math.max(longestPingMs, performance.now() - pingSince);
      agent.destroy();
      return { longestPingMs, mostChildren, memoryMiB, openFiles };
    },
  };
}

function ping(url: URL, agent: Agent): Promise<void> {
  return new Promise((resolve) => {
    const asked = request(url, { agent, timeout: patienceMs }, (response) => {
      response.resume();
      response.on("close", resolve);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve());
    asked.end();
  });
}

/** The children of a process and the memory of all of them and itself (proc(5): fields 4 and 24 of stat). */
function processTree(root: number): { readonly children: number; readonly residentMiB: number } {
  let children = 0;
  let pages = 0;
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statFields(name);
    const isRoot = Number(name) === root;
    if (!isRoot && Number(fields[1]) !== root) continue;
    if (!isRoot) children++;
    pages += Number(fields[21] ?? 0);
  }
  return { children, residentMiB: (pages * pageBytes) / 2 ** 20 };
}

const pageBytes = 4096;

/** From the third field on; empty for a process that is gone. */
function statFields(pid: string): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}
