import { expect, test } from "bun:test";
import { createProgressBar, createProgressText } from "../../src/cli/progress-bar.ts";
import { recordOutput } from "./recording-stream.ts";

const full = "█";
const empty = "░";

test("a terminal shows one bar that grows, the time left, and at the end the time it took", () => {
  const { output, screen } = recordOutput({ isTTY: true, columns: 100 });
  let now = 0;
  const bar = createProgressBar(output, "film.mkv", () => now);
  bar.update(0, 1);
  expect(screen()).toEqual([`${empty.repeat(24)}   0% film.mkv`]);
  now = 30_000;
  bar.update(1, 4, "segment 1/4");
  expect(screen()).toEqual([
    `${full.repeat(6)}${empty.repeat(18)}  25% 1:30 left film.mkv segment 1/4`,
  ]);
  now = 100_000;
  bar.update(4, 4, "segment 4/4");
  bar.end();
  expect(screen()).toEqual([`${full.repeat(24)} 100% in 1:40 film.mkv segment 4/4`, ""]);
});

test("a bar is full only when everything is done", () => {
  const { output, screen } = recordOutput({ isTTY: true, columns: 100 });
  createProgressBar(output, "film.mkv", () => 0).update(9999, 10_000);
  expect(screen()[0]).toContain(`${empty}  99%`);
});

test("an ended bar that was never drawn leaves no empty line", () => {
  const { output, text } = recordOutput({ isTTY: true, columns: 100 });
  createProgressBar(output, "film.mkv").end();
  expect(text()).toBe("");
});

test("results on the same terminal get a line of their own", () => {
  const { output, text } = recordOutput({ isTTY: true, columns: 100 });
  const bar = createProgressBar(output, "verify", () => 0);
  bar.update(1, 2);
  bar.clear();
  expect(text().endsWith("\r\u001b[K")).toBe(true);
});

test("a log or a pipe gets a plain line at every tenth and no more", () => {
  const { output, text } = recordOutput();
  const bar = createProgressBar(output, "film.mkv");
  for (let done = 0; done <= 1000; done++) bar.update(done, 1000, `segment ${done}/1000`);
  bar.end();
  const lines = text().trimEnd().split("\n");
  expect(lines).toHaveLength(11);
  expect(lines[3]).toBe("film.mkv 30% segment 300/1000");
  expect(text()).not.toContain("\u001b");
});

test("nothing of nothing is no progress", () => {
  const { output, text } = recordOutput();
  createProgressBar(output, "verify").update(0, 0);
  expect(text()).toBe("verify 0%\n");
});

test("a name with a newline stays on the bar's line", () => {
  const { output, text } = recordOutput();
  createProgressBar(output, "new\nline\u001b[2J.mkv").update(0, 1);
  expect(text()).toBe("new\\u000aline\\u001b[2J.mkv 0%\n");
});

test("progress without an end in sight is a changing line on a terminal, elsewhere one now and then", () => {
  let now = 0;
  const terminal = recordOutput({ isTTY: true, columns: 100 });
  const pipe = recordOutput();
  for (const { output } of [terminal, pipe]) {
    now = 0;
    const progress = createProgressText(output, () => now);
    for (now = 0; now <= 25_000; now += 1000) progress.update(`${now / 1000} files`);
    progress.end();
  }
  expect(terminal.screen()).toEqual(["25 files", ""]);
  expect(pipe.text()).toBe("10 files\n20 files\n");
});
