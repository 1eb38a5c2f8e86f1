import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import type { Evaluated } from "../plugin/cue/evaluate.ts";
import { replaceFile } from "../store/temporary-file.ts";
import { runTask, type TaskTools } from "./apart/run-task.ts";
import { evaluatedSchema } from "./apart/task.ts";

export interface CueOptions {
  readonly tools: TaskTools;
  /** Where results are kept; made when it is needed. */
  readonly folder: string;
  /** Viewra's: another one may evaluate in another way. */
  readonly version: string;
}

/** As many results as are kept. */
const kept = 200;

/**
 * Evaluates CUE in a process of its own, once for each pair of texts: what came of it is kept on disk by their digest.
 * PLUGIN_BROKEN where that process gives no answer; nothing is kept of that.
 */
export function createCue({ tools, folder, version }: CueOptions) {
  return async (plugin: string, values: string): Promise<Evaluated> => {
    const key = JSON.stringify([version, plugin, values]);
    const digest = new Bun.CryptoHasher("sha256").update(key).digest("hex");
    const path = join(folder, `${digest}.json`);
    const known = await Bun.file(path)
      .json()
      .catch(() => null);
    const read = v.safeParse(evaluatedSchema, known);
    if (read.success) return read.output;
    const evaluated = await runTask(tools, { kind: "evaluate", plugin, values }, evaluatedSchema);
    // Without a place to keep it, it is evaluated again next time.
    await keep(folder, path, JSON.stringify(evaluated)).catch(() => {});
    return evaluated;
  };
}

export type EvaluateCue = ReturnType<typeof createCue>;

async function keep(folder: string, path: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await replaceFile(path, text);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  if (names.length <= kept) return;
  const dated = await Promise.all(
    names.map(async (name) => ({
      path: join(folder, name),
      at: (await stat(join(folder, name))).mtimeMs,
    })),
  );
  const oldest = dated.toSorted((a, b) => a.at - b.at).slice(0, names.length - kept);
  for (const each of oldest) await rm(each.path, { force: true });
}
