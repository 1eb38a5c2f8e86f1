/** Runs a program to its end. Answers with how long it took; throws with what it said when it failed. */
export async function runTool(
  command: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<TimedRun> {
  const startedAt = performance.now();
  const child = Bun.spawn([...command], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  const seconds = (performance.now() - startedAt) / 1000;
  if (exitCode !== 0) {
    throw new Error(`${command.join(" ")}\nended with ${exitCode}: ${stderr.slice(-2000)}`);
  }
  const used = child.resourceUsage();
  return {
    ...{ seconds, stdout },
    cpuSeconds: Number(used?.cpuTime.total ?? 0) / 1e6,
    mostMemoryMiB: (used?.maxRSS ?? 0) / 2 ** 20,
  };
}

export interface TimedRun {
  /** From the call to the program's end, on the wall clock. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Resident, at its most. */
  readonly mostMemoryMiB: number;
  readonly stdout: string;
}
