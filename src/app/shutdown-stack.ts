import type { Logger } from "../log/logger.ts";

export interface ShutdownStack {
  /** Remembers how a part that was started is ended. */
  (part: string, end: () => Promise<unknown>): void;
  /** Ends everything, last started first; a part that fails does not keep the others. Runs once. */
  run(this: void): Promise<void>;
}

export function shutdownStack(log: Logger): ShutdownStack {
  const parts: { readonly part: string; readonly end: () => Promise<unknown> }[] = [];
  let running: Promise<void> | undefined;
  const endAll = async (): Promise<void> => {
    for (const { part, end } of parts.toReversed()) {
      try {
        await end();
      } catch (error) {
        log.error("a part of the server did not end cleanly", { part, error });
      }
    }
  };
  const push = (part: string, end: () => Promise<unknown>): void => void parts.push({ part, end });
  return Object.assign(push, { run: () => (running ??= endAll()) });
}
