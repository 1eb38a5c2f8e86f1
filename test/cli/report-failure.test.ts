import { expect, test } from "bun:test";
import { reportFailure } from "../../src/cli/report-failure.ts";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { recordOutput } from "./recording-stream.ts";

function report(thrown: unknown, env: Readonly<Record<string, string>> = {}): [number, string] {
  const [stdout, stderr] = [recordOutput(), recordOutput()];
  const interrupted = new AbortController().signal;
  const terminal = { stdout: stdout.output, stderr: stderr.output, env, interrupted };
  const code = reportFailure(thrown, terminal);
  expect(stdout.text()).toBe("");
  return [code, stderr.text()];
}

test("a foreseen error is one sentence, its cause shown to whoever debugs", () => {
  const cause = new Error("the real reason");
  const error = new ViewraError("MEDIA_UNREADABLE", "film.mkv: The file is empty", { cause });
  expect(report(error)).toEqual([1, "viewra: film.mkv: The file is empty\n"]);
  expect(report(error, { LOG_LEVEL: "debug" })[1]).toContain("the real reason");
});

test("an error of the system is its message without a stack", () => {
  const error = Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" });
  expect(report(error)).toEqual([1, "viewra: EIO: i/o error, read\n"]);
  const full = Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" });
  expect(report(full)[1]).toMatch(/^viewra: There is no room left on the disk/);
});

test("what FFmpeg said of its own failure is told, made harmless", () => {
  const stderr = "frame 7\n\u001b[2Jcorrupt input\n";
  const error = new ViewraError("ENCODE_FAILED", "FFmpeg ended", { details: { stderr } });
  expect(report(error)[1]).toBe("viewra: FFmpeg ended\n  frame 7\n  \\u001b[2Jcorrupt input\n");
});

test("what nobody foresaw comes with its stack", () => {
  const [code, text] = report(new TypeError("undefined is not a film"));
  expect(code).toBe(1);
  expect(text).toMatch(/^viewra: TypeError: undefined is not a film\n +at /);
});
