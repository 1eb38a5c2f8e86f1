import { expect, test } from "bun:test";
import { Glob } from "bun";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stages } from "../../scripts/checks/stages.ts";

const root = join(import.meta.dir, "../..");

/** Stages of tests that run a file, by their words. */
function stagesOf(file: string): string[] {
  return stages
    .filter(({ isTest }) => isTest)
    .filter(({ command }) => {
      const at = command.indexOf("--path-ignore-patterns");
      if (at >= 0 && new Glob(command[at + 1] ?? "").match(file)) return false;
      const named = command.filter((word) => word.startsWith("test/"));
      return named.length === 0 || named.some((word) => file.startsWith(word));
    })
    .map(({ name }) => name);
}

const files = [...new Glob("test/**/*.test.ts").scanSync(root)].toSorted();

test.each(files)("%s runs in one stage, and at night if it is the zoo or slow", (file) => {
  const isSlow = file.startsWith("test/nightly/");
  const named = stagesOf(file);
  expect(named.includes("nightly")).toBe(isSlow || file.startsWith("test/zoo/"));
  expect(named.filter((name) => name !== "nightly")).toHaveLength(isSlow ? 0 : 1);
});

const transpiler = new Bun.Transpiler({ loader: "ts" });

/** A file and all that it imports of ours, by paths from the root. */
function importedBy(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { path } of transpiler.scanImports(readFileSync(join(root, file), "utf8"))) {
    if (path.startsWith(".") && path.endsWith(".ts")) importedBy(join(dirname(file), path), seen);
  }
  return seen;
}

test("what opens a browser runs where no other file takes time from it", () => {
  const opens = files.filter((file) => importedBy(file).has("test/support/chromium.ts"));
  expect(opens.length).toBeGreaterThan(5);
  for (const file of opens) expect(stagesOf(file), file).toEqual(["alone"]);
  const alone = stages.find(({ name }) => name === "alone");
  expect(alone?.command.join(" ")).not.toContain("--parallel");
});

test("what runs at night runs only when it is named", () => {
  expect(stages.filter(({ onlyWhenNamed }) => onlyWhenNamed).map(({ name }) => name)).toEqual([
    "nightly",
  ]);
});
