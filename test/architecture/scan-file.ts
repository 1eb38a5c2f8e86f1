import { posix } from "node:path";
import { parseSync } from "oxc-parser";
import {
  allChildren,
  child,
  children,
  nameOf,
  textOf,
  toAstNode,
  type AstNode,
} from "./ast-node.ts";
import { boundNames, runtimeGlobal } from "./runtime-globals.ts";

export interface FoundImport {
  /** As written: `../media/plan.ts`, `node:fs`, `hono`. */
  readonly specifier: string;
  /** Path from the root for a file of ours; null for a package or a module of the runtime. */
  readonly file: string | null;
  /** Gone at run time: `import type`, `export type`, `import("…").T`, or nothing but `type` names. */
  readonly typeOnly: boolean;
  readonly line: number;
  /** Names taken from the module, where they are listed. */
  readonly names: readonly string[];
}

export interface ScannedFile {
  readonly imports: readonly FoundImport[];
  /** Globals of a runtime that the web does not have: `Bun.file`, `process.env`, `Buffer` … */
  readonly runtimeGlobals: readonly { readonly name: string; readonly line: number }[];
  /** Nothing in it but re-exports. */
  readonly barrel: boolean;
  readonly parseErrors: readonly string[];
}

/** What a TypeScript file imports, types included, and which of a runtime's own globals it uses. */
export function scanFile(path: string, text: string): ScannedFile {
  const { program, errors } = parseSync(path, text);
  const root = toAstNode(program);
  const lineOf = lineFinder(text);
  const imports: FoundImport[] = [];
  const globals: { name: string; line: number }[] = [];
  const bound = new Set<string>();

  const visit = (node: AstNode, parent: AstNode | null): void => {
    const found = importOf(node, path, lineOf);
    if (found !== null) imports.push(found);
    const name = runtimeGlobal(node, parent);
    if (name !== null) globals.push({ name, line: lineOf(node.start) });
    for (const local of boundNames(node)) bound.add(local);
    for (const each of allChildren(node)) visit(each, node);
  };
  if (root !== null) visit(root, null);

  const statements = children(root, "body");
  return {
    imports,
    runtimeGlobals: globals.filter(({ name }) => !bound.has(name.split(".")[0] ?? "")),
    barrel: statements.length > 0 && statements.every(isReExport),
    parseErrors: errors.map((error) => error.message),
  };
}

function importOf(node: AstNode, from: string, lineOf: LineFinder): FoundImport | null {
  const specifier = specifierOf(node);
  if (specifier === null) return null;
  const specifiers = children(node, "specifiers");
  return {
    specifier,
    file: specifier.startsWith(".") ? posix.join(posix.dirname(from), specifier) : null,
    typeOnly:
      node.type === "TSImportType" ||
      isTypeOnly(node) ||
      (specifiers.length > 0 && specifiers.every(isTypeOnly)),
    line: lineOf(node.start),
    names: specifiers.flatMap((each) => nameOf(child(each, "imported")) ?? []),
  };
}

function isTypeOnly(node: AstNode): boolean {
  return node.fields["importKind"] === "type" || node.fields["exportKind"] === "type";
}

const importingNodes: ReadonlySet<string> = new Set([
  "ImportDeclaration",
  "ExportNamedDeclaration",
  "ExportAllDeclaration",
  "ImportExpression",
  "TSImportType",
]);

/** The module a node imports; null where it imports none, or a computed one that nobody can follow. */
function specifierOf(node: AstNode): string | null {
  if (importingNodes.has(node.type)) return textOf(child(node, "source"));
  const isRequire = node.type === "CallExpression" && nameOf(child(node, "callee")) === "require";
  return isRequire ? textOf(children(node, "arguments")[0] ?? null) : null;
}

function isReExport(node: AstNode): boolean {
  if (node.type === "ExportAllDeclaration") return true;
  return node.type === "ExportNamedDeclaration" && child(node, "source") !== null;
}

type LineFinder = (offset: number) => number;

function lineFinder(text: string): LineFinder {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => starts.findLastIndex((start) => start <= offset) + 1;
}
