import { readFileSync } from "node:fs";
import type { ProcessRunner } from "../../src/process/process-runner.ts";

/** The most resident memory of any child of a runner, bytes, as the kernel counts it (VmHWM). */
export interface PeakMemory {
  readonly runner: ProcessRunner;
  readonly bytes: number;
}

/** Watches each child while it lives; what a child takes in its last five milliseconds may be missed. */
export function watchPeakMemory(inner: ProcessRunner): PeakMemory {
  let bytes = 0;
  const start: ProcessRunner["start"] = (request) => {
    const child = inner.start(request);
    const timer = setInterval(() => {
      bytes = Math.max(bytes, peakOf(child.pid));
    }, 5);
    void child.result.then(() => clearInterval(timer));
    return child;
  };
  return {
    runner: {
      start,
      run: (request) => start(request).result,
      close: () => inner.close(),
      get running() {
        return inner.running;
      },
    },
    get bytes() {
      return bytes;
    },
  };
}

function peakOf(pid: number): number {
  try {
    const kibibytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    // It is gone already.
    return 0;
  }
}
