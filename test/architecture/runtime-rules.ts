import { folderOf } from "./ranks.ts";
import type { ScannedFile } from "./scan-file.ts";

const edge =
  "origin and api keep to web-standard interfaces, so that a read-only origin can run on an edge runtime; put it behind an interface";

/** Folders that run, or later will, where only the web's own interfaces exist, and why. */
const webStandard: ReadonlyMap<string, string> = new Map([
  ["origin", edge],
  ["api", edge],
  ["web", "web is the browser's room; what the server does for the page is in src/app"],
]);

/** What origin/, api/ and web/ use of a runtime, themselves or through the files they import. */
export function checkWebStandard(files: ReadonlyMap<string, ScannedFile>): string[] {
  const violations = new Set<string>();
  for (const path of files.keys()) {
    const why = webStandard.get(folderOf(path) ?? "");
    if (why === undefined) continue;
    for (const chain of chainsToRuntime(path, files)) violations.add(`${chain}: ${why}`);
  }
  return [...violations];
}

/** Walks the imports that exist at run time, nearest first, and reports each file that needs a runtime once. */
function chainsToRuntime(start: string, files: ReadonlyMap<string, ScannedFile>): string[] {
  const found: string[] = [];
  const cameFrom = new Map<string, string | null>([[start, null]]);
  for (const path of cameFrom.keys()) {
    const scanned = files.get(path);
    if (scanned === undefined) continue;
    for (const use of runtimeUses(scanned)) {
      const chain = chainTo(path, cameFrom);
      found.push(`${path}:${use.line} uses ${use.name}${chain === "" ? "" : ` and ${chain}`}`);
    }
    for (const { file, typeOnly } of scanned.imports) {
      if (file !== null && !typeOnly && !cameFrom.has(file)) cameFrom.set(file, path);
    }
  }
  return found;
}

function chainTo(path: string, cameFrom: ReadonlyMap<string, string | null>): string {
  const steps: string[] = [];
  for (let at = cameFrom.get(path) ?? null; at !== null; at = cameFrom.get(at) ?? null)
    steps.push(at);
  return steps.length === 0 ? "" : `is imported by ${steps.join(", imported by ")}`;
}

function runtimeUses(scanned: ScannedFile): { readonly name: string; readonly line: number }[] {
  const modules = scanned.imports
    .filter(({ specifier }) => /^(?:node:|bun:|bun$)/.test(specifier))
    .map(({ specifier, line }) => ({ name: specifier, line }));
  return [...modules, ...scanned.runtimeGlobals];
}

const spawning: ReadonlySet<string> = new Set(["spawn", "spawnSync", "$"]);

/** Who starts programs without src/process, which owns, bounds and ends every child. */
export function checkSpawning(path: string, scanned: ScannedFile): string[] {
  if (folderOf(path) === "process") return [];
  const why = "only src/process starts programs, so that every child is owned, bounded and ended";
  const modules = scanned.imports
    .filter(
      ({ specifier, names }) =>
        /^(?:node:)?(?:child_process|cluster)$/.test(specifier) ||
        (specifier === "bun" && names.some((name) => spawning.has(name))),
    )
    .map(({ specifier, line }) => `${path}:${line} imports ${specifier}: ${why}`);
  const calls = scanned.runtimeGlobals
    .filter(({ name }) => name.startsWith("Bun.") && spawning.has(name.slice("Bun.".length)))
    .map(({ name, line }) => `${path}:${line} uses ${name}: ${why}`);
  return [...modules, ...calls];
}
