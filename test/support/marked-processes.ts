import { readdir, readFile } from "node:fs/promises";

export interface MarkedProcess {
  readonly pid: number;
  /** Words joined by spaces; empty for one that is ending. */
  readonly commandLine: string;
}

/** Living processes whose environment has `name=value`; zombies are not counted. */
export async function markedProcesses(name: string, value: string): Promise<MarkedProcess[]> {
  const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(
    pids.map(async (entry) => {
      // One that ended in the meantime has no files left: as good as not marked.
      const read = (file: string): Promise<string> =>
        readFile(`/proc/${entry}/${file}`, "utf8").catch(() => "");
      if (!(await read("environ")).split("\0").includes(`${name}=${value}`)) return [];
      if (/^State:\s+[ZX]/m.test(await read("status"))) return [];
      const commandLine = (await read("cmdline")).replaceAll("\0", " ").trim();
      return [{ pid: Number(entry), commandLine }];
    }),
  );
  return found.flat();
}

/** SIGKILL to each, by its id; one that is gone already is as it should be. */
export async function endProcesses(processes: readonly MarkedProcess[]): Promise<void> {
  for (const { pid } of processes) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      continue;
    }
  }
}
