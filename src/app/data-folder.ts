import { Database } from "bun:sqlite";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { errno, ViewraError } from "../errors/viewra-error.ts";
import { unusableFolder } from "./unusable-folder.ts";

export interface DataFolder {
  /** Lets another server have the folder. Idempotent. */
  release(): void;
}

/** Throws FOLDER_UNUSABLE. */
export async function makeDataFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw unusableFolder("data folder", folder, cause);
  });
}

/**
 * Makes the data folder and takes it for this server alone: a second one would end the sessions of the
 * first and encode everything again. Throws ALREADY_RUNNING or FOLDER_UNUSABLE.
 *
 * SQLite's lock on a file of its own is the kernel's: it ends with the process, however that ends.
 */
export async function takeDataFolder(folder: string): Promise<DataFolder> {
  await makeDataFolder(folder);
  let lock: Database | undefined;
  try {
    lock = new Database(join(folder, "server.lock"), { create: true });
    lock.run("BEGIN EXCLUSIVE");
    const held = lock;
    return { release: () => held.close() };
  } catch (cause) {
    lock?.close();
    if (errno(cause)?.startsWith("SQLITE_BUSY")) {
      const message = `Another Viewra server uses the data folder ${folder}; stop it, or choose another with --data-dir`;
      throw new ViewraError("ALREADY_RUNNING", message, { cause });
    }
    throw unusableFolder("data folder", folder, cause);
  }
}
