import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { loadCue } from "../../src/plugin/cue/evaluate.ts";

const folder = "plugins/transcoding";

/** What the `plugin.cue` of each built-in plugin comes to, as `src/plugin/built-in-manifests.json` holds it. */
export async function builtInManifests(root: string): Promise<Record<string, unknown>> {
  const evaluate = await loadCue();
  const all: Record<string, unknown> = {};
  for (const name of (await readdir(join(root, folder))).toSorted()) {
    const cue = await Bun.file(join(root, folder, name, "plugin.cue")).text();
    const evaluated = evaluate(cue, "");
    if (!evaluated.ok) {
      const { message, place } = evaluated.fault;
      const at = place === null ? "" : `:${place.line}:${place.column}`;
      throw new Error(`${folder}/${name}/plugin.cue${at}: ${message}`);
    }
    const { manifest, schema } = evaluated.evaluation;
    all[manifest.plugin_name] = { cue, manifest, schema };
  }
  return all;
}
