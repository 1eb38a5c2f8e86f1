import { ViewraError } from "../errors/viewra-error.ts";
import type { ErrorCode } from "../errors/catalogue.ts";

/** How a child process ended. One shape for every end; `ok` alone means exit code 0 and no reason below. */
export interface ProcessResult {
  readonly ok: boolean;
  /** null when a signal ended it or it never started. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The program was not found or could not be executed. */
  readonly notStarted: boolean;
  readonly timedOut: boolean;
  /** Its AbortSignal fired, or `kill` was called. */
  readonly cancelled: boolean;
  /** It printed more to a collected stdout than it may; it was killed. */
  readonly overflowed: boolean;
  /**
   * Set when it was refused memory beyond its limit, even if it exited with 0: the limit, bytes. Trying
   * again is of no use.
   */
  readonly memoryLimitBytes: number | null;
  /** Collected stdout; empty when lines were streamed or output was ignored. */
  readonly stdout: string;
  /** The last part of stderr, bounded. */
  readonly stderrTail: string;
  readonly durationMs: number;
  /** User + system time of the child and what it reaped, in seconds; 0 when unknown. */
  readonly cpuSeconds: number;
  /** Shell-quoted, can be pasted. */
  readonly commandLine: string;
}

/** What FFmpeg says last, of what it said before. */
const vague =
  /^(?:Error (?:initializing output stream|while opening encoder|parsing global options|opening (?:input|output) files?)|Conversion failed!|Device creation failed|Failed to set value|Nothing was written into output file)/;

/** One sentence that says why a process did not do its work. */
export function describeFailure(result: ProcessResult): string {
  const program = result.commandLine.split(" ", 1)[0] ?? "";
  if (result.notStarted) {
    // setpriv and the shell put their own names before the reason.
    const why = result.stderrTail.trim().replace(/^.*(?:failed to execute|exec:) .*: /s, "");
    return `${program} could not be started: ${why}`;
  }
  if (result.timedOut) return `${program} was ended after ${Math.round(result.durationMs)} ms`;
  if (result.cancelled) return `${program} was cancelled`;
  if (result.overflowed) return `${program} printed more than it may`;
  if (result.memoryLimitBytes !== null) {
    const mebibytes = Math.round(result.memoryLimitBytes / 2 ** 20);
    return `${program} needs more memory than it may have (${mebibytes} MiB)`;
  }
  const how = result.signal ? `signal ${result.signal}` : `exit code ${result.exitCode}`;
  const lines = result.stderrTail.trim().split("\n");
  const telling = lines.findLast((line) => !vague.test(line)) ?? lines.at(-1) ?? "";
  const said = telling.replace(/^\[(\w+) @ 0x[0-9a-f]+\] /, "$1: ");
  return said === "" ? `${program} ended with ${how}` : `${program} ended with ${how}: ${said}`;
}

/** Whether a program said that the disk it wrote to is full. */
export function saysNoRoom(said: unknown): boolean {
  return typeof said === "string" && said.includes("No space left on device");
}

/**
 * The error a failed process stands for; `code` where the program ran and failed by itself,
 * MEDIA_UNSUPPORTED where the medium needs more memory than the program may have, and STORAGE_FULL where it says so.
 */
export function failureError(result: ProcessResult, code: ErrorCode): ViewraError {
  const { exitCode: exit_code, signal, memoryLimitBytes } = result;
  const details = {
    ...{ stderr: result.stderrTail.slice(-2000), exit_code, signal },
    ...(memoryLimitBytes === null ? {} : { memory_limit_bytes: memoryLimitBytes }),
  };
  const actual: ErrorCode = result.notStarted
    ? "PROGRAM_MISSING"
    : result.timedOut
      ? "PROCESS_TIMEOUT"
      : result.cancelled
        ? "CANCELLED"
        : result.memoryLimitBytes !== null
          ? "MEDIA_UNSUPPORTED"
          : saysNoRoom(result.stderrTail)
            ? "STORAGE_FULL"
            : code;
  return new ViewraError(actual, describeFailure(result), { details });
}
