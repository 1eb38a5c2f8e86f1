import { afterAll, beforeAll, expect, test } from "bun:test";
import { createLogger } from "../../src/log/logger.ts";
import { createProcessRunner, type ProcessRunner } from "../../src/process/process-runner.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { isAlive } from "../support/is-alive.ts";

const log = createLogger({ level: "error", format: "text", write: () => {} });
let folder: TempFolder;
let runner: ProcessRunner;
beforeAll(async () => {
  folder = await createTempFolder("fed");
  runner = createProcessRunner({ log, setprivPath: Bun.which("setpriv") });
});
afterAll(async () => {
  await runner.close();
  await folder[Symbol.asyncDispose]();
});

let count = 0;
/** `reader` finds the pipe's path in `$0`. */
function feed(reader: string, feeder: string) {
  const fifoPath = folder.file(`it's pipe ${count++}`);
  const feeds = [{ command: "/bin/sh", args: ["-c", feeder], fifoPath }];
  return runner.start({ command: "/bin/sh", args: ["-c", reader, fifoPath], feeds });
}

test("a fed command reads all that its feeder says, and ends as if alone", async () => {
  const { result } = feed('cat "$0"; exit 3', "echo it is; sleep 0.2; echo all there");
  expect(await result).toMatchObject({ exitCode: 3, stdout: "it is\nall there\n" });
});

test("a feeder that fails does not look like one that has ended", async () => {
  const { result } = feed('cat "$0"; echo end', "echo half; exit 1");
  const { ok, signal, stdout } = await result;
  expect({ ok, signal, stdout }).toEqual({ ok: false, signal: "SIGKILL", stdout: "half\n" });
});

test("a feeder ends with what it feeds: when that has read enough, never reads, or is killed while stopped", async () => {
  const endless = "echo $$; while :; do sleep 0.1; echo on; done";
  const enough = feed('head -n 1 "$0"', endless);
  const { ok, stdout } = await enough.result;
  expect(ok).toBe(true);
  expect((await feed("true", endless).result).ok).toBe(true);

  const killed = feed('head -n 1 "$0" >"$0.pid"; cat "$0" >/dev/null', endless);
  const pidPath = folder.file(`it's pipe ${count - 1}.pid`);
  while (Bun.file(pidPath).size === 0) await Bun.sleep(20);
  killed.suspend();
  killed.kill();
  await killed.result;
  for (const pid of [stdout, await Bun.file(pidPath).text()].map(Number)) {
    expect(pid).toBeGreaterThan(0);
    for (let i = 0; i < 100 && isAlive(pid); i++) await Bun.sleep(20);
    expect(isAlive(pid)).toBe(false);
  }
});

test.each([Bun.which("setpriv"), null])(
  "a command that ends before it has opened all of its pipes leaves no feeder behind, by setpriv (%s) or without",
  async (setprivPath) => {
    const own = createProcessRunner({ log, setprivPath });
    const fifos = [1, 2, 3].map(() => folder.file(`pipe ${count++}`));
    const feeds = fifos.map((fifoPath) => ({
      ...{ command: "/bin/sh", args: ["-c", "echo on"], fifoPath },
    }));
    const args = ["-c", 'cat "$0"; exit 5', fifos[0] ?? ""];
    const ended = own.run({ command: "/bin/sh", args, feeds });
    const late = Bun.sleep(3000).then(() => "still held by its feeders");
    expect(await Promise.race([ended, late])).toMatchObject({ exitCode: 5, stdout: "on\n" });
    await own.close();
  },
);
