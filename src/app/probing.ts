import type { Config } from "../config/config.ts";
import type { Logger } from "../log/logger.ts";
import { createProber, type Prober } from "../probe/prober.ts";
import { createProcessRunner } from "../process/process-runner.ts";
import { findSetpriv } from "./tools.ts";

/** What looks at media and makes nothing: it needs ffprobe alone and writes nowhere. */
export interface Probing {
  readonly prober: Prober;
  /** Ends every child. */
  close(): Promise<void>;
}

export function createProbing({ ffprobePath }: Config, log: Logger): Probing {
  const runner = createProcessRunner({ log, setprivPath: findSetpriv() });
  return { prober: createProber({ runner, ffprobePath }), close: () => runner.close() };
}
