import { mkdir, stat, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { errno, ViewraError } from "../errors/viewra-error.ts";
import type { ObjectRecord } from "./content-store.ts";
import { sha256 } from "./digest.ts";
import { linkNew, syncFolder, writeDurably } from "./durable-file.ts";
import { adopt, type LoadDependencies, type LoadedContent } from "./loaded-content.ts";

export interface Committed {
  readonly record: ObjectRecord;
  /** The bytes are those that were given, not another's. */
  readonly isOurs: boolean;
}

/**
 * Writes an object so that no crash, at any point, leaves anything but the whole of it or nothing:
 * temporary file → fsync → link, never over an existing name → fsync of the folder and of the record.
 * Answers with the record on file: another's, where another process was first. The caller sees to it that
 * one name is committed once at a time in this process.
 */
export async function commitObject(
  deps: LoadDependencies,
  content: LoadedContent,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  costMs: number | undefined,
): Promise<Committed> {
  const path = deps.layout.object(content.hash, name);
  for (let attempt = 1; attempt <= 3; attempt++) {
    const [digest, outcome] = await Promise.all([
      sha256(bytes),
      publish(deps, content, name, path, bytes),
    ]);
    const cost = costMs === undefined ? {} : { costMs: Math.max(0, Math.round(costMs)) };
    const record = { name, sizeBytes: bytes.byteLength, sha256: digest, ...cost };
    if (outcome === "published") {
      await enterRecord(content, path, record);
      return { record, isOurs: true };
    }
    const winner = outcome === "taken" ? await adopt(deps, content, name) : null;
    if (winner) return { record: winner, isOurs: false };
  }
  throw new ViewraError("INTERNAL", "An object could not be given its name");
}

/** `swept`: another process took the temporary file for a dead one's. */
async function publish(
  { temporary }: LoadDependencies,
  content: LoadedContent,
  name: string,
  path: string,
  bytes: Uint8Array,
): Promise<"published" | "taken" | "swept"> {
  const temporaryPath = await temporary.newPath();
  await writeDurably(temporaryPath, bytes);
  if (name.includes("/")) await makeFolder(content, dirname(path));
  try {
    return (await linkNew(temporaryPath, path)) ? "published" : "taken";
  } catch (cause) {
    if (errno(cause) === "ENOENT") return "swept";
    throw cause;
  }
}

/** Not recursive: a content that was deleted must not come back as an empty folder. */
async function makeFolder(content: LoadedContent, folder: string): Promise<void> {
  try {
    await mkdir(folder);
    await syncFolder(content.folder);
  } catch (cause) {
    if (errno(cause) === "ENOENT") throw new ViewraError("CONTENT_NOT_FOUND", undefined, { cause });
    if (errno(cause) !== "EEXIST") throw cause;
    if (await isFolder(folder)) return;
    // Somebody's file, or a link that leads nowhere. Another commit may be about the same.
    await unlink(folder).catch(() => undefined);
    await mkdir(folder).catch(() => undefined);
  }
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * The two syncs may come in any order (a record without its file is dropped at load), so they overlap. An
 * object that cannot be recorded is taken back: nobody has been told of it.
 */
async function enterRecord(
  content: LoadedContent,
  path: string,
  record: ObjectRecord,
): Promise<void> {
  const steps = [syncFolder(dirname(path)), content.records.append(record)];
  const failed = (await Promise.allSettled(steps)).find((step) => step.status === "rejected");
  if (!failed) return;
  await unlink(path).catch(() => undefined);
  throw failed.reason;
}
