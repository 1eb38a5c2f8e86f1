/** A node of a syntax tree (ESTree with TypeScript's nodes), read without trusting its shape. */
export interface AstNode {
  readonly type: string;
  /** Offset in the text. */
  readonly start: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function toAstNode(value: unknown): AstNode | null {
  if (typeof value !== "object" || value === null || !("type" in value)) return null;
  if (typeof value.type !== "string") return null;
  const start = "start" in value && typeof value.start === "number" ? value.start : 0;
  return { type: value.type, start, fields: { ...value } };
}

export function child(node: AstNode | null, field: string): AstNode | null {
  return node === null ? null : toAstNode(node.fields[field]);
}

export function children(node: AstNode | null, field: string): AstNode[] {
  return node === null ? [] : nodesIn(node.fields[field]);
}

export function allChildren(node: AstNode): AstNode[] {
  return Object.values(node.fields).flatMap((value) => toAstNode(value) ?? nodesIn(value));
}

/** The name of an identifier or a quoted name; null for any other node. */
export function nameOf(node: AstNode | null): string | null {
  return node?.type === "Identifier" ? String(node.fields["name"]) : textOf(node);
}

/** The text of a string or of a template without holes; null for any other node. */
export function textOf(node: AstNode | null): string | null {
  const value = node?.type === "Literal" ? node.fields["value"] : null;
  if (typeof value === "string") return value;
  const [only, ...others] = node?.type === "TemplateLiteral" ? children(node, "quasis") : [];
  if (only === undefined || others.length > 0) return null;
  const written = only.fields["value"];
  if (typeof written !== "object" || written === null || !("cooked" in written)) return null;
  return typeof written.cooked === "string" ? written.cooked : null;
}

function nodesIn(value: unknown): AstNode[] {
  return Array.isArray(value) ? value.flatMap((each: unknown) => toAstNode(each) ?? []) : [];
}
