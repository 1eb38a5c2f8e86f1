import { expect, test } from "bun:test";
import { formatBytes, formatClock, formatDuration, printable } from "../../src/cli/printable.ts";

test("names out of files have no power over the terminal and stay on one line", () => {
  expect(printable("new\nline\ttab")).toBe("new\\u000aline\\u0009tab");
  expect(printable("\u001b]0;title\u0007\u009b31m")).toBe("\\u001b]0;title\\u0007\\u009b31m");
  expect(printable("film\u202egpm.exe")).toBe("film\\u202egpm.exe");
  expect(printable("lone \ud800 surrogate")).toBe("lone \ufffd surrogate");
  expect(printable("Größe 映画 🎬 'quoted' %d")).toBe("Größe 映画 🎬 'quoted' %d");
});

test("bytes are given in the unit in which a person would read them", () => {
  const cases: [number, string][] = [
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [999_949, "999.9 kB"],
    [999_951, "1.0 MB"],
    [1_500_000_000, "1.5 GB"],
    [2.5e18, "2500.0 PB"],
  ];
  for (const [bytes, text] of cases) expect(formatBytes(bytes)).toBe(text);
});

test("durations carry over into minutes and hours when they are rounded", () => {
  expect(formatDuration(0)).toBe("0:00.0");
  expect(formatDuration(59.94)).toBe("0:59.9");
  expect(formatDuration(59.96)).toBe("1:00.0");
  expect(formatDuration(3599.99)).toBe("1:00:00.0");
  expect(formatDuration(3723.5)).toBe("1:02:03.5");
  expect(formatClock(61)).toBe("1:01");
  expect(formatClock(36_061)).toBe("10:01:01");
});
