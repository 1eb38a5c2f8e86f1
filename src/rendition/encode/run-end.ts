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

/** Parts of FFmpeg that speak of a graphics card: the memory that one refuses is not this machine's, and another encoder has it. */
const ofCard = /\[(?:\w+_(?:nvenc|qsv|vaapi|cuda)|AVHW\w+) @ |CUDA_ERROR_/;
const refusedMemory = /Cannot allocate memory/g;

function failureOf(result: ProcessResult, stalled: boolean): ViewraError | null {
  if (stalled) {
    const message = "FFmpeg made no progress and was ended";
    return new ViewraError("PROCESS_TIMEOUT", message);
  }
  if (result.notStarted) return new ViewraError("PROGRAM_MISSING", describeFailure(result));
  if (!result.ok && ofCard.test(result.stderrTail)) {
    const stderrTail = result.stderrTail.replaceAll(refusedMemory, "Out of the card's memory");
    return encodeFailed({ ...result, stderrTail, memoryLimitBytes: null });
  }
  // Told as what the film needs: it would be refused that again.
  if (result.memoryLimitBytes !== null) return failureError(result, "ENCODE_FAILED");
  return result.ok ? null : encodeFailed(result);
}

function encodeFailed(result: ProcessResult): ViewraError {
  const { stderrTail, signal } = result;
  const details = { stderr: stderrTail.slice(-2000), ...(signal === null ? {} : { signal }) };
  return new ViewraError("ENCODE_FAILED", describeFailure(result), { details });
}
