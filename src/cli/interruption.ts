import { readFileSync } from "node:fs";
import { constants } from "node:os";

export interface Interruption {
  /** Aborted once the program should come to its end. */
  readonly signal: AbortSignal;
  stop(): void;
  /** Ends as the signal that came would have ended it, so that a shell's loop ends with it. */
  endBySignal(): void;
}

/** `timeout`, npm and terminals may deliver one signal twice: to the process and to its group. */
const echoMs = 300;

/**
 * Turns the first Ctrl-C or SIGTERM into an orderly end. A second one ends the program at once, and the
 * kernel its children.
 */
export function createInterruption(): Interruption {
  const controller = new AbortController();
  const names = caughtSignals();
  let first: { readonly name: NodeJS.Signals; readonly at: number } | undefined;
  for (const name of names) {
    process.on(name, () => {
      const now = performance.now();
      first ??= { name, at: now };
      if (first.at !== now && now - first.at > echoMs) process.exit(128 + constants.signals[name]);
      controller.abort();
    });
  }
  return {
    signal: controller.signal,
    stop: () => controller.abort(),
    endBySignal: () => {
      if (first === undefined) return;
      for (const name of names) process.removeAllListeners(name);
      process.kill(process.pid, first.name);
    },
  };
}

/** All that ask for an end; but under `nohup` a terminal that closes does not. */
function caughtSignals(): NodeJS.Signals[] {
  const usual: NodeJS.Signals[] = ["SIGINT", "SIGTERM"];
  return isIgnored(constants.signals.SIGHUP) ? usual : [...usual, "SIGHUP"];
}

function isIgnored(signalNumber: number): boolean {
  if (process.platform !== "linux") return false;
  const mask = /^SigIgn:\s*([\da-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return ((BigInt(`0x${mask ?? "0"}`) >> BigInt(signalNumber - 1)) & 1n) === 1n;
}
