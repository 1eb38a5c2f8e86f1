import { expect } from "bun:test";
import { serverCommand } from "../support/server.ts";
import type { Ran } from "./run-command.ts";

type Env = Readonly<Record<string, string>>;

/** A machine's own settings alone, so that no variable of the tests is taken for one of Viewra's. */
export function bareEnvironment(folder: string, env: Env = {}): Record<string, string> {
  const path = process.env["PATH"] ?? "";
  return { PATH: path, HOME: folder, LANG: "C.UTF-8", VIEWRA_DATA_DIR: `${folder}/data`, ...env };
}

/** Runs Viewra in a folder to its end. */
export async function runExecutable(
  folder: string,
  args: readonly string[],
  env: Env = {},
): Promise<Ran> {
  const ran = await runIn(folder, [...serverCommand(), ...args], env);
  // A stack is for the one who wrote the program.
  expect(ran.stderr).not.toMatch(/^\s+at /m);
  return ran;
}

/** Runs a line of bash in which `viewra` is the command; a pipe fails when any part of it does. */
export function runLine(folder: string, line: string, env: Env = {}): Promise<Ran> {
  const words = serverCommand().map((word) => `'${word}'`);
  const script = `set -o pipefail; viewra() { ${words.join(" ")} "$@"; }; ${line}`;
  return runIn(folder, ["bash", "-c", script], env);
}

async function runIn(folder: string, command: readonly string[], env: Env): Promise<Ran> {
  const child = Bun.spawn([...command], {
    cwd: folder,
    env: bareEnvironment(folder, env),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), 45_000);
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  clearTimeout(timer);
  return { exitCode, stdout, stderr };
}
