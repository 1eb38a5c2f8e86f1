import { createLogger } from "../../src/log/logger.ts";
import { createProcessRunner, type ProcessRunner } from "../../src/process/process-runner.ts";
import { runTool } from "../support/run-tool.ts";

const log = createLogger({ level: "error", format: "text", write: () => {} });

/** A real process runner that notes each command line it starts. */
export function recordingRunner(): { runner: ProcessRunner; started: string[][] } {
  const inner = createProcessRunner({ log, setprivPath: null });
  const started: string[][] = [];
  const runner: ProcessRunner = {
    start: (request) => {
      started.push([request.command, ...request.args]);
      return inner.start(request);
    },
    run: (request) => runner.start(request).result,
    close: () => inner.close(),
    get running() {
      return inner.running;
    },
  };
  return { runner, started };
}

/** Runs FFmpeg to make test media; throws with its stderr when that fails. */
export async function ffmpeg(...args: string[]): Promise<void> {
  await runTool(["ffmpeg", "-nostdin", "-v", "error", "-y", ...args]);
}

/** libx264 for test media: fast, with reordering, a group of pictures every two seconds at 24 to 25. */
export const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "48"];
