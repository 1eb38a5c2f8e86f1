import { ViewraError } from "../../errors/viewra-error.ts";
import { describeFailure, failureError, type ProcessResult } from "../../process/process-result.ts";
import type { RunEnd } from "../segment-run.ts";

/** How an FFmpeg that was to make segments ended. */
export function runEnd(result: ProcessResult, stalled: boolean): RunEnd {
  const { exitCode: exit_code, cpuSeconds: cpu_seconds, cancelled } = result;
  return {
    failure: failureOf(result, stalled),
    said: result.stderrTail.slice(-2000),
    cancelled,
    facts: { exit_code, cpu_seconds, stalled },
  };
}

function failureOf(result: ProcessResult, stalled: boolean): ViewraError | null {
  if (stalled) {
    const message = "FFmpeg made no progress and was ended";
    return new ViewraError("PROCESS_TIMEOUT", message);
  }
  if (result.notStarted) return new ViewraError("PROGRAM_MISSING", describeFailure(result));
  // Told as what the film needs: it would be refused that again.
  if (result.memoryLimitBytes !== null) return failureError(result, "ENCODE_FAILED");
  if (result.ok) return null;
  const { stderrTail, signal } = result;
  const details = { stderr: stderrTail.slice(-2000), ...(signal === null ? {} : { signal }) };
  return new ViewraError("ENCODE_FAILED", describeFailure(result), { details });
}
