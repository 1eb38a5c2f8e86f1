import { toViewraError, ViewraError } from "../errors/viewra-error.ts";
import { saysNoRoom } from "../process/process-result.ts";
import { failureKind } from "./failure-kind.ts";
import type { LiveRun } from "./live-run.ts";
import type { LiveRunEnd } from "./run-process.ts";

export interface RunFailure {
  readonly n: number;
  readonly error: ViewraError;
}

/** Which segment a run failed at (`of` how many, where all are wanted) and why; null when it did what it was to do or was told to stop. */
export function failureOf(
  run: Pick<LiveRun, "next" | "to"> & { readonly of?: number },
  end: LiveRunEnd,
): RunFailure | null {
  if (end.refused) return { n: end.refused.n, error: toViewraError(end.refused.reason) };
  if (end.stopped || end.run === null) return null;
  const { failure, said } = end.run;
  const n = run.next;
  if (n > run.to) return null;
  // A full disk, or want of memory, may be all it said of it.
  const details = { stderr: said };
  const error =
    failure ?? new ViewraError("ENCODE_FAILED", endedEarly(n, run.of, said), { details });
  return { n, error };
}

function endedEarly(n: number, of: number | undefined, said: string): string {
  const lastLine = said.trim().split("\n").at(-1) ?? "";
  const which = of === undefined ? String(n) : `${n} of ${of}`;
  return `FFmpeg ended before segment ${which} was whole${lastLine === "" ? "" : `: ${lastLine}`}`;
}

/**
 * The error a failure stands for: STORAGE_FULL when a disk is, for FFmpeg and Shaka do not always say that
 * what they made is bad because of it.
 */
export async function orNoRoom(
  error: ViewraError,
  requireRoom: () => Promise<void>,
): Promise<ViewraError> {
  if (saysNoRoom(error.details?.["stderr"]))
    return new ViewraError("STORAGE_FULL", undefined, { cause: error });
  if (failureKind(error) === "environment") return error;
  try {
    await requireRoom();
    return error;
  } catch (cause) {
    return toViewraError(cause);
  }
}
