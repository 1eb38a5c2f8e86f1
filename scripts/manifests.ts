/**
 * Evaluates the `plugin.cue` of each built-in plugin and writes what it says into src/plugin/built-in-manifests.json.
 * `bun run build` does it first.
 */
import { join, resolve } from "node:path";
import { builtInManifests } from "./build/built-in-manifests.ts";

const root = resolve(import.meta.dir, "..");
const path = join(root, "src/plugin/built-in-manifests.json");
const manifests = await builtInManifests(root);
const before: unknown = await Bun.file(path)
  .json()
  .catch(() => null);
if (!Bun.deepEquals(before, manifests)) {
  await Bun.write(path, `${JSON.stringify(manifests, null, 2)}\n`);
  console.log(`wrote ${path}`);
}
// CUE's evaluator waits for more.
process.exit();
