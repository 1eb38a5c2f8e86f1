import { ViewraError } from "../errors/viewra-error.ts";
import { parsePlan } from "../rendition/parse-plan.ts";
import { parseObjectName } from "../media/object-name.ts";
import { renditionTimeline, type Plan } from "../rendition/plan.ts";
import type { Rendition } from "../rendition/methods.ts";
import { segmentCount } from "../media/timeline.ts";
import type { ContentStore, ObjectRecord, StoreStats } from "../store/content-store.ts";
import { collectContents, type CollectPorts, type CollectResult } from "./collect.ts";
import { verifyContents, type VerifyRequest, type VerifyResult } from "./verify.ts";

/** One content, as it lies in the store. */
export interface ContentInfo {
  readonly hash: string;
  readonly plan: Plan;
  readonly renditions: readonly RenditionInfo[];
  readonly objects: number;
  readonly bytes: number;
  /** Objects that were damaged or lost and have other bytes, and another entity tag, than at first. */
  readonly remade: number;
  /** Files of the library that hold its film now. */
  readonly mediaFileIds: readonly string[];
}

export interface RenditionInfo {
  readonly rendition: Rendition;
  readonly segmentsReady: number;
  readonly segmentsTotal: number;
  /** What the segments that are there took to make, milliseconds; null where it is known of none. */
  readonly costMs: number | null;
}

/** What may be asked of the content store from outside. */
export interface ContentService {
  /** CONTENT_NOT_FOUND, PLAN_UNSUPPORTED. */
  info(hash: string): Promise<ContentInfo>;
  /** All contents of a media file's film that this version made. MEDIA_NOT_FOUND. */
  byMedia(mediaFileId: string): Promise<ContentInfo[]>;
  stats(): Promise<StoreStats>;
  /** CONTENT_NOT_FOUND. */
  remove(hash: string): Promise<void>;
  /** Re-hashes one content or all, one call after another. CONTENT_NOT_FOUND, CANCELLED. */
  verify(request: VerifyRequest): Promise<VerifyResult>;
  /** Removes contents that nobody watches and nobody needs. LIBRARY_UNKNOWN where that cannot be told. */
  collect(request: { readonly unknown: boolean }): Promise<CollectResult>;
}

export interface ContentServiceDeps extends Omit<CollectPorts, "remove"> {
  readonly store: Pick<
    ContentStore,
    "plan" | "list" | "stats" | "delete" | "verify" | "discard" | "contents"
  >;
  /** Ids of the media files that hold a film now. */
  readonly filesWith: (fingerprint: string) => Promise<readonly string[]>;
  /** The fingerprint of a media file; null for one that was never read. MEDIA_NOT_FOUND. */
  readonly fingerprintOf: (mediaFileId: string) => Promise<string | null>;
  /** Hashes of the contents that were made from a film. */
  readonly contentsOf: (fingerprint: string) => Promise<readonly string[]>;
  /** Ends what is being made of a content, and forgets it, before it is deleted. */
  readonly release: (hash: string) => Promise<void>;
}

const hashForm = /^[0-9a-f]{64}$/;

export function createContentService(deps: ContentServiceDeps): ContentService {
  const { store } = deps;
  const verifications = createQueue();
  const collections = createQueue();

  const read = async (hash: string, planJson: string): Promise<ContentInfo | null> => {
    const plan = parsePlan(planJson);
    if (plan === null) return null;
    const records = await store.list(hash);
    return {
      hash,
      plan,
      renditions: renditionInfos(plan, records),
      objects: records.size,
      ...countRecords(records),
      mediaFileIds: await deps.filesWith(plan.source.fingerprint),
    };
  };

  const remove = async (hash: string): Promise<boolean> => {
    await deps.release(hash);
    return store.delete(hash);
  };

  return {
    async info(hash) {
      const planJson = hashForm.test(hash) ? await store.plan(hash) : null;
      if (planJson === null) throw new ViewraError("CONTENT_NOT_FOUND");
      const found = await read(hash, planJson);
      if (found === null) throw new ViewraError("PLAN_UNSUPPORTED");
      return found;
    },
    async byMedia(mediaFileId) {
      const fingerprint = await deps.fingerprintOf(mediaFileId);
      if (fingerprint === null) return [];
      const hashes = await deps.contentsOf(fingerprint);
      const found = await Promise.all(
        hashes.map(async (hash) => {
          const planJson = await store.plan(hash);
          return planJson === null ? null : read(hash, planJson);
        }),
      );
      return found.filter((content) => content !== null);
    },
    stats: () => store.stats(),
    async remove(hash) {
      if (!hashForm.test(hash) || !(await remove(hash))) throw new ViewraError("CONTENT_NOT_FOUND");
    },
    verify: (request) => verifications(() => verifyContents(store, request)),
    collect: (request) => collections(() => collectContents(store, { ...deps, remove }, request)),
  };
}

/** One after another, in the order they came. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}

function renditionInfos(plan: Plan, records: ReadonlyMap<string, ObjectRecord>): RenditionInfo[] {
  const ready = new Map<string, number>();
  const costs = new Map<string, number>();
  for (const [name, { costMs }] of records) {
    const parsed = parseObjectName(name);
    if (parsed?.kind !== "segment") continue;
    const { rendition } = parsed;
    ready.set(rendition, (ready.get(rendition) ?? 0) + 1);
    if (costMs !== undefined) costs.set(rendition, (costs.get(rendition) ?? 0) + costMs);
  }
  return plan.renditions.map((rendition) => ({
    rendition,
    segmentsReady: ready.get(rendition.id) ?? 0,
    segmentsTotal: segmentCount(renditionTimeline(plan, rendition)),
    costMs: costs.get(rendition.id) ?? null,
  }));
}

function countRecords(
  records: ReadonlyMap<string, ObjectRecord>,
): Pick<ContentInfo, "bytes" | "remade"> {
  let [bytes, remade] = [0, 0];
  for (const { sizeBytes, formerSha256 = [] } of records.values()) {
    bytes += sizeBytes;
    if (formerSha256.length > 0) remade += 1;
  }
  return { bytes, remade };
}
