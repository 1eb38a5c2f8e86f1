import { resolve } from "node:path";

/** Source files by their path from the repository's root, `src/media/plan.ts`, with their text. */
export type SourceTree = ReadonlyMap<string, string>;

/** Reads what most rules are about: our own code and what it is made of, not tests. */
export function readSourceTree(root: string): Promise<SourceTree> {
  return readTree(root, ["src/**/*.{ts,tsx,css,html}", "plugins/**/*.{ts,tsx}"]);
}

export function readTestTree(root: string): Promise<SourceTree> {
  return readTree(root, ["test/**/*.{ts,tsx}"]);
}

async function readTree(root: string, patterns: readonly string[]): Promise<SourceTree> {
  const tree = new Map<string, string>();
  for (const pattern of patterns) {
    for await (const path of new Bun.Glob(pattern).scan(root)) {
      tree.set(path.replaceAll("\\", "/"), await Bun.file(resolve(root, path)).text());
    }
  }
  return tree;
}
