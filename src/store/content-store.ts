/** What is on record of one stored object. */
export interface ObjectRecord {
  /** Path within its content: `manifest.mpd`, `v720/init.mp4`, `v720/17.m4s`. */
  readonly name: string;
  readonly sizeBytes: number;
  /** SHA-256 of the bytes, 64 lower-case hex digits. */
  readonly sha256: string;
  /** What it took to make, and would take again, milliseconds of a run's work; left out where it is not known. */
  readonly costMs?: number;
  /**
   * Digests this name had before: the object was lost or damaged and made again with other bytes. Both
   * were right; the entity tag tells them apart. Left out where there are none.
   */
  readonly formerSha256?: readonly string[];
}

/** An object that can be served: its record and its bytes, whole or a part of them. */
export interface StoredObject {
  readonly record: ObjectRecord;
  /** Bytes `[start, end)`; everything when left out. Small hot objects come from memory, others from disk. */
  body(start?: number, end?: number): Blob;
}

/** What is wrong with a stored content, as `verify` found it. */
export interface StoreFault {
  readonly hash: string;
  readonly name: string;
  readonly reason: "missing" | "size" | "digest" | "unreadable" | "invalid";
}

export interface StoreStats {
  readonly contents: number;
  readonly objects: number;
  readonly bytes: number;
  /** Room left on the store's file system. */
  readonly freeBytes: number;
}

export interface ContentSummary {
  readonly hash: string;
  readonly objects: number;
  readonly bytes: number;
}

/**
 * Objects by content hash and name. Obligations of every implementation (test/contract/content-store):
 * an object appears whole or not at all, under its final name, and its bytes never change while it
 * exists; bytes that are not what was recorded are never given out; of several `put`s of one name the first wins and all of them answer with the winner's
 * record; every method may be called any number of times at once; a name or hash of the wrong form never
 * becomes a path: what writes throws OBJECT_NOT_FOUND, what reads finds nothing.
 */
export interface ContentStore {
  /** Writes `plan.json`, the first object of a content. Idempotent. `planJson` must hash to `hash`. */
  create(hash: string, planJson: string): Promise<void>;
  /** The plan's canonical JSON; null where there is no such content. */
  plan(hash: string): Promise<string | null>;
  /**
   * Commits bytes under a name, with what they took to make. STORAGE_FULL when the disk is full, CONTENT_NOT_FOUND
   * before `create`.
   */
  put(hash: string, name: string, bytes: Uint8Array, costMs?: number): Promise<ObjectRecord>;
  /** An object of a content in memory, without touching the disk; undefined when that cannot be told so. */
  peek(hash: string, name: string): StoredObject | undefined;
  /**
   * An object whose bytes were compared with its digest since this process began, or since its file last
   * changed; null where there is none, or only a damaged one, which is dropped by that.
   */
  open(hash: string, name: string): Promise<StoredObject | null>;
  /** Whether an object is on record, without touching the disk; undefined when the content is not loaded. */
  has(hash: string, name: string): boolean | undefined;
  /**
   * Calls back when an object is no longer there, whoever found that out and how: damaged, discarded, or
   * deleted with its content (`name` is null). Until the returned function is called. Must not throw.
   */
  onDropped(listener: DropListener): () => void;
  /** Names and records of everything stored of a content; empty where there is none. */
  list(hash: string): Promise<ReadonlyMap<string, ObjectRecord>>;
  contents(): AsyncIterable<ContentSummary>;
  /** Deletes a content with all its objects; false where there was none. */
  delete(hash: string): Promise<boolean>;
  stats(): Promise<StoreStats>;
  /**
   * Re-reads and re-hashes everything (or one content), one object at a time, and yields what is wrong.
   * `before` is asked before each object: it may take its time, and false passes the object over.
   */
  verify(hash?: string, before?: BeforeVerify): AsyncIterable<StoreFault>;
  /**
   * Removes an object that `verify` or a reader found to be bad, so that it can be made again. A plan that
   * is bad on disk is written anew instead.
   */
  discard(hash: string, name: string): Promise<void>;
}

export type DropListener = (hash: string, name: string | null) => void;
export type BeforeVerify = (record: ObjectRecord) => boolean | Promise<boolean>;

/**
 * Judges bytes found on disk that are not on record (the server died between rename and record):
 * true when they are what the plan says and may be adopted.
 */
export type AdoptionJudge = (planJson: string, name: string, bytes: Uint8Array) => boolean;
