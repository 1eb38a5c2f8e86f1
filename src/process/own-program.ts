import { resolve } from "node:path";

/** The words that start this program once more: the executable, or Bun with the source it runs. */
export function ownProgram(): string[] {
  // A compiled program's files lie in a folder of its own (`/$bunfs`, on Windows `B:\~BUN`).
  const isCompiled = /\$bunfs|~BUN/.test(import.meta.path);
  return isCompiled
    ? [process.execPath]
    : [process.execPath, resolve(import.meta.dir, "../main.ts")];
}
