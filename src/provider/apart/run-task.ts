import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { ViewraError } from "../../errors/viewra-error.ts";
import { ownProgram } from "../../process/own-program.ts";
import { describeFailure } from "../../process/process-result.ts";
import type { ProcessRunner } from "../../process/process-runner.ts";
import type { Slots } from "../../schedule/slots.ts";
import { answerName, requestName, taskWord, type Task } from "./task.ts";

export interface TaskTools {
  readonly runner: Pick<ProcessRunner, "run">;
  /** Existing folder for working files. */
  readonly scratchDir: string;
  /** For its processes. */
  readonly slots: Slots;
  /** Ends what is under way. */
  readonly signal?: AbortSignal;
  /** So long a task may take: 30 s unless told. CUE takes a second to load on an idle machine, ten on a busy one. */
  readonly limitMs?: number;
}

const usualLimitMs = 30_000;

/**
 * Has a task done by another process of this program, and reads its answer. PLUGIN_BROKEN, with what is known of why,
 * where there is none: it took too long, or the process went down.
 */
export async function runTask<Answer extends v.GenericSchema>(
  { runner, scratchDir, slots, signal, limitMs = usualLimitMs }: TaskTools,
  task: Task,
  answerSchema: Answer,
): Promise<v.InferOutput<Answer>> {
  const folder = join(scratchDir, `plugin-${crypto.randomUUID()}`);
  try {
    await mkdir(folder);
    await Bun.write(join(folder, requestName), JSON.stringify(task));
    const [command = "", ...args] = ownProgram();
    const result = await slots.run(() =>
      runner.run({
        ...{ command, args: [...args, taskWord, folder], timeoutMs: limitMs },
        ...{ kind: "plugin", cwd: folder, ...(signal === undefined ? {} : { signal }) },
      }),
    );
    const answer: unknown = await Bun.file(join(folder, answerName))
      .json()
      .catch(() => null);
    const read = v.safeParse(answerSchema, answer);
    if (read.success) return read.output;
    const what = task.kind === "evaluate" ? "Its CUE was not evaluated" : "It was not loaded";
    const why = result.timedOut
      ? `that took longer than ${limitMs / 1000} seconds`
      : result.ok
        ? "it ended the process that tried it"
        : describeFailure(result).replace(/^\S+ /, "the process ");
    throw new ViewraError("PLUGIN_BROKEN", `${what}: ${why}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
