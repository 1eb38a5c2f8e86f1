/** How a program that a test ran ended, and what it printed. */
export interface ToolResult {
  readonly exitCode: number;
  readonly stdout: Uint8Array<ArrayBuffer>;
  readonly stderr: string;
}

/** Runs a program to its end, killing it after a minute unless told; throws nothing on a bad exit code. */
export async function tryTool(command: readonly string[], timeoutMs = 60_000): Promise<ToolResult> {
  const child = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).bytes(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  clearTimeout(timer);
  return { exitCode, stdout, stderr };
}

/** Like `tryTool`; throws with what the program said when it did not exit with 0. */
export async function runTool(command: readonly string[], timeoutMs?: number): Promise<ToolResult> {
  const result = await tryTool(command, timeoutMs);
  if (result.exitCode !== 0) {
    const said = result.stderr.slice(-2000);
    throw new Error(`${command.join(" ")}\nended with ${result.exitCode}: ${said}`);
  }
  return result;
}
