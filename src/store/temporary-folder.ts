import { mkdirSync, readdirSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isProcessAlive } from "./living-process.ts";

/** The store's `tmp/`: names for what is being written, and the end of what was left behind. */
export interface TemporaryFolder {
  /** A path nothing else uses, in the store's own file system. The folder is made again where it was cleared away. */
  newPath(): Promise<string>;
  /** Removes what dead processes left. Another living process' files (`viewra store verify`) stay. */
  sweep(): Promise<number>;
}

/** Makes the folder and notes what lies in it: only that is swept, never what is written from now on. */
export function createTemporaryFolder(path: string): TemporaryFolder {
  mkdirSync(path, { recursive: true });
  const leftovers = readdirSync(path);
  const instance = crypto.randomUUID().slice(0, 8);
  let count = 0;
  return {
    newPath: async () => {
      const name = `${process.pid}-${instance}-${count++}`;
      await mkdir(path, { recursive: true });
      return join(path, name);
    },
    sweep: async () => {
      const dead = leftovers.filter((name) => !isOwnedByAnother(name));
      for (const name of dead) await rm(join(path, name), { recursive: true, force: true });
      return dead.length;
    },
  };
}

/** In a container every start has the same process id: what bears our own is from an earlier life. */
function isOwnedByAnother(name: string): boolean {
  const pid = Number(/^(\d{1,10})-/.exec(name)?.[1] ?? 0);
  return pid > 0 && pid !== process.pid && isProcessAlive(pid);
}
