import { ViewraError } from "../errors/viewra-error.ts";
import { matchesStrongly, matchesWeakly } from "./entity-tag.ts";

/**
 * Evaluates If-Match and If-None-Match, in the order of RFC 9110 13.2.2: true when the client has what the entity tag
 * names. Throws PRECONDITION_FAILED.
 */
export function hasCurrent(fields: Headers, tag: string): boolean {
  const ifMatch = fields.get("if-match");
  if (ifMatch !== null && !matchesStrongly(ifMatch, tag)) {
    throw new ViewraError("PRECONDITION_FAILED");
  }
  const ifNoneMatch = fields.get("if-none-match");
  return ifNoneMatch !== null && matchesWeakly(ifNoneMatch, tag);
}
