import { access, constants } from "node:fs/promises";
import { basename, relative } from "node:path";
import type { LibraryRow } from "../../db/libraries.ts";
import type { FilePlace } from "../../db/media-file-changes.ts";
import type { LibraryType } from "../../db/schema.ts";
import type { TakenFile } from "../../db/take-over.ts";
import { toViewraError } from "../../errors/viewra-error.ts";
import { defaultName, refuseOverlap } from "../library-folder.ts";
import { fileNames } from "../names/file-names.ts";
import { readName } from "../names/read-name.ts";
import { isWithin } from "../walk.ts";
import { commonFolders } from "./common-folders.ts";
import { pathWithin, type FoundFile, type LeftOut } from "./look-for-files.ts";

export interface PlacedFiles {
  /** Libraries that must be made first. */
  readonly libraries: readonly LibraryRow[];
  readonly files: readonly TakenFile[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Finds the library of each file: one that there is, else one of the folders that are to become libraries anyway, else
 * one to be made of the folder that files without any have in common.
 */
export async function placeFiles(
  found: readonly FoundFile[],
  known: readonly LibraryRow[],
  folders: readonly string[],
  nowMs: number,
): Promise<PlacedFiles> {
  const libraries = [...known];
  const refusals: string[] = [];
  const homeless = (): FoundFile[] =>
    found.filter((file) => !libraries.some(({ path }) => isWithinEither(file, path)));
  const make = async (folder: string): Promise<void> => {
    const inside = homeless().filter((file) => isWithinEither(file, folder));
    if (inside.length === 0) return;
    try {
      await access(folder, constants.R_OK | constants.X_OK);
      await refuseOverlap(folder, libraries);
    } catch (thrown) {
      refusals.push(`${folder}: ${toViewraError(thrown).message}`);
      return;
    }
    const type = mostFrequent(inside.map((file) => file.type));
    const row = { path: folder, name: defaultName(folder), type, createdAt: nowMs };
    libraries.push({ id: crypto.randomUUID(), ...row });
  };
  for (const folder of folders) await make(folder);
  for (const folder of commonFolders(homeless().map(({ realPath }) => realPath))) {
    await make(folder);
  }

  const files: TakenFile[] = [];
  const leftOut: LeftOut[] = [];
  for (const file of found) {
    const library = libraries.find(({ path }) => isWithinEither(file, path));
    const path = library && pathWithin(library.path, file);
    if (library && path) {
      const { id, sizeBytes } = file;
      files.push({ id, sizeBytes, place: placeOf(library, path) });
    } else {
      const reason = library ? hidden : `${noLibrary}${refusals.map((why) => `; ${why}`).join("")}`;
      leftOut.push({ reason, what: file.path });
    }
  }
  return { libraries: libraries.slice(known.length), files, leftOut };
}

/** Called by its path alone: the next scan looks for NFO files as well. */
function placeOf({ id, type, path: folder }: LibraryRow, path: string): FilePlace {
  const relativePath = relative(folder, path);
  const read = readName({ path: relativePath, type, library: basename(folder) });
  const told = { type, path: relativePath, read, nfo: null, seriesNfo: null };
  return { libraryId: id, mediaType: type, path, relativePath, names: fileNames(told, "") };
}

const hidden = "it lies in a hidden folder of its library";
const noLibrary =
  "it lies in no library, and none can be made of its folder: choose one with `viewra scan DIR` first";

function isWithinEither({ path, realPath }: FoundFile, folder: string): boolean {
  return isWithin(realPath, folder) || isWithin(path, folder);
}

function mostFrequent(types: readonly LibraryType[]): LibraryType {
  const groups = [...Map.groupBy(types, (type) => type)];
  return groups.toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? "video";
}
