import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { errno, ViewraError } from "../errors/viewra-error.ts";

/** FOLDER_UNUSABLE, or STORAGE_FULL, for a failed system call on a folder: which, why, and what to do. */
export function unusableFolder(what: string, path: string, cause: unknown): ViewraError {
  const code = errno(cause) ?? String(cause);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new ViewraError("STORAGE_FULL", `There is no room left for the ${what} ${path}`, {
      cause,
    });
  }
  const why = reasons[code] ?? `the system says ${code}`;
  return new ViewraError("FOLDER_UNUSABLE", `The ${what} ${path} cannot be used: ${why}`, {
    cause,
  });
}

/** Why nothing can be written into a folder that is there; null where it can, or where there is none. */
export async function refusesWriting(path: string): Promise<string | null> {
  try {
    await access(path, constants.W_OK);
    return null;
  } catch (cause) {
    const code = errno(cause) ?? "";
    return code === "ENOENT" ? null : (reasons[code] ?? `the system says ${code}`);
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "this user may not write there; change its permissions or choose another",
  EPERM: "this user may not write there; change its permissions or choose another",
  SQLITE_CANTOPEN: "this user may not write there; change its permissions or choose another",
  SQLITE_READONLY: "this user may not write there; change its permissions or choose another",
  EROFS: "its disk is read-only; choose another",
  EEXIST: "it is a file, not a folder",
  ENOTDIR: "it, or a part of its path, is a file and not a folder",
  ENOENT: "it does not exist and cannot be made there; choose another",
  ELOOP: "it is a symbolic link that leads back to itself",
  ENAMETOOLONG: "its name is longer than the system allows",
};
