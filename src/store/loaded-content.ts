import { dirname } from "node:path";
import type { Logger } from "../log/logger.ts";
import { readUndamaged } from "./checked-read.ts";
import type { AdoptionJudge, DropListener, ObjectRecord } from "./content-store.ts";
import { sha256 } from "./digest.ts";
import { DiskObject } from "./disk-object.ts";
import { removeFile, syncFolder } from "./durable-file.ts";
import { planName, type Layout } from "./layout.ts";
import { readPlan, restorePlan } from "./plan-file.ts";
import { readFolder } from "./read-folder.ts";
import {
  createRecordLog,
  noteFormer,
  readRecords,
  restoreRecords,
  withFormer,
  type RecordLog,
  type Records,
} from "./record-log.ts";
import type { TemporaryFolder } from "./temporary-folder.ts";

/** One content in the index: its plan, its objects and what is being done to it. */
export interface LoadedContent {
  readonly hash: string;
  readonly folder: string;
  readonly planJson: string;
  readonly objects: Map<string, DiskObject>;
  readonly records: RecordLog;
  readonly former: Records["former"];
  /** Commits and discards under way, by object name: one at a time for each. Never reject. */
  readonly working: Map<string, Promise<void>>;
  /** It is being deleted: nothing new may begin. */
  isRetired: boolean;
  isRecentlyUsed: boolean;
}

export interface LoadDependencies {
  readonly layout: Layout;
  readonly judge: AdoptionJudge;
  readonly log: Logger;
  readonly temporary: TemporaryFolder;
  /** What this process knows an object to be whose record is lost; undefined for all else. */
  readonly known: (hash: string, name: string) => ObjectRecord | undefined;
  /** Told of what is dropped, in the turn in which it leaves the index. */
  readonly dropped: DropListener;
}

/**
 * Reads one content and sets right what a crash or a hand left of it: recorded objects that are missing or
 * of another size are dropped, files that are not on record are judged and adopted or removed. null where
 * there is no content, or none whose plan is what its hash says.
 */
export async function loadContent(
  deps: LoadDependencies,
  hash: string,
): Promise<LoadedContent | null> {
  const { layout } = deps;
  const planJson = await readPlan(layout, hash);
  if (planJson === null) return null;
  await restorePlan(deps, hash, planJson).catch((error: unknown) => {
    deps.log.error("plan could not be set right", { content: hash, error });
  });
  await restoreRecords(layout.records(hash)).catch((error: unknown) => {
    deps.log.error("record could not be made anew", { content: hash, error });
  });
  const [recorded, files] = await Promise.all([
    readRecords(layout.records(hash)),
    readFolder(layout.folder(hash)),
  ]);
  const content: LoadedContent = {
    hash,
    folder: layout.folder(hash),
    planJson,
    objects: new Map(),
    records: createRecordLog(layout.records(hash)),
    former: recorded.former,
    working: new Map(),
    isRetired: false,
    isRecentlyUsed: false,
  };
  for (const record of recorded.present.values()) {
    const sizeBytes = files.get(record.name);
    if (sizeBytes === record.sizeBytes) insertObject(content, record);
    else await orLeave(deps, content, record.name, dropObject(deps, content, record));
  }
  for (const name of files.keys()) {
    if (recorded.present.has(name)) continue;
    await orLeave(deps, content, name, adopt(deps, content, name));
  }
  return content;
}

/** What cannot be set right now (a full disk) must not keep the good objects from being served. */
async function orLeave(
  { log }: LoadDependencies,
  { hash }: LoadedContent,
  name: string,
  repair: Promise<unknown>,
): Promise<void> {
  await repair.catch((error: unknown) => {
    log.error("stored file could not be set right", { content: hash, object: name, error });
  });
}

export function insertObject(content: LoadedContent, record: ObjectRecord): DiskObject {
  const object = new DiskObject(withFormer(content.former, record), content.folder);
  content.objects.set(record.name, object);
  return object;
}

/** File first, then its record: a crash between them leaves a record without a file, which is dropped at load. */
export async function dropObject(
  { layout, log, dropped }: LoadDependencies,
  content: LoadedContent,
  record: ObjectRecord,
): Promise<void> {
  const { name } = record;
  log.warn("stored object dropped", { content: content.hash, object: name });
  noteFormer(content.former, record);
  // At once, as it is off the index already: who hears of it later would take it for stored meanwhile.
  dropped(content.hash, name);
  await removeFile(layout.object(content.hash, name));
  await content.records.append({ dropped: name });
}

/**
 * Takes a file that is not on record into it when it is what it is known to be, or else when the judge says that
 * it is what the plan asks for, and removes it otherwise. Answers with the record, or null.
 */
export async function adopt(
  { layout, judge, known, log }: LoadDependencies,
  content: LoadedContent,
  name: string,
): Promise<ObjectRecord | null> {
  const path = layout.object(content.hash, name);
  const bytes = await readUndamaged(path);
  const digest = bytes === null ? null : await sha256(bytes);
  const wanted = name === planName ? content.hash : known(content.hash, name)?.sha256;
  const isRight = (found: Uint8Array): boolean =>
    // The judge sees that it is whole, not that no bit of a picture was turned over.
    wanted === undefined ? judge(content.planJson, name, found) : digest === wanted;
  if (bytes === null || digest === null || !isRight(bytes)) {
    log.warn("file without a record removed", { content: content.hash, object: name });
    await removeFile(path);
    return null;
  }
  const record = { name, sizeBytes: bytes.byteLength, sha256: digest };
  await syncFolder(dirname(path));
  await content.records.append(record);
  log.info("file without a record adopted", { content: content.hash, object: name });
  return insertObject(content, record).record;
}
