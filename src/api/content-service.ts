import { ViewraError } from "../errors/viewra-error.ts";
import { parsePlan } from "../media/plan-schema.ts";
import { parseObjectName, renditionTimeline, type Plan, type Rendition } from "../media/plan.ts";
import { segmentCount } from "../media/timeline.ts";
import type { ContentStore, ObjectRecord, StoreFault, StoreStats } from "../store/content-store.ts";

/** One content, as it lies in the store. */
export interface ContentInfo {
  readonly hash: string;
  readonly plan: Plan;
  readonly renditions: readonly RenditionInfo[];
  readonly objects: number;
  readonly bytes: number;
  /** Files of the library that hold its film now. */
  readonly mediaFileIds: readonly string[];
}

export interface RenditionInfo {
  readonly rendition: Rendition;
  readonly segmentsReady: number;
  readonly segmentsTotal: number;
}

/** What may be asked of the content store from outside. */
export interface ContentService {
  /** CONTENT_NOT_FOUND. */
  info(hash: string): Promise<ContentInfo>;
  /** All contents of a media file's film. MEDIA_NOT_FOUND. */
  byMedia(mediaFileId: string): Promise<ContentInfo[]>;
  stats(): Promise<StoreStats>;
  /** CONTENT_NOT_FOUND. */
  remove(hash: string): Promise<void>;
  /** Re-hashes one content or all; `repair` removes what is bad. CONTENT_NOT_FOUND. */
  verify(request: {
    readonly hash?: string | undefined;
    readonly repair: boolean;
  }): Promise<{ readonly faults: readonly StoreFault[]; readonly repaired: number }>;
  /** Removes contents that nobody watches and whose film no library knows, not even as missing. */
  cleanup(): Promise<{ readonly removed: readonly string[]; readonly bytesFreed: number }>;
}

export interface ContentServiceDeps {
  readonly store: Pick<
    ContentStore,
    "plan" | "list" | "stats" | "delete" | "verify" | "discard" | "contents"
  >;
  /** Ids of the media files that hold a film now. */
  readonly filesWith: (fingerprint: string) => Promise<readonly string[]>;
  /** Has a library this film, or had it before its disk went missing? */
  readonly isKnownFilm: (fingerprint: string) => Promise<boolean>;
  /** The fingerprint of a media file; null for one that was never read. MEDIA_NOT_FOUND. */
  readonly fingerprintOf: (mediaFileId: string) => Promise<string | null>;
  /** Hashes of the contents that were made from a film. */
  readonly contentsOf: (fingerprint: string) => Promise<readonly string[]>;
  readonly isWatched: (hash: string) => boolean;
  /** Ends what is being made of a content, and forgets it, before it is deleted. */
  readonly release: (hash: string) => Promise<void>;
}

const hashForm = /^[0-9a-f]{64}$/;

export function createContentService(deps: ContentServiceDeps): ContentService {
  const { store } = deps;

  const find = async (hash: string): Promise<ContentInfo | null> => {
    const planJson = hashForm.test(hash) ? await store.plan(hash) : null;
    if (planJson === null) return null;
    const plan = parsePlan(planJson);
    const records = await store.list(hash);
    return {
      hash,
      plan,
      renditions: renditionInfos(plan, records),
      objects: records.size,
      bytes: totalBytes(records),
      mediaFileIds: await deps.filesWith(plan.source.fingerprint),
    };
  };

  const info = async (hash: string): Promise<ContentInfo> => {
    const found = await find(hash);
    if (found === null) throw new ViewraError("CONTENT_NOT_FOUND");
    return found;
  };

  const remove = async (hash: string): Promise<boolean> => {
    await deps.release(hash);
    return store.delete(hash);
  };

  return {
    info,
    async byMedia(mediaFileId) {
      const fingerprint = await deps.fingerprintOf(mediaFileId);
      if (fingerprint === null) return [];
      const found = await Promise.all((await deps.contentsOf(fingerprint)).map(find));
      return found.filter((content) => content !== null);
    },
    stats: () => store.stats(),
    async remove(hash) {
      if (!hashForm.test(hash) || !(await remove(hash))) throw new ViewraError("CONTENT_NOT_FOUND");
    },
    async verify({ hash, repair }) {
      if (hash !== undefined && (await store.plan(hash)) === null) {
        throw new ViewraError("CONTENT_NOT_FOUND");
      }
      const faults: StoreFault[] = [];
      for await (const fault of store.verify(hash)) {
        faults.push(fault);
        if (repair) await store.discard(fault.hash, fault.name);
      }
      return { faults, repaired: repair ? faults.length : 0 };
    },
    async cleanup() {
      const removed: string[] = [];
      let bytesFreed = 0;
      for await (const { hash, bytes } of store.contents()) {
        if (deps.isWatched(hash) || !(await isOrphan(hash))) continue;
        if (!(await remove(hash))) continue;
        removed.push(hash);
        bytesFreed += bytes;
      }
      return { removed, bytesFreed };
    },
  };

  /** A plan that cannot be read belongs to no film that anybody has: its content is of no use either. */
  async function isOrphan(hash: string): Promise<boolean> {
    const planJson = await store.plan(hash);
    if (planJson === null) return true;
    const { fingerprint } = parsePlan(planJson).source;
    return !(await deps.isKnownFilm(fingerprint));
  }
}

function renditionInfos(plan: Plan, records: ReadonlyMap<string, ObjectRecord>): RenditionInfo[] {
  const ready = new Map<string, number>();
  for (const name of records.keys()) {
    const parsed = parseObjectName(name);
    if (parsed?.kind !== "segment") continue;
    ready.set(parsed.rendition, (ready.get(parsed.rendition) ?? 0) + 1);
  }
  return plan.renditions.map((rendition) => ({
    rendition,
    segmentsReady: ready.get(rendition.id) ?? 0,
    segmentsTotal: segmentCount(renditionTimeline(plan, rendition)),
  }));
}

function totalBytes(records: ReadonlyMap<string, ObjectRecord>): number {
  let bytes = 0;
  for (const { sizeBytes } of records.values()) bytes += sizeBytes;
  return bytes;
}
