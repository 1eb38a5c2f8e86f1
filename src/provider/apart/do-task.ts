import { join } from "node:path";
import * as v from "valibot";
import { loadCue } from "../../plugin/cue/evaluate.ts";
import { tryPlugin } from "../external/try-plugin.ts";
import { answerName, requestName, taskSchema, type Task } from "./task.ts";

/** Does the task that lies in a folder and leaves its answer there. The process is to end afterwards. */
export async function doTask(folder: string): Promise<void> {
  const task = v.parse(taskSchema, await Bun.file(join(folder, requestName)).json());
  // Whole or not at all: a plugin may end the process.
  await Bun.write(join(folder, answerName), JSON.stringify(await answer(task)));
}

async function answer(task: Task): Promise<unknown> {
  if (task.kind === "try") return { fault: await tryPlugin(task) };
  const evaluate = await loadCue();
  return evaluate(task.plugin, task.values);
}
