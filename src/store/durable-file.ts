import { link, lstat, open, rename, rm, unlink } from "node:fs/promises";
import { errno } from "../errors/viewra-error.ts";

/** Writes a new file and waits until it is on the disk. Leaves nothing behind when that fails. */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx", 0o644);
  try {
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (cause) {
    await removeFile(path);
    throw cause;
  }
}

/**
 * Gives a finished file its name, unless that name is taken: then false, and nothing is changed.
 * `rename` would replace what is there, so it is a hard link; the temporary name goes in any case.
 */
export async function linkNew(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path);
    return true;
  } catch (cause) {
    if (errno(cause) === "EEXIST") return false;
    if (!withoutLinks.has(errno(cause) ?? "")) throw cause;
    return await renameNew(temporary, path);
  } finally {
    await removeFile(temporary);
  }
}

/** What exFAT and some network file systems answer to `link`. */
const withoutLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/** One process commits a name once at a time, so looking first is enough on such a file system. */
async function renameNew(temporary: string, path: string): Promise<boolean> {
  const taken = await lstat(path).then(
    () => true,
    () => false,
  );
  if (!taken) await rename(temporary, path);
  return !taken;
}

/** Makes the names in a folder as durable as the files they stand for. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder, and journals names by itself.
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Removes a file, or a folder that stands in its place; that nothing is there is no error. */
export async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (cause) {
    const code = errno(cause) ?? "";
    if (code === "ENOENT" || code === "ENOTDIR") return;
    if (!refusesFolders.has(code)) throw cause;
    await rm(path, { recursive: true, force: true });
  }
}

/** What Linux, and what POSIX (macOS) and Windows answer to `unlink` of a folder. */
const refusesFolders = new Set(["EISDIR", "EPERM"]);
