import { remedies } from "../app/tools.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Source } from "../media/source.ts";
import type { Prober } from "../probe/prober.ts";
import { printable } from "./printable.ts";

/** Probes the file of a command line; what is wrong with it is told with its name. */
export async function probeArgument(
  prober: Prober,
  file: string,
  signal: AbortSignal,
): Promise<Source> {
  try {
    return await prober.probe(file, signal);
  } catch (thrown) {
    if (!(thrown instanceof ViewraError)) throw thrown;
    const { code, message, cause, details = {} } = thrown;
    if (code === "CANCELLED") throw thrown;
    const what = code === "MEDIA_MISSING" ? "There is no such file" : message;
    const text =
      code === "PROGRAM_MISSING"
        ? `${message}; ${remedies.ffprobe}`
        : `${printable(file)}: ${what}`;
    throw new ViewraError(code, text, { cause, details });
  }
}
