import { ViewraError } from "../../src/errors/viewra-error.ts";
import { canonicalPlan, contentHash, type Plan } from "../../src/rendition/plan.ts";
import type { PlaybackPipeline } from "../../src/playback/ports.ts";

export interface FakePipeline extends PlaybackPipeline {
  readonly published: Map<string, Plan>;
  /** How often `publish` was called. */
  publishes: number;
  readonly lookedAhead: { hash: string; rendition: string; n: number }[];
  /** Where viewers were said to be. */
  readonly reported: {
    readonly hash: string;
    readonly session: string;
    readonly report: Parameters<PlaybackPipeline["viewerAt"]>[2];
  }[];
  /** Viewers of each content now. */
  readonly viewers: Map<string, number>;
  /** Thrown by `publish` and `describe` when set. */
  refusal: ((plan: Plan) => unknown) | null;
}

/** Publishes to memory, encodes nothing. */
export function createFakePipeline(): FakePipeline {
  const published = new Map<string, Plan>();
  const viewers = new Map<string, number>();
  const lookedAhead: FakePipeline["lookedAhead"] = [];
  const reported: FakePipeline["reported"] = [];
  const fake: FakePipeline = {
    published,
    publishes: 0,
    ...{ lookedAhead, reported, viewers },
    refusal: null,
    async publish(plan) {
      fake.publishes++;
      const error = fake.refusal?.(plan);
      if (error !== undefined && error !== null) throw error;
      const hash = await contentHash(canonicalPlan(plan));
      const known = published.has(hash);
      published.set(hash, plan);
      return { hash, known, plan };
    },
    planInForce: async (plan) => plan,
    describe: async (plan) => {
      const error = fake.refusal?.(plan);
      if (error !== undefined && error !== null) throw error;
    },
    lookAhead: (hash, rendition, n) => void lookedAhead.push({ hash, rendition, n }),
    viewerAt: (hash, session, report) => void reported.push({ hash, session, report }),
    watch(hash) {
      viewers.set(hash, (viewers.get(hash) ?? 0) + 1);
      let isHere = true;
      return () => {
        if (!isHere) throw new Error("a viewer left twice");
        isHere = false;
        viewers.set(hash, (viewers.get(hash) ?? 0) - 1);
      };
    },
    async progress(hash) {
      if (!published.has(hash)) throw new ViewraError("CONTENT_NOT_FOUND");
      return { segmentsReady: 3, segmentsTotal: 60, speed: 2.5, fps: 62.5, failure: null };
    },
    stats: () => ({ runsActive: 1, runsSuspended: 0, waiting: 2, segmentsMade: 3, failures: 0 }),
  };
  return fake;
}
