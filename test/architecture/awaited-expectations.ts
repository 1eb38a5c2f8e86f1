import { parseSync } from "oxc-parser";
import { allChildren, child, nameOf, toAstNode, type AstNode } from "./ast-node.ts";

/**
 * What a test file expects of a promise without waiting for it: such an expectation may fail after its test has
 * passed, or be of a promise that nobody looks at any more. The linter's rules for this (`no-floating-promises`,
 * `valid-expect`) see nothing of it: Bun types matchers as void, and `bun:test` is no package that they know.
 */
export function checkExpectations(path: string, text: string): string[] {
  const violations: string[] = [];
  const visit = (node: AstNode, isAwaited: boolean): void => {
    const promised = isAwaited ? null : promisedBy(node);
    if (promised !== null) {
      const line = text.slice(0, node.start).split("\n").length;
      violations.push(
        `${path}:${line} expects what a promise ${promised}, and does not await it: then it can fail unseen`,
      );
    }
    const isWaiting = node.type === "AwaitExpression";
    const isChain = node.type === "MemberExpression" || node.type === "CallExpression";
    for (const each of allChildren(node)) {
      // Of `await expect(…).rejects.not.toThrow(…)` all the chain is waited for, but no argument.
      const isLink = [child(node, "object"), child(node, "callee")].some(
        (link) => link?.start === each.start && link.type === each.type,
      );
      visit(each, isWaiting || (isChain && isAwaited && isLink));
    }
  };
  const root = toAstNode(parseSync(path, text).program);
  if (root !== null) visit(root, false);
  return violations;
}

/** "rejects" of `expect(…).rejects`; null for any other node. */
function promisedBy(node: AstNode): string | null {
  if (node.type !== "MemberExpression") return null;
  const expecting = child(node, "object");
  const isExpect =
    expecting?.type === "CallExpression" && nameOf(child(expecting, "callee")) === "expect";
  const property = nameOf(child(node, "property"));
  return isExpect && (property === "rejects" || property === "resolves") ? property : null;
}
