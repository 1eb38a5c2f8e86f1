import type { FfprobeReport, FfprobeRequest } from "./ffprobe-run.ts";
import { refusedDecoders } from "./refusal.ts";

/** ffprobe stops at the first stream whose decoder it may not open: one codec more is known each time. */
const mostRefusals = 8;

/**
 * Runs ffprobe, again where it turned the whole file down for a stream that is not decoded here: then that
 * decoder may be opened, with nothing to decode. What was learnt holds for all later runs on the file.
 */
export function pastRefusals<Request extends object>(
  run: (request: Request & Pick<FfprobeRequest, "openOnly">) => Promise<FfprobeReport>,
): (request: Request) => Promise<FfprobeReport> {
  const openOnly = new Set<string>();
  return async (request) => {
    for (let refusals = 0; ; refusals++) {
      const report = await run({ ...request, openOnly });
      const { exitCode, stderrTail } = report.result;
      if (exitCode === null || exitCode === 0 || refusals === mostRefusals) return report;
      const found = refusedDecoders(stderrTail).filter((name) => !openOnly.has(name));
      if (found.length === 0) return report;
      for (const name of found) openOnly.add(name);
    }
  };
}
