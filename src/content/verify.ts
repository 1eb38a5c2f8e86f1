import { setTimeout as sleep } from "node:timers/promises";
import { ViewraError } from "../errors/viewra-error.ts";
import type { ContentStore, StoreFault } from "../store/content-store.ts";

export interface VerifyRequest {
  /** One content; all when left out. */
  readonly hash?: string | undefined;
  /** Removes what is bad, so that it is made again. */
  readonly repair: boolean;
  /** Fires when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

export interface VerifyResult {
  readonly faults: readonly StoreFault[];
  readonly repaired: number;
}

/**
 * Re-hashes one content or all. It takes half the time it could, object by object, so that the other half is
 * left to those who watch. CONTENT_NOT_FOUND; CANCELLED with `signal`.
 */
export async function verifyContents(
  store: Pick<ContentStore, "plan" | "verify" | "discard">,
  { hash, repair, signal }: VerifyRequest,
): Promise<VerifyResult> {
  if (hash !== undefined && (await store.plan(hash)) === null) {
    throw new ViewraError("CONTENT_NOT_FOUND");
  }
  const faults: StoreFault[] = [];
  for await (const fault of store.verify(hash, halfOfTheTime(signal))) {
    faults.push(fault);
    if (repair) await store.discard(fault.hash, fault.name);
  }
  return { faults, repaired: repair ? faults.length : 0 };
}

/** Short works are taken together: a timer is not exact below this. */
const leastPauseMs = 4;

function halfOfTheTime(signal: AbortSignal | undefined): () => Promise<boolean> {
  let startedAt = performance.now();
  return async () => {
    if (signal?.aborted) throw new ViewraError("CANCELLED");
    const workedMs = performance.now() - startedAt;
    if (workedMs >= leastPauseMs) {
      await sleep(workedMs);
      startedAt = performance.now();
    }
    return true;
  };
}
