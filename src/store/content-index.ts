import type { LoadedContent } from "./loaded-content.ts";

/** The contents that are loaded, bounded, and the rule of who may change them when. */
export interface ContentIndex {
  /** A loaded content, without touching the disk. */
  peek(hash: string): LoadedContent | undefined;
  load(hash: string): Promise<LoadedContent | null>;
  /**
   * Does something to a whole content (create, delete) while nobody else does anything to it: waits for
   * what is under way, unloads it, and makes later loads wait.
   */
  exclusively<T>(hash: string, work: () => Promise<T>): Promise<T>;
  /** Waits for every commit under way. */
  settle(): Promise<void>;
}

export interface ContentIndexOptions {
  readonly load: (hash: string) => Promise<LoadedContent | null>;
  readonly onUnload: (content: LoadedContent) => void;
  /** Bound of all loaded contents together, in objects; one content alone may exceed it. */
  readonly maxObjects: number;
}

export function createContentIndex(options: ContentIndexOptions): ContentIndex {
  const loaded = new Map<string, LoadedContent>();
  const loading = new Map<string, Promise<LoadedContent | null>>();
  const gates = new Map<string, Promise<unknown>>();

  const unload = (content: LoadedContent): void => {
    loaded.delete(content.hash);
    options.onUnload(content);
  };

  /** CLOCK, as in the memory cache. A content that is being written to stays: its commits refer to it. */
  const makeRoom = (newest: LoadedContent): void => {
    let objects = 0;
    for (const content of loaded.values()) objects += content.objects.size;
    for (const content of [...loaded.values(), ...loaded.values()]) {
      if (objects <= options.maxObjects) return;
      if (content === newest || content.working.size > 0 || !loaded.has(content.hash)) continue;
      if (content.isRecentlyUsed) content.isRecentlyUsed = false;
      else {
        objects -= content.objects.size;
        unload(content);
      }
    }
  };

  const loadOnce = async (hash: string): Promise<LoadedContent | null> => {
    const content = await options.load(hash);
    if (content) {
      loaded.set(hash, content);
      makeRoom(content);
    }
    return content;
  };

  const retire = async (hash: string): Promise<void> => {
    await loading.get(hash)?.catch(() => null);
    const content = loaded.get(hash);
    if (!content) return;
    content.isRetired = true;
    unload(content);
    await Promise.all(content.working.values());
  };

  return {
    peek: (hash) => loaded.get(hash),
    load: async (hash) => {
      for (let gate = gates.get(hash); gate; gate = gates.get(hash)) await gate;
      const there = loaded.get(hash);
      if (there) {
        there.isRecentlyUsed = true;
        return there;
      }
      let load = loading.get(hash);
      if (!load) {
        load = loadOnce(hash).finally(() => loading.delete(hash));
        loading.set(hash, load);
      }
      return await load;
    },
    exclusively: async (hash, work) => {
      for (let gate = gates.get(hash); gate; gate = gates.get(hash)) await gate;
      const done = retire(hash).then(work);
      const gate = done.then(
        () => gates.delete(hash),
        () => gates.delete(hash),
      );
      gates.set(hash, gate);
      return await done;
    },
    settle: async () => {
      await Promise.allSettled([...loading.values(), ...gates.values()]);
      for (const content of loaded.values()) await Promise.all(content.working.values());
    },
  };
}
