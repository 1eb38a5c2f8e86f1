import { expect, test } from "bun:test";
import { join } from "node:path";
import { isMet, valueText, type Figure } from "../../scripts/bench/figure.ts";
import { printReport, writeBetweenMarkers } from "../../scripts/bench/report.ts";
import { spread } from "../../scripts/bench/statistics.ts";
import { createTempFolder } from "../support/temp-folder.ts";

const ratio = (values: number[], target?: Figure["target"]): Figure => ({
  what: "start",
  unit: "×",
  values,
  ...(target === undefined ? {} : { target }),
});

test("the middle of an even number of rounds lies between the two in the middle", () => {
  expect(spread([4, 1, 10, 2])).toEqual({ median: 3, min: 1, max: 10 });
  expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
});

test("a benchmark that measured nothing has no result", () => {
  expect(() => spread([])).toThrow(RangeError);
});

test("a target is judged by the median, in either direction, its edge included", () => {
  expect(isMet(ratio([1, 1.35, 9], { atMost: 1.35 }))).toBe(true);
  expect(isMet(ratio([1, 1.36, 1.4], { atMost: 1.35 }))).toBe(false);
  expect(isMet(ratio([0.1, 0.3, 0.9], { atLeast: 0.3 }))).toBe(true);
  expect(isMet(ratio([0.1, 0.29, 0.9], { atLeast: 0.3 }))).toBe(false);
  expect(isMet(ratio([99]))).toBe(true);
});

test("a value is shown with its lowest and highest round", () => {
  expect(valueText(ratio([1.2, 1.1, 1.314]))).toBe("1.20 (1.10..1.31)");
  expect(valueText({ what: "idle", unit: "MiB", values: [80.4] })).toBe("80 MiB (80..80)");
});

test("the report says of each figure whether its target was missed", () => {
  const about = "What it is.";
  const figures = [ratio([1.5], { atMost: 1.35 }), ratio([1.2], { atMost: 1.35 }), ratio([2])];
  const report = printReport(["Machine: one"], [{ title: "Cold start", about, figures }]);
  expect(report).toContain("- Machine: one");
  expect(report).toContain("## Cold start\n\nWhat it is.");
  expect(report).toContain("| start | 1.50 (1.50..1.50) | ≤ 1.35 | **missed** |");
  expect(report).toContain("| start | 1.20 (1.20..1.20) | ≤ 1.35 | met |");
  expect(report).toContain("| start | 2.00 (2.00..2.00) |  |  |");
});

test("only what stands between the markers is replaced", async () => {
  await using folder = await createTempFolder("bench");
  const path = join(folder.path, "BENCHMARKS.md");
  await Bun.write(path, "before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n");
  await writeBetweenMarkers(path, "new");
  const expected = "before\n<!-- bench:begin -->\n\nnew\n\n<!-- bench:end -->\nafter\n";
  expect(await Bun.file(path).text()).toBe(expected);
});

test("a file without the markers is left as it is", async () => {
  await using folder = await createTempFolder("bench");
  const path = join(folder.path, "README.md");
  await Bun.write(path, "mine");
  await expect(writeBetweenMarkers(path, "new")).rejects.toThrow("expected <!-- bench:begin -->");
  expect(await Bun.file(path).text()).toBe("mine");
});
