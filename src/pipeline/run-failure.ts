import { toViewraError, ViewraError } from "../errors/viewra-error.ts";
import { describeFailure, failureError } from "../process/process-result.ts";
import { failureDetails, failureKind, saysNoRoom } from "./failure-kind.ts";
import type { LiveRun, LiveRunEnd } from "./live-run.ts";

/** Which segment a run failed at and why; null when it did what it was to do or was told to stop. */
export function failureOf(
  run: Pick<LiveRun, "next" | "to">,
  end: LiveRunEnd,
): { n: number; error: ViewraError } | null {
  if (end.refused) return { n: end.refused.n, error: toViewraError(end.refused.reason) };
  if (end.stopped || end.run === null) return null;
  const { result, stalled } = end.run;
  const n = run.next;
  if (stalled) {
    const message = `FFmpeg made no progress on segment ${n} and was ended`;
    return { n, error: new ViewraError("PROCESS_TIMEOUT", message) };
  }
  if (result.notStarted) {
    return { n, error: new ViewraError("PROGRAM_MISSING", describeFailure(result)) };
  }
  if (n > run.to) return null;
  // Told as what the film needs: it would be refused that again.
  if (result.memoryLimitBytes !== null) return { n, error: failureError(result, "ENCODE_FAILED") };
  const why = result.ok
    ? `FFmpeg ended before segment ${n} was whole${lastLine(result.stderrTail)}`
    : describeFailure(result);
  return { n, error: new ViewraError("ENCODE_FAILED", why, { details: failureDetails(result) }) };
}

/**
 * The error a failure stands for: STORAGE_FULL when a disk is, for FFmpeg and Shaka do not always say that
 * what they made is bad because of it.
 */
export async function orNoRoom(
  error: ViewraError,
  requireRoom: () => Promise<void>,
): Promise<ViewraError> {
  if (saysNoRoom(error)) return new ViewraError("STORAGE_FULL", undefined, { cause: error });
  if (failureKind(error) === "environment") return error;
  try {
    await requireRoom();
    return error;
  } catch (cause) {
    return toViewraError(cause);
  }
}

function lastLine(stderr: string): string {
  const line = stderr.trim().split("\n").at(-1) ?? "";
  return line === "" ? "" : `: ${line}`;
}
