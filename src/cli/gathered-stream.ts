import type { WritableStream } from "./output.ts";

export interface GatheredStream extends WritableStream {
  /** Characters that were written and that nobody has taken yet: a pipe may have a slow reader, or one that sleeps. */
  readonly waiting: number;
  /** Writes what is left; for the end of the process, which waits for no turn. */
  flush(): void;
}

/**
 * A stream that is given what is written in one turn of the event loop at once: a line of a log for each of a crowd's
 * starts must not cost a system call each. A terminal shows every line when it is written.
 */
export function gatherWrites(stream: WritableStream): GatheredStream {
  let gathered = "";
  let given = 0;
  let onError: (error: Error) => void = () => {};
  const flush = (): void => {
    if (gathered === "") return;
    const text = gathered;
    gathered = "";
    given += text.length;
    try {
      stream.write(text, () => (given -= text.length));
    } catch (thrown) {
      onError(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  };
  return {
    isTTY: stream.isTTY,
    get columns() {
      return stream.columns;
    },
    get waiting() {
      return given + gathered.length;
    },
    write(text) {
      if (gathered === "" && stream.isTTY !== true) setImmediate(flush);
      gathered += text;
      if (stream.isTTY === true) flush();
    },
    on(event, listener) {
      onError = listener;
      return stream.on(event, listener);
    },
    flush,
  };
}

/** A stream beside it: whoever sees both reads what is written to this one behind what was written there before. */
export function writeBehind(gathered: GatheredStream, stream: WritableStream): WritableStream {
  return {
    isTTY: stream.isTTY,
    get columns() {
      return stream.columns;
    },
    write(text) {
      gathered.flush();
      return stream.write(text);
    },
    on: (event, listener) => stream.on(event, listener),
  };
}
