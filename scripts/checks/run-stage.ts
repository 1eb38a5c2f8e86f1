import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stage } from "./stages.ts";
import { tallyTests, type Tally } from "./test-report.ts";

export interface StageResult extends Tally {
  readonly stage: Stage;
  readonly seconds: number;
}

/** Runs one stage to its end, its output shown as it comes, or not. Never rejects for what the stage does. */
export async function runStage(
  stage: Stage,
  root: string,
  output: "inherit" | "ignore" = "inherit",
): Promise<StageResult> {
  const startedAt = performance.now();
  const folder = await mkdtemp(join(tmpdir(), "viewra-checks-"));
  try {
    const report = join(folder, "report.xml");
    const reporter = stage.isTest ? ["--reporter=junit", `--reporter-outfile=${report}`] : [];
    const exitCode = await run([...stage.command, ...reporter], root, output, stage.limitSeconds);
    const tally = stage.isTest
      ? tallyTests(await textOf(report), exitCode)
      : { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1, failures: [] };
    return { stage, ...tally, seconds: (performance.now() - startedAt) / 1000 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** null when it had to be ended, or a signal ended it. */
async function run(
  words: readonly string[],
  cwd: string,
  output: "inherit" | "ignore",
  limitSeconds: number,
): Promise<number | null> {
  const child = Bun.spawn([...words], {
    cwd,
    stdin: "ignore",
    stdout: output,
    stderr: output,
    // A group of its own, so that what a test started ends with it.
    detached: true,
  });
  const end = (): void => {
    process.kill(-child.pid, "SIGKILL");
  };
  const interrupted = (): void => {
    end();
    process.exit(130);
  };
  const timer = setTimeout(() => {
    console.log(`ended after ${limitSeconds} s`);
    end();
  }, limitSeconds * 1000);
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  await child.exited;
  process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  clearTimeout(timer);
  return child.signalCode === null ? child.exitCode : null;
}

async function textOf(path: string): Promise<string | null> {
  const file = Bun.file(path);
  return (await file.exists()) ? file.text() : null;
}
