import { mkdir, rename, rm, statfs } from "node:fs/promises";
import { errno, toViewraError, ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import { createCensus } from "./census.ts";
import { commitObject } from "./commit-object.ts";
import { createContentIndex } from "./content-index.ts";
import type { AdoptionJudge, ContentStore, DropListener, ObjectRecord } from "./content-store.ts";
import { createContent } from "./create-content.ts";
import type { DiskObject } from "./disk-object.ts";
import { createLayout, isContentHash, isObjectName, planName, requireAddress } from "./layout.ts";
import { dropObject, insertObject, loadContent, type LoadedContent } from "./loaded-content.ts";
import { createMemoryCache } from "./memory-cache.ts";
import { openChecked } from "./open-checked.ts";
import { restorePlan } from "./plan-file.ts";
import { hasRecords, readRecords } from "./record-log.ts";
import { createTemporaryFolder } from "./temporary-folder.ts";
import { verifyContent } from "./verify-content.ts";

export interface DiskStoreOptions {
  /** Absolute path; made when missing. */
  readonly root: string;
  readonly judge: AdoptionJudge;
  readonly log: Logger;
  /** Bound of the objects kept in memory; 128 MiB when left out. An object over 1/64 of it stays on disk. */
  readonly memoryBytes?: number;
}

export interface DiskStore extends ContentStore {
  /** Waits for what is being written; what comes later is refused with SHUTTING_DOWN. */
  close(): Promise<void>;
}

const defaultMemoryBytes = 128 * 1024 * 1024;
/** About 200 bytes each: a film of two hours, four rungs and two sounds has 11,000. */
const maxIndexedObjects = 100_000;
/** Each of which needs another hand to clear the content away once more. */
const attemptsIfCleared = 50;

/** The content store in a folder of the local disk. FORMAT.md tells what lies there and why it survives. */
export function createDiskStore(options: DiskStoreOptions): DiskStore {
  const { judge, log } = options;
  const layout = createLayout(options.root);
  const temporary = createTemporaryFolder(layout.temporary);
  const dropListeners = new Set<DropListener>();
  const dropped: DropListener = (hash, name) => {
    for (const listener of dropListeners) listener(hash, name);
  };
  /** What was on record of contents that are being read anew because their record is gone. */
  const remembered = new Map<string, ReadonlyMap<string, DiskObject>>();
  const known = (hash: string, name: string): ObjectRecord | undefined =>
    remembered.get(hash)?.get(name)?.record;
  const deps = { layout, judge, log, temporary, dropped, known };
  const memory = createMemoryCache(options.memoryBytes ?? defaultMemoryBytes);
  const census = createCensus(layout);
  let isClosed = false;

  const index = createContentIndex({
    maxObjects: maxIndexedObjects,
    load: async (hash) => {
      const content = await loadContent(deps, hash);
      if (content) census.set(hash, recordsOf(content));
      return content;
    },
    onUnload: (content) => {
      for (const object of content.objects.values()) memory.drop(object);
    },
  });
  const swept = temporary.sweep().then(
    (count) => count > 0 && log.info("unfinished files of an earlier run removed", { count }),
    (error: unknown) => log.warn("unfinished files of an earlier run remain", { error }),
  );

  const load = async (hash: string): Promise<LoadedContent | null> =>
    isContentHash(hash) ? await index.load(hash) : null;

  /** Runs `work` on a content when nothing else is being done to that name. null: there is no content. */
  const withName = async <T>(
    hash: string,
    name: string,
    work: (content: LoadedContent) => Promise<T>,
  ): Promise<T | null> => {
    for (;;) {
      if (isClosed) throw new ViewraError("SHUTTING_DOWN");
      const content = await index.load(hash);
      if (!content) return null;
      // Nothing may be awaited between these looks and the entry in `working`.
      if (content.isRetired || index.peek(hash) !== content) continue;
      const other = content.working.get(name);
      if (other) {
        await other;
        continue;
      }
      const done = work(content);
      const settled = done.then(
        () => undefined,
        () => undefined,
      );
      content.working.set(name, settled);
      try {
        return await done;
      } finally {
        content.working.delete(name);
      }
    }
  };

  /**
   * Whether a content was cleared away by another hand, in whole or in part, while it was believed to be
   * there: then it is read anew.
   */
  const isCleared = async (hash: string): Promise<boolean> => {
    const content = index.peek(hash);
    if (!content || (await hasRecords(layout.records(hash)))) return false;
    if (index.peek(hash) !== content) return true;
    log.warn("content was cleared away by another hand", { content: hash });
    remembered.set(hash, content.objects);
    await index.exclusively(hash, async () => {});
    const left = await index.load(hash).finally(() => remembered.delete(hash));
    if (!left) {
      census.remove(hash);
      dropped(hash, null);
    }
    for (const name of left ? content.objects.keys() : []) {
      if (!left?.objects.has(name)) dropped(hash, name);
    }
    return true;
  };

  /**
   * As `withName`, and again where it failed because the content had been cleared away, which may happen once more
   * meanwhile.
   */
  const withNameEvenIfCleared = async <T>(
    hash: string,
    name: string,
    work: (content: LoadedContent) => Promise<T>,
  ): Promise<T | null> => {
    for (let attempt = 1; ; attempt++) {
      const used: { content?: LoadedContent } = {};
      try {
        return await withName(hash, name, (content) => {
          used.content = content;
          return work(content);
        });
      } catch (cause) {
        if (used.content === undefined || attempt === attemptsIfCleared) throw cause;
        const isReadAnew = index.peek(hash) !== used.content;
        if (!isReadAnew && !(await isCleared(hash))) throw cause;
      }
    }
  };

  const forget = (content: LoadedContent, object: DiskObject): void => {
    memory.drop(object);
    if (content.objects.delete(object.record.name)) {
      census.add(content.hash, -1, -object.record.sizeBytes);
    }
  };

  /** Removes an object; with `only`, unless another has taken its name since. */
  const discard = async (hash: string, name: string, only?: DiskObject): Promise<void> => {
    const work = async (content: LoadedContent): Promise<void> => {
      const object = content.objects.get(name);
      if (!object || (only && only !== object)) return;
      if (name === planName) return await restorePlan(deps, hash, content.planJson);
      forget(content, object);
      await dropObject(deps, content, object.record);
    };
    await withNameEvenIfCleared(hash, name, work);
  };

  const commit = async (
    content: LoadedContent,
    name: string,
    bytes: Uint8Array<ArrayBuffer>,
    costMs?: number,
  ): Promise<ObjectRecord> => {
    const there = content.objects.get(name);
    if (there) return there.record;
    const { record, isOurs } = await commitObject(deps, content, name, bytes, costMs);
    const object = content.objects.get(name) ?? insertObject(content, record);
    census.add(content.hash, 1, record.sizeBytes);
    // Who has it made is about to read it.
    if (!content.isRetired && isOurs) memory.put(object, bytes);
    return object.record;
  };

  const opening = {
    memory,
    log,
    discard,
    current: (hash: string, name: string) => index.peek(hash)?.objects.get(name),
  };

  const recordsFor = async (hash: string): Promise<ObjectRecord[]> => {
    const content = index.peek(hash);
    if (content) return recordsOf(content);
    return [...(await readRecords(layout.records(hash))).present.values()];
  };

  return {
    create: async (hash, planJson) => {
      if (!isContentHash(hash)) throw new ViewraError("OBJECT_NOT_FOUND");
      if (isClosed) throw new ViewraError("SHUTTING_DOWN");
      // A look at the disk: who starts a film relies on what is said here.
      if ((await index.load(hash)) && !(await isCleared(hash))) return;
      if (await index.load(hash)) return;
      await index.exclusively(hash, () => createContent(deps, hash, planJson)).catch(rethrow);
      await index.load(hash);
    },
    plan: async (hash) => (await load(hash))?.planJson ?? null,
    put: async (hash, name, bytes, costMs) => {
      requireAddress(hash, name);
      const own = new Uint8Array(bytes);
      const work = (content: LoadedContent) => commit(content, name, own, costMs);
      const record = await withNameEvenIfCleared(hash, name, work).catch(rethrow);
      if (!record) throw new ViewraError("CONTENT_NOT_FOUND");
      return record;
    },
    peek: (hash, name) => {
      const content = index.peek(hash);
      const object = content?.objects.get(name);
      if (!content || !object?.memory) return undefined;
      content.isRecentlyUsed = true;
      object.isRecentlyRead = true;
      return object;
    },
    open: async (hash, name) => {
      if (!isObjectName(name)) return null;
      const object = (await load(hash))?.objects.get(name);
      if (!object) return null;
      object.isRecentlyRead = true;
      return object.memory ? object : await openChecked(opening, hash, object);
    },
    has: (hash, name) => index.peek(hash)?.objects.has(name),
    onDropped: (listener) => {
      dropListeners.add(listener);
      return () => void dropListeners.delete(listener);
    },
    list: async (hash) => {
      const content = await load(hash);
      return new Map(content ? recordsOf(content).map((record) => [record.name, record]) : []);
    },
    contents: async function* () {
      yield* [...(await census.contents()).values()];
    },
    delete: async (hash) => {
      if (!isContentHash(hash)) return false;
      const grave = await temporary.newPath();
      const wasThere = await index.exclusively(hash, async () => {
        // One rename: it is there with all its objects or not at all.
        const moved = await renameIfThere(layout.folder(hash), grave);
        if (moved) {
          census.remove(hash);
          dropped(hash, null);
        }
        return moved;
      });
      await rm(grave, { recursive: true, force: true });
      return wasThere;
    },
    stats: async () => {
      const contents = [...(await census.contents()).values()];
      await mkdir(layout.root, { recursive: true });
      const { bavail, bsize } = await statfs(layout.root);
      return {
        contents: contents.length,
        objects: contents.reduce((sum, content) => sum + content.objects, 0),
        bytes: contents.reduce((sum, content) => sum + content.bytes, 0),
        freeBytes: bavail * bsize,
      };
    },
    verify: async function* (hash, before = () => true) {
      const hashes = hash === undefined ? [...(await census.contents()).keys()] : [hash];
      for (const each of hashes.filter(isContentHash)) {
        yield* verifyContent(layout, each, () => recordsFor(each), before);
      }
    },
    discard: async (hash, name) => {
      requireAddress(hash, name);
      await discard(hash, name).catch(rethrow);
    },
    close: async () => {
      isClosed = true;
      await Promise.all([swept, index.settle()]);
    },
  };
}

function recordsOf(content: LoadedContent): ObjectRecord[] {
  return Array.from(content.objects.values(), (object) => object.record);
}

function rethrow(cause: unknown): never {
  throw toViewraError(cause);
}

async function renameIfThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (cause) {
    if (errno(cause) === "ENOENT") return false;
    throw cause;
  }
}
