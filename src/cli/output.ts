import { ViewraError } from "../errors/viewra-error.ts";
import { cutToWidth } from "./printable.ts";

/** One of the standard streams, as the commands use it. Writing never throws: a reader may have left. */
export interface Output {
  /** A terminal that understands cursor movement. */
  readonly isTerminal: boolean;
  write(text: string): void;
  /** Shows a line that later ones replace, below whatever is written meanwhile; terminals only. */
  showStatus(line: string): void;
  /** Keeps the status line as it stands and goes on below it. */
  keepStatus(): void;
  /** Characters that were written and that nobody has taken yet. */
  readonly waiting: number;
}

/** Where a command writes and how it is told to stop; main.ts hands in the real ones. */
export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first Ctrl-C or SIGTERM, and when nobody reads the results any more. */
  readonly interrupted: AbortSignal;
}

/** The part of a standard stream that is used; a test brings its own. */
export interface WritableStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly waiting?: number | undefined;
  /** `taken` is called once the system has all of it. */
  write(text: string, taken?: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

const eraseLine = "\r\u001b[K";

/** `onBroken` hears once that the stream takes no more: EPIPE when its reader left, ENOSPC … */
export function createOutput(
  stream: WritableStream,
  env: Terminal["env"],
  onBroken: (error: Error) => void,
): Output {
  let isBroken = false;
  let status = "";
  const isTerminal = stream.isTTY === true && env["TERM"] !== "dumb";
  const fail = (thrown: unknown): void => {
    if (isBroken) return;
    isBroken = true;
    onBroken(thrown instanceof Error ? thrown : new Error(String(thrown)));
  };
  const write = (text: string): void => {
    if (isBroken) return;
    try {
      stream.write(text);
    } catch (thrown) {
      fail(thrown);
    }
  };
  stream.on("error", fail);
  return {
    isTerminal,
    write: (text) => write(status === "" ? text : `${eraseLine}${text}${status}`),
    showStatus: (line) => {
      if (!isTerminal) return;
      // A line that wraps could not be replaced any more. A terminal of unknown width says 0.
      status = cutToWidth(line, (stream.columns || 80) - 1);
      write(`${eraseLine}${status}`);
    },
    keepStatus: () => {
      if (status !== "") write("\n");
      status = "";
    },
    get waiting() {
      return stream.waiting ?? 0;
    },
  };
}

/** What a command throws that was interrupted: it did not do all it was asked for. */
export function stopped(what: string): ViewraError {
  return new ViewraError("CANCELLED", `Stopped; ${what}`);
}

export function printLine(output: Output, text: string): void {
  output.write(`${text}\n`);
}
