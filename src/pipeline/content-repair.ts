import type { ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import type { ContentReplacement } from "../rendition/content-replacement.ts";
import { canonicalPlan, contentHash, type Plan } from "../rendition/plan.ts";
import { providerOf } from "../rendition/encode/plan-without.ts";
import { initName } from "../media/object-name.ts";
import type { FailureRecord } from "./ports.ts";

export interface ContentRepairOptions {
  readonly failures: FailureRecord;
  readonly log: Logger;
  /** The plan of the same film that copies nothing. MEDIA_MISSING. */
  readonly encodeInstead: (plan: Plan) => Promise<Plan>;
  /** The same plan, made without a provider that failed. TRANSCODING_UNAVAILABLE where no other makes it. */
  readonly planWithout: (plan: Plan, providerId: string) => Plan;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  readonly publish: (plan: Plan) => Promise<{ readonly hash: string }>;
  readonly onReplaced: (replacement: ContentReplacement) => void;
}

/** What becomes of contents that cannot be made as they were promised. */
export interface ContentRepair {
  /** The plan itself, or the one that took its place, once the first was found not to be makeable. */
  planInForce(plan: Plan): Promise<Plan>;
  /** Publishes the content described from the film in the stead of one that is not so. Never throws. */
  onMismatch(plan: Plan, hash: string, rendition: string, error: ViewraError): Promise<void>;
  /** Publishes the content that another provider makes in the stead of one whose provider failed. Never throws. */
  onProviderFailure(plan: Plan, hash: string, rendition: string, error: ViewraError): Promise<void>;
}

/** Contents of which it is remembered in memory whether they can be made. */
const kept = 10_000;
/** A provider that failed at a content is given it again after so long: drivers come back. */
const withoutProviderMs = 600_000;

/**
 * An encoder may write into its header what it finds in the film (what was pinned is known to, and an encoder
 * to come may know more). Then the header described from nothing is wrong, and trying again does not help:
 * the film is described anew from its own first pictures, under a hash of its own.
 */
export function createContentRepair(options: ContentRepairOptions): ContentRepair {
  const { failures, log, publish, onReplaced, encodeInstead, planWithout, now } = options;
  // Packets that are not what the film said of them are encoded; headers that follow it are described from it.
  const inStead = async (plan: Plan): Promise<Plan> =>
    plan.renditions.some(({ method }) => method === "copy") ? encodeInstead(plan) : fromFilm(plan);
  /** By content hash; a promise while the record of former processes is asked. */
  const mismatched = new Map<string, boolean>();
  /** By content hash: the one that another provider makes, for a while. */
  const remade = new Map<string, { readonly plan: Plan; readonly until: number }>();
  const repairing = new Map<string, Promise<void>>();

  const remember = (hash: string, isMismatched: boolean): void => {
    mismatched.set(hash, isMismatched);
    const [oldest] = mismatched.keys();
    if (mismatched.size > kept && oldest !== undefined) mismatched.delete(oldest);
  };

  const isMismatched = async (plan: Plan, hash: string): Promise<boolean> => {
    const known = mismatched.get(hash);
    if (known !== undefined) return known;
    const recorded = await failures.list(hash).catch((error: unknown) => {
      log.warn("failures not recalled", { content: hash, error });
      return new Map<string, unknown>();
    });
    const found = plan.renditions.some(({ id }) => recorded.has(initName(id)));
    // What a mismatch of a moment ago says is newer.
    if (!mismatched.has(hash)) remember(hash, found);
    return mismatched.get(hash) ?? found;
  };

  const repair = async (
    plan: Plan,
    hash: string,
    rendition: string,
    error: ViewraError,
  ): Promise<void> => {
    remember(hash, true);
    void failures
      .add(hash, initName(rendition), error.message)
      .catch((cause: unknown) => log.warn("failure not recorded", { content: hash, cause }));
    try {
      const inForce = await inStead(plan);
      const { hash: newHash } = await publish(inForce);
      log.warn("content replaced", { content: hash, by: newHash, error });
      const reason = `${rendition} is not what the film says of it, which was therefore planned anew`;
      onReplaced({ hash, by: { hash: newHash, plan: inForce }, reason });
    } catch (thrown) {
      log.error("content could not be replaced", { content: hash, error: thrown });
    }
  };

  const once = async (hash: string, work: () => Promise<void>): Promise<void> => {
    const running = repairing.get(hash) ?? work().finally(() => repairing.delete(hash));
    repairing.set(hash, running);
    await running;
  };

  const planInForce = async (plan: Plan): Promise<Plan> => {
    const hash = await contentHash(canonicalPlan(plan));
    const other = remade.get(hash);
    if (other !== undefined && other.until > now()) return planInForce(other.plan);
    remade.delete(hash);
    if (plan.describedFrom === "film") return plan;
    return (await isMismatched(plan, hash)) ? inStead(plan) : plan;
  };

  return {
    planInForce,
    onMismatch: async (plan, hash, rendition, error) => {
      // There is nothing better to describe it from.
      if (plan.describedFrom === "film") return;
      await once(hash, () => repair(plan, hash, rendition, error));
    },
    onProviderFailure: async (plan, hash, rendition, error) => {
      const provider = providerOf(plan, rendition);
      if (provider === null) return;
      await once(hash, async () => {
        try {
          const other = planWithout(plan, provider);
          remade.set(hash, { plan: other, until: now() + withoutProviderMs });
          const inForce = await planInForce(other);
          const { hash: newHash } = await publish(inForce);
          log.warn("content replaced", { content: hash, by: newHash, error });
          const reason = `What encodes ${rendition} failed; another encoder goes on`;
          onReplaced({ hash, by: { hash: newHash, plan: inForce }, reason });
        } catch (thrown) {
          // With one provider alone this is how every film ends that cannot be decoded.
          log.debug("nothing else makes the content", { content: hash, error: thrown });
        }
      });
    },
  };
}

/** The same plan, to be described from the film itself. */
export function fromFilm(plan: Plan): Plan {
  return { ...plan, describedFrom: "film" };
}
