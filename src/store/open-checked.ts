import type { Logger } from "../log/logger.ts";
import { fileState, isDamage, isSameState, readChecked } from "./checked-read.ts";
import type { StoredObject } from "./content-store.ts";
import type { DiskObject } from "./disk-object.ts";
import type { MemoryCache } from "./memory-cache.ts";

export interface OpenDependencies {
  readonly memory: MemoryCache;
  /** The object that bears a name now, if any. */
  readonly current: (hash: string, name: string) => DiskObject | undefined;
  /** Drops an object, unless another has taken its name since; a plan is written anew instead. */
  readonly discard: (hash: string, name: string, only: DiskObject) => Promise<void>;
  readonly log: Logger;
}

/**
 * Opens an object that is not in memory. Nothing is given out before it was compared with its record: at
 * the first read since the start, and again whenever the file is not as it was then. What is not right is dropped, to be
 * made again: null.
 */
export async function openChecked(
  deps: OpenDependencies,
  hash: string,
  object: DiskObject,
  attempt = 1,
): Promise<StoredObject | null> {
  const { memory, current, discard, log } = deps;
  const { name, sizeBytes } = object.record;
  try {
    const isChecked =
      object.checkedAs && isSameState(object.checkedAs, await fileState(object.path));
    if (isChecked) object.diskReads += 1;
    // Only the second: those that come while it is being read in are served from disk like the first.
    if (isChecked && (object.diskReads !== 2 || !memory.takes(sizeBytes))) return object;
    object.checking ??= check(deps, hash, object).finally(() => (object.checking = undefined));
    await object.checking;
    return object;
  } catch (error) {
    if (!isDamage(error)) throw error;
    log.error("stored object is missing or damaged", { content: hash, object: name, error });
    await discard(hash, name, object);
    // Written anew (the plan), or made again by another meanwhile.
    const there = current(hash, name);
    if (!there || attempt === 3) return null;
    return there.memory ? there : await openChecked(deps, hash, there, attempt + 1);
  }
}

/** Reads the object, into memory where that takes it. */
async function check(
  { memory, current }: OpenDependencies,
  hash: string,
  object: DiskObject,
): Promise<void> {
  const { name, sizeBytes } = object.record;
  const { state, bytes } = await readChecked(object.path, object.record, memory.takes(sizeBytes));
  object.checkedAs = state;
  if (bytes && current(hash, name) === object) memory.put(object, bytes);
}
