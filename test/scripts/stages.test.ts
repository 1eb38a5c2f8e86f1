import { expect, test } from "bun:test";
import { Glob } from "bun";
import { join } from "node:path";
import { stages } from "../../scripts/checks/stages.ts";

const root = join(import.meta.dir, "../..");

/** Stages of tests that run a file, by their words. */
function stagesOf(file: string): string[] {
  return stages
    .filter(({ isTest }) => isTest)
    .filter(({ command }) => {
      const ignored = command[command.indexOf("--path-ignore-patterns") + 1];
      if (command.includes("--path-ignore-patterns")) return !new Glob(ignored ?? "").match(file);
      return command.some((word) => word.startsWith("test/") && file.startsWith(word));
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

test("what runs at night runs only when it is named", () => {
  expect(stages.filter(({ onlyWhenNamed }) => onlyWhenNamed).map(({ name }) => name)).toEqual([
    "nightly",
  ]);
});
