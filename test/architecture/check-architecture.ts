import { checkImports } from "./import-rules.ts";
import { checkSpawning, checkWebStandard } from "./runtime-rules.ts";
import { scanFile, type ScannedFile } from "./scan-file.ts";
import type { SourceTree } from "./source-tree.ts";

const maxLines = 400;

/** Everything in a tree that breaks a rule of the house, as sentences with their reasons; empty when all is well. */
export function checkArchitecture(tree: SourceTree): string[] {
  const scanned = new Map<string, ScannedFile>();
  for (const [path, text] of tree) {
    if (/\.tsx?$/.test(path)) scanned.set(path, scanFile(path, text));
  }
  return [
    ...[...tree].flatMap(([path, text]) => checkShape(path, text)),
    ...[...scanned].flatMap(([path, file]) => [
      ...file.parseErrors.map((error) => `${path} cannot be parsed: ${error}`),
      ...checkBarrel(path, file),
      ...checkImports(path, file),
      ...checkSpawning(path, file),
    ]),
    ...checkWebStandard(scanned),
  ];
}

function checkShape(path: string, text: string): string[] {
  const violations: string[] = [];
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  if (lines > maxLines) {
    violations.push(
      `${path} has ${lines} lines: over ${maxLines} a file has more than one reason to change`,
    );
  }
  const stem = path.split("/").at(-1)?.split(".")[0] ?? "";
  if (/^(?:utils?|helpers?|manager|common|types|misc)$/.test(stem)) {
    violations.push(`${path} is named for nothing it holds: a file is named for its one concern`);
  }
  return violations;
}

function checkBarrel(path: string, file: ScannedFile): string[] {
  if (!file.barrel) return [];
  return [
    `${path} only exports again what others hold: import the file itself, so that a reader finds it`,
  ];
}
