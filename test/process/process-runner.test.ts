import { afterEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "../../src/log/logger.ts";
import { describeFailure, failureError } from "../../src/process/process-result.ts";
import { createProcessRunner, type ProcessRunner } from "../../src/process/process-runner.ts";
import { isAlive } from "../support/is-alive.ts";

const log = createLogger({ level: "error", format: "text", write: () => {} });
const setprivPath = Bun.which("setpriv");
const runners: ProcessRunner[] = [];
const create = (guarded = true): ProcessRunner => {
  const runner = createProcessRunner({ log, setprivPath: guarded ? setprivPath : null });
  runners.push(runner);
  return runner;
};
afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.close()));
});

const sh = (script: string) => ({ command: "/bin/sh", args: ["-c", script] });

describe("a child process", () => {
  test("comes back with what it printed and how it ended", async () => {
    const result = await create().run(sh("echo out; echo err >&2; exit 3"));
    expect(result).toMatchObject({ ok: false, exitCode: 3, stdout: "out\n", stderrTail: "err\n" });
    expect(describeFailure(result)).toContain("exit code 3: err");
    expect(failureError(result, "ENCODE_FAILED").code).toBe("ENCODE_FAILED");
  });

  test("that says that the disk is full has not met a bad film", async () => {
    const said = "av_interleaved_write_frame(): No space left on device";
    const result = await create().run(sh(`echo "${said}" >&2; exit 1`));
    expect(failureError(result, "MEDIA_UNREADABLE").code).toBe("STORAGE_FULL");
  });

  test.each([true, false])(
    "that is not there is said to be missing (guarded: %p)",
    async (guarded) => {
      const result = await create(guarded).run({ command: "/no/such/program", args: [] });
      expect(result.notStarted).toBe(true);
      expect(failureError(result, "ENCODE_FAILED").code).toBe("PROGRAM_MISSING");
    },
  );

  test("gets its arguments untouched by any shell", async () => {
    const word = "a b;$(touch /tmp/never)'\"\n%s";
    const result = await create().run({ command: "/usr/bin/printf", args: ["%s", word] });
    expect(result.stdout).toBe(word);
    // The logged line can be pasted into a shell and means the same.
    const pasted = await create().run(sh(result.commandLine));
    expect(pasted.stdout).toBe(word);
  });

  test("is ended with all that it started when its time is over", async () => {
    const runner = create();
    const child = runner.start({
      ...sh("sleep 60 & echo $!; trap '' TERM; wait; sleep 60"),
      timeoutMs: 300,
    });
    const result = await child.result;
    expect(result).toMatchObject({ timedOut: true, ok: false });
    await Bun.sleep(50);
    expect(isAlive(Number(result.stdout.trim()))).toBe(false);
    expect(failureError(result, "ENCODE_FAILED").code).toBe("PROCESS_TIMEOUT");
  });

  test("is ended by its signal, also one that fired before", async () => {
    const abort = new AbortController();
    const running = create().run({ ...sh("sleep 60"), signal: abort.signal });
    abort.abort();
    expect((await running).cancelled).toBe(true);
    expect((await create().run({ ...sh("sleep 60"), signal: abort.signal })).cancelled).toBe(true);
  });

  test("costs no memory however much it prints", async () => {
    const result = await create().run(sh("yes error | head -c 50000000 >&2; echo last >&2"));
    expect(result.stderrTail.length).toBeLessThanOrEqual(16 * 1024);
    expect(result.stderrTail.endsWith("last\n")).toBe(true);
    const flood = await create().run({ ...sh("yes"), maxStdoutBytes: 1000 });
    expect(flood).toMatchObject({ overflowed: true, ok: false });
    expect(flood.stdout.length).toBeLessThanOrEqual(1000);
  });

  test("hands on its lines as they come, cut ones whole", async () => {
    const lines: string[] = [];
    await create().run({
      ...sh("printf 'on'; sleep 0.05; printf 'e\\ntwo\\nthree'"),
      onLine: (line) => lines.push(line),
    });
    expect(lines).toEqual(["one", "two", "three"]);
  });

  test("stands still while suspended", async () => {
    const folder = await mkdtemp(join(tmpdir(), "viewra-process-"));
    const file = join(folder, "ticks");
    const child = create().start(sh(`while :; do echo >> '${file}'; sleep 0.01; done`));
    while (!existsSync(file)) await Bun.sleep(5);
    child.suspend();
    await Bun.sleep(60);
    const before = Bun.file(file).size;
    await Bun.sleep(150);
    expect(Bun.file(file).size).toBe(before);
    child.resume();
    await Bun.sleep(150);
    expect(Bun.file(file).size).toBeGreaterThan(before);
    child.suspend();
    child.kill();
    expect((await child.result).cancelled).toBe(true);
    await rm(folder, { recursive: true });
  });
});

describe("the runner", () => {
  test("ends every child when it closes and starts no other", async () => {
    const runner = create();
    const children = [1, 2, 3].map(() => runner.start(sh("sleep 60")));
    await runner.close();
    expect(children.map(({ pid }) => isAlive(pid))).toEqual([false, false, false]);
    expect(runner.running).toBe(0);
    expect((await runner.run(sh("true"))).cancelled).toBe(true);
  });

  test.skipIf(setprivPath === null).each([
    ["", ""],
    [", not even one that was suspended the instant it was started", "child.suspend()"],
  ])("leaves no child behind when its process is killed with -9%s", async (_, then) => {
    const path = (name: string): string => JSON.stringify(join(import.meta.dir, "../../src", name));
    const script = `
      import { createLogger } from ${path("log/logger.ts")};
      import { createProcessRunner } from ${path("process/process-runner.ts")};
      const log = createLogger({ level: "error", format: "text", write: () => {} });
      const runner = createProcessRunner({ log, setprivPath: ${JSON.stringify(setprivPath)} });
      const children = Array.from({ length: 16 }, () => {
        const child = runner.start({ command: "/bin/sleep", args: ["60"] });
        ${then}
        return child;
      });
      console.log(children.map(({ pid }) => pid).join());
      await children[0].result;`;
    const parent = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
    const reader = parent.stdout.getReader();
    const printed = new TextDecoder().decode((await reader.read()).value).trim();
    process.kill(parent.pid, "SIGKILL");
    await parent.exited;
    const pids = printed.split(",").map(Number);
    expect(pids).toHaveLength(16);
    await Bun.sleep(300);
    const left = pids.filter(isAlive);
    for (const pid of left) process.kill(pid, "SIGKILL");
    expect(left).toEqual([]);
  });
});
