import { runProgram } from "../../src/cli/program.ts";
import { recordOutput } from "./recording-stream.ts";

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, as main.ts would, without a terminal. */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  interrupted: AbortSignal = new AbortController().signal,
): Promise<Ran> {
  const [stdout, stderr] = [recordOutput(), recordOutput()];
  const terminal = { stdout: stdout.output, stderr: stderr.output, interrupted };
  const exitCode = await runProgram(args, { ...terminal, env: { HOME: "/nonexistent", ...env } });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}
