import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import { join } from "node:path";
import { createLogger } from "../../src/log/logger.ts";
import { createProcessRunner } from "../../src/process/process-runner.ts";
import { runTool } from "../support/run-tool.ts";

const log = createLogger({ level: "error", format: "text", write: () => {} });
const isLinux = process.platform === "linux";
const hasGroups = existsSync("/proc/self/autogroup");
/** proc(5): field 19 of stat, counted from behind the name. */
const niceness = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]);
};
const groupNiceness = (pid: number): number =>
  Number(/nice (-?\d+)/.exec(readFileSync(`/proc/${pid}/autogroup`, "utf8"))?.[1]);

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const until = (isSo: () => boolean): Promise<void> => untilAsync(async () => isSo());

async function untilAsync(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await isSo()) && performance.now() < deadline) await Bun.sleep(20);
}

test.skipIf(!isLinux).each([0, 5, 10, 15])(
  "children of niceness %d, many at once, let others go before them, each with all of its session",
  async (wanted) => {
    const runner = createProcessRunner({ log, setprivPath: Bun.which("setpriv") });
    const start = () => runner.start({ command: "sleep", args: ["60"], niceness: wanted });
    const children = Array.from({ length: 6 }, start);
    const expected = Math.min(19, getPriority() + wanted);
    for (const { pid } of children) expect(niceness(pid)).toBe(expected);
    if (hasGroups) {
      await until(() => children.every(({ pid }) => groupNiceness(pid) === expected));
      expect(children.map(({ pid }) => groupNiceness(pid))).toEqual(children.map(() => expected));
    }
    await runner.close();
  },
);

/** ioprio_get(2), as `ionice` prints it. */
const diskRank = async (pid: number): Promise<string> =>
  text((await runTool(["ionice", "-p", String(pid)])).stdout).trim();

test.skipIf(!isLinux)(
  "what nobody waits for comes last for processor and disk, until somebody does",
  async () => {
    const runner = createProcessRunner({ log, setprivPath: Bun.which("setpriv") });
    const child = runner.start({ command: "sleep", args: ["60"], niceness: 10, isIdle: true });
    expect(niceness(child.pid)).toBe(19);
    await untilAsync(async () => (await diskRank(child.pid)) === "idle");
    child.hurry();
    child.hurry();
    // Who is no administrator gets nothing back of the processor.
    const wanted = process.getuid?.() === 0 ? Math.min(19, getPriority() + 10) : 19;
    await until(() => niceness(child.pid) === wanted);
    expect(niceness(child.pid)).toBe(wanted);
    await untilAsync(async () => (await diskRank(child.pid)) === "best-effort: prio 4");
    expect(await diskRank(child.pid)).toBe("best-effort: prio 4");
    await runner.close();
  },
);

/** Works on and on, with threads. */
const encoding = "-v error -progress pipe:1 -re -f lavfi -i testsrc2=d=60 -c:v libx264 -f null -";

test.skipIf(!isLinux)(
  "threads that a child began before it was told go behind others, too",
  async () => {
    const runner = createProcessRunner({ log, setprivPath: Bun.which("setpriv") });
    const begun = Promise.withResolvers<void>();
    const child = runner.start({
      ...{ command: "ffmpeg", args: encoding.split(" "), niceness: 7 },
      onLine: () => begun.resolve(),
    });
    await begun.promise;
    const tasks = (): number[] => readdirSync(`/proc/${child.pid}/task`).map(Number);
    expect(tasks().length).toBeGreaterThan(2);
    // What a slow start leaves behind.
    for (const task of tasks().slice(1)) setPriority(task, getPriority());
    const astray = (): number[] => tasks().filter((task) => niceness(task) !== getPriority() + 7);
    expect(astray()).not.toEqual([]);
    await until(() => astray().length === 0);
    expect(astray()).toEqual([]);
    await runner.close();
  },
);

// A process of its own: it could not lower itself again, nor could the tests after it.
const raised = `
  import { getPriority, setPriority } from "node:os";
  import { createLogger } from ${JSON.stringify(join(import.meta.dir, "../../src/log/logger.ts"))};
  import { raiseOwnPriority } from ${JSON.stringify(join(import.meta.dir, "../../src/process/priority.ts"))};
  import { createProcessRunner } from ${JSON.stringify(join(import.meta.dir, "../../src/process/process-runner.ts"))};
  const log = createLogger({ level: "error", format: "text", write: () => {} });
  raiseOwnPriority();
  const runner = createProcessRunner({ log, setprivPath: Bun.which("setpriv") });
  const child = runner.start({ command: "sleep", args: ["60"] });
  console.log(JSON.stringify([getPriority(0), getPriority(child.pid)]));
  await runner.close();
`;

test
  .skipIf(!isLinux || process.getuid?.() !== 0)
  .each(["root", "nobody"].flatMap((user) => [0, 7].map((nice) => [user, nice] as const)))(
  "who runs as %s, started with a niceness of %d, goes before its children where it may",
  async (user, nice) => {
    const drop = user === "root" ? [] : ["setpriv", "--reuid=65534", "--clear-groups"];
    const started = ["nice", "-n", String(nice), "env", "HOME=/tmp", ...drop];
    const { stdout } = await runTool([...started, process.execPath, "-e", raised]);
    const wished = getPriority() + nice;
    expect(JSON.parse(text(stdout))).toEqual([user === "root" ? wished - 5 : wished, wished]);
  },
);
