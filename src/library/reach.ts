import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import type { Database } from "../db/database.ts";
import { listLibraries } from "../db/libraries.ts";
import { errno, isExhausted, toViewraError, ViewraError } from "../errors/viewra-error.ts";
import { isWithin, leadsOut } from "./walk.ts";

/**
 * What of the machine may be opened on behalf of viewers: the folders that may become libraries, and the
 * libraries themselves. Symbolic links are judged by where they lead.
 */
export interface Reach {
  /**
   * The path of a listed file with every link followed, asked of the disk now: whoever opens it must open
   * this path, as a link may be changed at any time. Throws MEDIA_MISSING, or MEDIA_UNREADABLE when it
   * leads out of reach.
   */
  follow(path: string): Promise<string>;
  /** Whether a path without links lies within reach, as things are now. */
  snapshot(): Promise<(realPath: string) => boolean>;
  /**
   * The path without links of a folder that may become a library. Throws PATH_NOT_ALLOWED, of what is out
   * of reach whether it exists or not; what the system says of a folder that cannot be followed as it is.
   */
  admit(folder: string): Promise<string>;
}

/** `folders`: where libraries may lie; they need not exist. */
export function createReach(db: Database, folders: readonly string[]): Reach {
  const known = new Map<string, string>();
  // Links in them are followed once: one that is changed later leads nowhere new before the next start.
  const rootOf = async (folder: string): Promise<string> => {
    const before = known.get(folder);
    if (before !== undefined) return before;
    const real = await realpath(folder).catch(() => null);
    if (real !== null) known.set(folder, real);
    // What does not exist now holds nothing either.
    return real ?? resolve(folder);
  };
  const roots = (): Promise<string[]> => Promise.all(folders.map(rootOf));

  const snapshot = async (): Promise<(realPath: string) => boolean> => {
    // The path of a library has no links in it when it is added: a link in it was put there since.
    const libraries = (await listLibraries(db)).map(({ path }) => path);
    const within = [...(await roots()), ...libraries];
    return (realPath) => within.some((folder) => isWithin(realPath, folder));
  };

  return {
    snapshot,
    follow: async (path) => {
      const real = await realpath(path).catch((cause: unknown) => {
        throw notThere(cause);
      });
      // Without a link in it, it is what was found in a library.
      if (real === path || (await snapshot())(real)) return real;
      throw new ViewraError("MEDIA_UNREADABLE", leadsOut("file"));
    },
    admit: async (folder) => {
      const within = await roots();
      const mayBe = (path: string): boolean => within.some((root) => isWithin(path, root));
      const real = await realpath(folder).catch((thrown: unknown) => {
        if (mayBe(resolve(folder)) || folders.some((root) => isWithin(resolve(folder), root))) {
          throw thrown;
        }
        return null;
      });
      if (real !== null && mayBe(real)) return real;
      throw new ViewraError(
        "PATH_NOT_ALLOWED",
        `${folder} lies in no folder that may become a library: name one that holds it in VIEWRA_BROWSE_ROOTS, or the folder itself with --library, and start the server again`,
      );
    },
  };
}

function notThere(cause: unknown): ViewraError {
  if (isExhausted(cause)) return toViewraError(cause);
  const code = errno(cause);
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new ViewraError("MEDIA_MISSING", undefined, { cause });
  }
  return new ViewraError("MEDIA_UNREADABLE", undefined, { cause });
}
