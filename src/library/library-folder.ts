import { access, constants, realpath, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { LibraryRow } from "../db/libraries.ts";
import { errno, ViewraError } from "../errors/viewra-error.ts";
import type { Reach } from "./reach.ts";
import { isWithin } from "./walk.ts";

/**
 * The absolute path, without links, of a folder that may become a library: later links in it show.
 * Throws INVALID_REQUEST with what is wrong, or PATH_NOT_ALLOWED.
 */
export async function checkedFolder(path: string, reach: Pick<Reach, "admit">): Promise<string> {
  if (path === "" || path.includes("\0")) {
    throw new ViewraError("INVALID_REQUEST", "expected the path of a folder, got none");
  }
  try {
    const folder = await reach.admit(resolve(path));
    const { isDirectory } = await stat(folder).then((stats) => ({
      isDirectory: stats.isDirectory(),
    }));
    if (!isDirectory) throw new ViewraError("INVALID_REQUEST", `${path} is not a folder`);
    await access(folder, constants.R_OK | constants.X_OK);
    return folder;
  } catch (cause) {
    if (cause instanceof ViewraError) throw cause;
    const why = reasons[errno(cause) ?? ""] ?? `cannot be used (${errno(cause) ?? String(cause)})`;
    throw new ViewraError("INVALID_REQUEST", `${path} ${why}`, { cause });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  ENOTDIR: "does not exist",
  EACCES: "may not be read by the user this server runs as",
  ELOOP: "is a symbolic link that leads back to itself",
};

/** Throws LIBRARY_EXISTS when a folder is a library, lies in one or holds one: films would be listed twice. */
export async function refuseOverlap(
  folder: string,
  libraries: readonly LibraryRow[],
): Promise<void> {
  const real = await realpath(folder);
  for (const library of libraries) {
    // The folder of a library may be gone for now; its path still counts.
    const other = await realpath(library.path).catch(() => library.path);
    if (!isWithin(real, other) && !isWithin(other, real)) continue;
    const how = real === other ? "is" : isWithin(real, other) ? "lies in" : "holds the folder of";
    throw new ViewraError("LIBRARY_EXISTS", `${folder} ${how} the library ${library.name}`, {
      details: { library_id: library.id },
    });
  }
}

export function defaultName(folder: string): string {
  return basename(folder) || folder;
}
