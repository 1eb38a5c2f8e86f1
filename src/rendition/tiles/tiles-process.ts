import { ViewraError } from "../../errors/viewra-error.ts";
import type { ProcessFeed } from "../../process/fed-command.ts";
import type { OwnedProcess, ProcessRunner } from "../../process/process-runner.ts";
import { runEnd } from "../encode/run-end.ts";
import type { RunEnd } from "../segment-run.ts";

export interface TilesTools {
  readonly runner: ProcessRunner;
  readonly ffmpegPath: string;
  /** How long a run may work on one sheet (PIPELINE_ENCODER_TIMEOUT). Time suspended does not count. */
  readonly segmentTimeoutSeconds: number;
}

/** What a sheet takes, one program after the other: held, let go and ended as one. */
export interface TilesProcess {
  readonly suspend: () => void;
  readonly resume: () => void;
  readonly kill: () => void;
  readonly isKilled: () => boolean;
  /** Time that counts for the next sheet begins. */
  readonly beginSheet: () => void;
  /** Runs FFmpeg. Never rejects. `onLine` may end it: by answering false. */
  readonly run: (
    args: readonly string[],
    feeds?: readonly Omit<ProcessFeed, "command">[],
    onLine?: (line: string) => boolean,
  ) => Promise<RunEnd>;
}

const tickMs = 500;

export function createTilesProcess(tools: TilesTools): TilesProcess {
  const { runner, ffmpegPath: command, segmentTimeoutSeconds } = tools;
  let current: OwnedProcess | null = null;
  let workedMs = 0;
  const is = { suspended: false, killed: false };
  return {
    suspend: () => {
      is.suspended = true;
      current?.suspend();
    },
    resume: () => {
      is.suspended = false;
      current?.resume();
    },
    kill: () => {
      is.killed = true;
      current?.kill();
    },
    isKilled: () => is.killed,
    beginSheet: () => void (workedMs = 0),
    run: async (args, feeds = [], onLine = () => true) => {
      if (is.killed) return { failure: null, said: "", cancelled: true, facts: {} };
      let isStalled = false;
      const child = runner.start({
        ...{ command, kind: "encode", niceness: 10, args },
        feeds: feeds.map((feed) => ({ command, ...feed })),
        onLine: (line) => {
          if (!onLine(line)) child.kill();
        },
      });
      current = child;
      if (is.suspended) child.suspend();
      const timer = setInterval(() => {
        if (is.suspended) return;
        workedMs += tickMs;
        isStalled ||= workedMs > segmentTimeoutSeconds * 1000;
        if (isStalled) child.kill();
      }, tickMs);
      const result = await child.result;
      clearInterval(timer);
      current = null;
      return runEnd(result, isStalled);
    },
  };
}

export const noPicture = (n: number): ViewraError =>
  new ViewraError("ENCODE_FAILED", `No picture of the film can be decoded for sheet ${n}`);
