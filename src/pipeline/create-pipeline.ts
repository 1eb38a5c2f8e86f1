import type { ErrorCode } from "../errors/catalogue.ts";
import { toViewraError, ViewraError } from "../errors/viewra-error.ts";
import { parsePlan } from "../rendition/parse-plan.ts";
import { canonicalPlan, contentHash, type Plan } from "../rendition/plan.ts";
import { parseObjectName } from "../media/object-name.ts";
import { ContentWork, type ContentWorkOptions, type StoredPlan } from "./content-work.ts";
import { createDescriber, type DescriberOptions } from "./describe.ts";
import { createContentRepair, type ContentRepairOptions } from "./content-repair.ts";
import type { Pipeline } from "./pipeline.ts";
import { readyNames, readyObjects, type ReadyObject } from "./publish.ts";
import { Viewers } from "./viewers.ts";

export interface PipelineOptions
  extends
    Omit<ContentWorkOptions, "now" | "startedAt" | "republish" | "slackSeconds">,
    DescriberOptions {
  readonly now?: () => number;
  /** See HeaderRepairOptions. */
  readonly encodeInstead: (plan: Plan) => Promise<Plan>;
  readonly planWithout: ContentRepairOptions["planWithout"];
  /** How long a request waits for a segment before it is told to come back, seconds. */
  readonly ensureTimeoutSeconds: number;
}

const tidyMs = 2_000;
/** Contents nobody has used for so long are forgotten; the store still has them. */
const forgetMs = 300_000;

/** The pipeline over a store: see pipeline.ts for what each method promises. */
export function createPipeline(options: PipelineOptions): Pipeline {
  const { store, observer, log } = options;
  const now = options.now ?? (() => performance.now());
  const describe = createDescriber(options);
  const viewers = new Viewers(now);
  const works = new Map<string, Promise<ContentWork | null>>();
  const loaded = new Map<string, ContentWork>();
  const publishing = new Map<string, Promise<boolean>>();
  const closing = new AbortController();
  let segmentsMade = 0;
  let failures = 0;
  const counting: ContentWorkOptions = {
    ...options,
    now,
    startedAt: now(),
    slackSeconds: (...where) => viewers.slackSeconds(...where),
    republish: (content, name) => republish(content, name),
    observer: {
      ...observer,
      segmentMade: (hash, name, sizeBytes) => {
        segmentsMade++;
        observer.segmentMade(hash, name, sizeBytes);
      },
      failure: (hash, name, code) => {
        failures++;
        observer.failure(hash, name, code);
      },
      headerMismatch: (hash, rendition, error) => {
        observer.headerMismatch?.(hash, rendition, error);
        const plan = loaded.get(hash)?.plan;
        if (plan && !closing.signal.aborted) void repair.onMismatch(plan, hash, rendition, error);
      },
      givenUp: (hash, rendition, error) => {
        observer.givenUp?.(hash, rendition, error);
        const plan = loaded.get(hash)?.plan;
        if (plan && !closing.signal.aborted) {
          void repair.onProviderFailure(plan, hash, rendition, error);
        }
      },
    },
  };

  const load = async (hash: string): Promise<ContentWork | null> => {
    const planJson = await store.plan(hash);
    const plan = planJson === null ? null : parsePlan(planJson);
    if (planJson === null || plan === null) return null;
    const work = new ContentWork({ hash, plan, planJson }, counting);
    loaded.set(hash, work);
    // Nobody waits for the database: what it knows is heeded when it says it.
    options.failures.list(hash).then(
      (recorded) => work.recall(recorded),
      (error: unknown) => log.warn("failures not recalled", { content: hash, error }),
    );
    return work;
  };
  const workFor = (hash: string): Promise<ContentWork | null> => {
    const known = works.get(hash);
    if (known) return known;
    const loading = load(hash);
    works.set(hash, loading);
    const forget = (): boolean => works.delete(hash);
    loading.then((work) => work === null && forget(), forget);
    return loading;
  };

  const touch = (hash: string, rendition: string, n: number, client: () => string): void => {
    const known = loaded.get(hash);
    if (known) {
      known.touch(rendition, n, client);
      return;
    }
    void workFor(hash).then(
      (work) => work?.touch(rendition, n, client),
      (error: unknown) => log.warn("content could not be loaded", { content: hash, error }),
    );
  };

  const publishOnce = async ({ hash, plan, planJson }: StoredPlan): Promise<boolean> => {
    const stored = await store.list(hash);
    if (readyNames(plan).every((name) => stored.has(name))) return true;
    const startMs = now();
    const told = (code: ErrorCode | null): void =>
      observer.described({ hash, startMs, endMs: now(), code });
    const description = await describe(plan).catch((thrown: unknown) => {
      told(toViewraError(thrown).code);
      throw thrown;
    });
    told(null);
    await store.create(hash, planJson);
    const put = ({ name, bytes }: ReadyObject) => store.put(hash, name, bytes);
    const { parts, manifests } = readyObjects(plan, description);
    // The manifests go last: who finds one finds all that it names at once.
    await Promise.all(parts.map(put));
    await Promise.all(manifests.map(put));
    log.info("content published", {
      content: hash.slice(0, 12),
      renditions: plan.renditions.length,
    });
    return false;
  };
  const publish = (content: StoredPlan): Promise<boolean> => {
    const { hash } = content;
    const running = publishing.get(hash);
    if (running) return running;
    const loud = options.scheduler.hush();
    const started = publishOnce(content).finally(() => {
      publishing.delete(hash);
      loud();
    });
    publishing.set(hash, started);
    return started;
  };

  const republish = async (content: StoredPlan, name: string): Promise<void> => {
    await publish(content);
    // A publishing that was joined may have passed the name by while it was still thought to be well.
    for (let more = 2; more > 0 && store.has(content.hash, name) === false; more--) {
      await publish(content);
    }
  };

  const publishPlan: Pipeline["publish"] = async (plan) => {
    const planJson = canonicalPlan(plan);
    const hash = await contentHash(planJson);
    return { hash, plan, known: await publish({ hash, plan, planJson }) };
  };

  const repair = createContentRepair({
    ...{ log, now, failures: options.failures, publish: publishPlan },
    planWithout: options.planWithout,
    encodeInstead: options.encodeInstead,
    onReplaced: (replacement) => observer.replaced?.(replacement),
  });

  const tidy = (): void => {
    for (const [hash, work] of loaded) {
      work.tidy();
      if (!work.isIdle || now() - work.lastUsedAt < forgetMs) continue;
      loaded.delete(hash);
      works.delete(hash);
    }
    options.scheduler.update();
  };
  const timer = setInterval(tidy, tidyMs);

  return {
    publish: async (plan) => publishPlan(await repair.planInForce(plan)),

    planInForce: (plan) => repair.planInForce(plan),

    describe: async (plan) => void (await describe(plan)),

    ensure: async (hash, name, signal, client) => {
      const object = parseObjectName(name);
      if (object === undefined) throw new ViewraError("OBJECT_NOT_FOUND");
      const work = await workFor(hash);
      if (work === null) throw new ViewraError("CONTENT_NOT_FOUND");
      if (object.kind !== "segment") {
        if (!readyNames(work.plan).includes(name)) throw new ViewraError("OBJECT_NOT_FOUND");
        // Swept away or never written because the server died: made again, byte for byte.
        await republish(work, name);
        return;
      }
      let deadline: AbortSignal | undefined;
      // Most of what a crowd asks for is refused at once: a timer for each would cost more than the refusal.
      const until = (): AbortSignal => {
        deadline = AbortSignal.timeout(options.ensureTimeoutSeconds * 1000);
        return AbortSignal.any([signal, deadline, closing.signal]);
      };
      try {
        signal.throwIfAborted();
        closing.signal.throwIfAborted();
        // What is stored is known of a content that the store has loaded.
        if (store.has(hash, name) === undefined) await store.plan(hash);
        await work.ensure(object.rendition, object.n, client, until);
      } catch (thrown) {
        if (closing.signal.aborted) throw new ViewraError("SHUTTING_DOWN");
        if (signal.aborted) throw new ViewraError("CANCELLED", undefined, { cause: thrown });
        if (deadline?.aborted !== true) throw thrown;
        const message = `${name} did not come into being within ${options.ensureTimeoutSeconds} s`;
        throw new ViewraError("OBJECT_NOT_READY", message, { retryAfterSeconds: 2, cause: thrown });
      }
    },

    lookAhead: (hash, rendition, n, client) => touch(hash, rendition, n, () => client),

    served: (hash, name, client) => {
      if (loaded.get(hash)?.isComplete) return;
      const object = parseObjectName(name);
      if (object?.kind === "segment") touch(hash, object.rendition, object.n, client);
    },

    viewerAt: (hash, session, report) => viewers.report(hash, session, report),

    watch: (hash) => {
      let isOver = false;
      let leave: (() => void) | undefined;
      void workFor(hash).then(
        (work) => {
          if (work && !isOver) leave = work.watch();
        },
        () => {},
      );
      return () => {
        isOver = true;
        leave?.();
      };
    },

    prewarm: async (hash, { signal, ...wish }) => {
      const work = await workFor(hash);
      if (work === null) throw new ViewraError("CONTENT_NOT_FOUND");
      const until = AbortSignal.any([signal, closing.signal]);
      try {
        // What is stored is known of a content that the store has loaded.
        await store.plan(hash);
        await work.prewarm({ ...wish, signal: until });
      } catch (thrown) {
        if (signal.aborted) throw new ViewraError("CANCELLED", undefined, { cause: thrown });
        if (closing.signal.aborted) throw new ViewraError("SHUTTING_DOWN");
        throw thrown;
      }
    },

    progress: async (hash) => {
      const work = await workFor(hash);
      if (work === null) throw new ViewraError("CONTENT_NOT_FOUND");
      return work.progress();
    },

    forget: async (hash) => {
      const work = loaded.get(hash);
      loaded.delete(hash);
      works.delete(hash);
      await work?.close(new ViewraError("CONTENT_NOT_FOUND", "The content was deleted"));
    },

    stats: () => ({
      runsActive: options.scheduler.active,
      runsSuspended: options.scheduler.held,
      waiting: [...loaded.values()]
        .flatMap((work) => [...work.renditions.values()])
        .reduce((sum, work) => sum + work.waiting, 0),
      segmentsMade,
      failures,
    }),

    close: async () => {
      closing.abort();
      clearInterval(timer);
      const reason = new ViewraError("SHUTTING_DOWN");
      await Promise.all([...loaded.values()].map((work) => work.close(reason)));
      await Promise.allSettled(publishing.values());
    },
  };
}
