import type { Plan } from "./plan.ts";

/** A content that cannot be made as its manifests promise, and the one that was published in its stead. */
export interface ContentReplacement {
  readonly hash: string;
  readonly by: { readonly hash: string; readonly plan: Plan };
  /** A sentence for the viewer. */
  readonly reason: string;
}
