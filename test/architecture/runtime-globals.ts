import { child, children, nameOf, type AstNode } from "./ast-node.ts";

/** Globals that a server runtime has and an edge runtime or a browser may not have. */
const runtimeGlobals: ReadonlySet<string> = new Set([
  "Bun",
  "process",
  "Buffer",
  "NodeJS",
  "require",
  "__dirname",
  "__filename",
  "setImmediate",
  "global",
]);

/** `Bun`, or `Bun.spawn` where a member of it is named; null where a node names no such global. */
export function runtimeGlobal(node: AstNode, parent: AstNode | null): string | null {
  const name = node.type === "Identifier" ? nameOf(node) : null;
  if (name === null || parent === null || !runtimeGlobals.has(name)) return null;
  if (isMemberName(node, parent)) return null;
  const isOwner = isField(parent, "object", node) || isField(parent, "left", node);
  const member = nameOf(child(parent, "property") ?? child(parent, "right"));
  return isOwner && member !== null ? `${name}.${member}` : name;
}

/** Names that a node binds: inside that file they do not mean the runtime's. */
export function boundNames(node: AstNode): string[] {
  switch (node.type) {
    case "VariableDeclarator":
      return namesInPattern(child(node, "id"));
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
    case "TSFunctionType":
      return [child(node, "id"), ...children(node, "params")].flatMap(namesInPattern);
    case "ImportSpecifier":
    case "ImportDefaultSpecifier":
    case "ImportNamespaceSpecifier":
      return namesInPattern(child(node, "local"));
    default:
      return [];
  }
}

function namesInPattern(node: AstNode | null): string[] {
  if (node === null) return [];
  if (node.type === "Identifier") return [String(node.fields["name"])];
  const inner = ["value", "argument", "left"].map((field) => child(node, field));
  const listed = ["properties", "elements"].flatMap((field) => children(node, field));
  return [...inner, ...listed].flatMap(namesInPattern);
}

/** `x.process`, `{ process: x }` and the like: a name within something, not a global. */
function isMemberName(node: AstNode, parent: AstNode): boolean {
  if (parent.fields["computed"] === true) return false;
  if (isField(parent, "key", node)) return parent.fields["shorthand"] !== true;
  return isField(parent, "property", node) || isField(parent, "right", node, "TSQualifiedName");
}

function isField(parent: AstNode, field: string, node: AstNode, parentType = parent.type): boolean {
  const value = child(parent, field);
  return parent.type === parentType && value?.start === node.start && value.type === node.type;
}
