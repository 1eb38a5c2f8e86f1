import { dirname } from "node:path";

/** Folders where systems keep all sorts of things: a library of one would be looked through with all of that. */
const general =
  /^\/(?:bin|boot|data|dev|etc|home|media|mnt|opt|root|run|srv|tmp|usr|var|Users|Volumes)?$|^\/(?:home|Users|media|run\/media)\/[^/]+$|^\/(?:run\/media|usr\/\w+|var\/\w+)$/;

/** More folders of one than this are those of films, not those of collections. */
const mostCollections = 8;

/**
 * The folders of which libraries are made for files that lie in none: the deepest that holds all of them, or where that
 * is one of the system's own, the deepest below each of its folders. Paths are absolute and without links; no folder
 * holds another. A file that lies in one of the system's folders itself gets none.
 */
export function commonFolders(paths: readonly string[]): string[] {
  return splitFolders([...new Set(paths.map((path) => dirname(path)))]);
}

function splitFolders(folders: readonly string[]): string[] {
  const [first, ...others] = folders;
  if (first === undefined) return [];
  const common = others.reduce(commonStem, first);
  if (!general.test(common)) return [common];
  const depth = common === "/" ? 1 : common.split("/").length;
  const below = Map.groupBy(
    folders.filter((folder) => folder !== common),
    (folder) => folder.split("/")[depth],
  );
  if (below.size > mostCollections && common !== "/") return [common];
  return [...below.values()].flatMap(splitFolders);
}

function commonStem(a: string, b: string): string {
  const [left, right] = [a.split("/"), b.split("/")];
  const differs = left.findIndex((name, i) => name !== right[i]);
  const stem = left.slice(0, differs === -1 ? left.length : differs).join("/");
  return stem === "" ? "/" : stem;
}
