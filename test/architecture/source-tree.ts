import { resolve } from "node:path";

/** Source files by their path from the repository's root, `src/media/plan.ts`, with their text. */
export type SourceTree = ReadonlyMap<string, string>;

/** Reads what the rules are about: our own code and what it is made of, not tests. */
export async function readSourceTree(root: string): Promise<SourceTree> {
  const tree = new Map<string, string>();
  for (const pattern of ["src/**/*.{ts,tsx,css,html}", "plugins/**/*.{ts,tsx}"]) {
    for await (const path of new Bun.Glob(pattern).scan(root)) {
      tree.set(path.replaceAll("\\", "/"), await Bun.file(resolve(root, path)).text());
    }
  }
  return tree;
}
