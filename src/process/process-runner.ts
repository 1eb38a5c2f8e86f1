import type { Logger } from "../log/logger.ts";
import { readBounded, readLines, readTail } from "./bounded-tail.ts";
import { childLimits, tellsOfRefusedMemory, type ChildKind } from "./child-limits.ts";
import { guardedCommand, isUnguarded } from "./death-guard.ts";
import { fedCommand, fedCommandLine, type ProcessFeed } from "./fed-command.ts";
import { endIdle, lowerPriority, makeIdle } from "./priority.ts";
import type { ProcessResult } from "./process-result.ts";

export interface ProcessRequest {
  /** Program name or absolute path; never a shell line. */
  readonly command: string;
  readonly args: readonly string[];
  /** Started with it and read by it; they end with it, and one that fails ends it. */
  readonly feeds?: readonly ProcessFeed[];
  /** Called with each line of stdout as it is printed; without it stdout is collected (1 MiB unless told). */
  readonly onLine?: (line: string) => void;
  readonly maxStdoutBytes?: number;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly cwd?: string;
  /** On top of this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** 0 to 19: the more, the sooner it lets others have the processor. */
  readonly niceness?: number;
  /** Nobody waits for it: it takes what of processor and disk nothing else wants, until `hurry`. */
  readonly isIdle?: boolean;
  /** What the child is there for: with it come limits on memory and files (see child-limits). */
  readonly kind?: ChildKind;
}

/** A running child with its whole process group. */
export interface OwnedProcess {
  readonly pid: number;
  readonly commandLine: string;
  /** SIGSTOP to the group: costs nothing until `resume`. Idempotent. */
  suspend(): void;
  resume(): void;
  /** Somebody waits now for what was begun as idle work; as far as the system lets it go faster. Idempotent. */
  hurry(): void;
  /** SIGKILL to the group. The result then says `cancelled`. Idempotent. */
  kill(): void;
  /** Never rejects. */
  readonly result: Promise<ProcessResult>;
}

export interface ProcessRunner {
  start(request: ProcessRequest): OwnedProcess;
  /** Starts and waits; never rejects. */
  run(request: ProcessRequest): Promise<ProcessResult>;
  /** Ends every child and waits for it; later starts come back cancelled. */
  close(): Promise<void>;
  readonly running: number;
}

export interface ProcessRunnerOptions {
  readonly log: Logger;
  /** `setpriv` (util-linux) makes the kernel kill children when this process dies, however it dies. */
  readonly setprivPath: string | null;
}

const stderrTailBytes = 16 * 1024;

/**
 * The only way this program starts others: no shell, no standard input, own process group, bounded
 * output, and death with the parent where the system offers it.
 */
export function createProcessRunner({ log, setprivPath }: ProcessRunnerOptions): ProcessRunner {
  const owned = new Set<OwnedProcess>();
  let closed = false;

  const start = (request: ProcessRequest): OwnedProcess => {
    if (closed) return stillborn(request, "the server is stopping", { cancelled: true });
    try {
      const child = launch(request, setprivPath);
      log.debug("process started", { pid: child.pid, command: child.commandLine });
      owned.add(child);
      void child.result.then((result) => {
        owned.delete(child);
        log.debug("process ended", {
          pid: child.pid,
          exit_code: result.exitCode,
          signal: result.signal ?? undefined,
          duration_ms: Math.round(result.durationMs),
        });
      });
      return child;
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      return stillborn(request, message, { notStarted: true });
    }
  };

  const killAll = (): void => {
    for (const child of owned) child.kill();
  };
  // The guard of the kernel knows the child alone, not what a wrapper script started.
  process.on("exit", killAll);

  return {
    start,
    run: (request) => start(request).result,
    close: async () => {
      closed = true;
      killAll();
      await Promise.all([...owned].map((child) => child.result));
      process.off("exit", killAll);
    },
    get running() {
      return owned.size;
    },
  };
}

function launch(request: ProcessRequest, setprivPath: string | null): OwnedProcess {
  const commandLine = requestLine(request);
  const words = fedCommand([request.command, ...request.args], request.feeds ?? [], setprivPath);
  // Other systems count and limit memory in ways of their own.
  const isLimited = request.kind !== undefined && process.platform === "linux";
  const limits = isLimited && request.kind ? childLimits(request.kind) : null;
  const isGuarded = setprivPath !== null || limits !== null;
  const startedAt = performance.now();
  const child = Bun.spawn(guardedCommand(setprivPath, limits, words), {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    // A group of its own, so that a signal reaches what the child started as well.
    detached: true,
    ...(request.cwd === undefined ? {} : { cwd: request.cwd }),
    ...(request.env === undefined ? {} : { env: { ...process.env, ...request.env } }),
  });

  const ended = { timedOut: false, cancelled: false, overflowed: false };
  let alive = true;
  let isIdle = request.isIdle === true;
  // Without it, a child would go before others as this process does.
  if (isIdle) makeIdle(child.pid, () => alive && isIdle);
  else lowerPriority(child.pid, request.niceness ?? 0, () => alive);
  const signalGroup = (name: "SIGSTOP" | "SIGCONT" | "SIGKILL"): void => {
    if (!alive) return;
    try {
      process.kill(-child.pid, name);
    } catch {
      // The group is gone already; the result tells how.
    }
  };
  const kill = (why: keyof typeof ended): void => {
    if (alive) ended[why] = true;
    signalGroup("SIGKILL");
  };

  let isSuspended = false;
  const suspend = (): void => {
    if (!alive || !isSuspended) return;
    if (setprivPath !== null && isUnguarded(setprivPath, child.pid)) setTimeout(suspend, 2);
    else signalGroup("SIGSTOP");
  };
  const cancel = (): void => kill("cancelled");
  const timer =
    request.timeoutMs === undefined
      ? undefined
      : setTimeout(() => kill("timedOut"), request.timeoutMs);
  if (request.signal?.aborted) cancel();
  request.signal?.addEventListener("abort", cancel, { once: true });

  const finish = async (): Promise<ProcessResult> => {
    const output = request.onLine
      ? readLines(child.stdout, request.onLine).then(() => "")
      : readBounded(child.stdout, request.maxStdoutBytes ?? 1024 * 1024, () => kill("overflowed"));
    // Where the kernel does not do it, what feeds the child ends with it here: of several pipes it may have opened
    // none or some, and who waits to be read holds its output open.
    const exited = child.exited.then(() => {
      if (request.feeds !== undefined && setprivPath === null) signalGroup("SIGKILL");
    });
    const [stdout, stderrTail] = await Promise.all([
      output,
      readTail(child.stderr, stderrTailBytes),
      exited,
    ]);
    alive = false;
    clearTimeout(timer);
    request.signal?.removeEventListener("abort", cancel);
    // The guard exits 127 or 126 when the program behind it is missing or cannot be executed.
    const notStarted = isGuarded && (child.exitCode === 127 || child.exitCode === 126);
    const cpuMicroseconds = child.resourceUsage()?.cpuTime.total ?? 0;
    // Exit code 0 proves nothing: FFmpeg takes an input that ran out of memory for one that ended.
    const outOfMemory = limits !== null && tellsOfRefusedMemory(stderrTail);
    return {
      ok: child.exitCode === 0 && !ended.timedOut && !ended.cancelled && !ended.overflowed,
      exitCode: child.exitCode,
      signal: child.signalCode === null ? null : String(child.signalCode),
      notStarted,
      ...ended,
      memoryLimitBytes: outOfMemory && limits ? limits.memoryBytes : null,
      stdout,
      stderrTail,
      durationMs: performance.now() - startedAt,
      cpuSeconds: Number(cpuMicroseconds) / 1e6,
      commandLine,
    };
  };

  return {
    pid: child.pid,
    commandLine,
    suspend: () => {
      isSuspended = true;
      suspend();
    },
    resume: () => {
      isSuspended = false;
      signalGroup("SIGCONT");
    },
    hurry: () => {
      if (!isIdle || !alive) return;
      isIdle = false;
      endIdle(child.pid, request.niceness ?? 0, () => alive);
    },
    kill: cancel,
    result: finish(),
  };
}

function requestLine({ command, args, feeds = [] }: ProcessRequest): string {
  return fedCommandLine([command, ...args], feeds);
}

function stillborn(
  request: ProcessRequest,
  message: string,
  why: { readonly notStarted?: boolean; readonly cancelled?: boolean },
): OwnedProcess {
  const commandLine = requestLine(request);
  const nothing = (): void => {};
  return {
    pid: -1,
    commandLine,
    suspend: nothing,
    resume: nothing,
    hurry: nothing,
    kill: nothing,
    result: Promise.resolve({
      ok: false,
      exitCode: null,
      signal: null,
      notStarted: why.notStarted ?? false,
      timedOut: false,
      cancelled: why.cancelled ?? false,
      overflowed: false,
      memoryLimitBytes: null,
      stdout: "",
      stderrTail: message,
      durationMs: 0,
      cpuSeconds: 0,
      commandLine,
    }),
  };
}
