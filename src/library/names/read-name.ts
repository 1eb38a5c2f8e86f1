import type { LibraryType } from "../../db/schema.ts";
import { titleOf } from "../media-name.ts";
import { longestName } from "./characters.ts";
import { readEpisodeName } from "./episode-name.ts";
import { readMovieName } from "./movie-name.ts";
import { readMusicName } from "./music-name.ts";
import { nothingRead, type NameReading } from "./naming.ts";

export interface NamedFile {
  /** Path within the library, with slashes. */
  readonly path: string;
  readonly type: LibraryType;
  /** The name of the library's own folder. */
  readonly library: string;
}

/** What a media file's path says of it. Never throws; takes time in proportion to the path's length. */
export function readName({ path, type, library }: NamedFile): NameReading {
  const folders = path.split("/");
  const name = folders.pop() ?? "";
  const title = titleOf(name);
  if (name.length > longestName) return { ...nothingRead, title };
  const near = folders.slice(-deepest).map((folder) => folder.slice(0, longestName));
  if (type === "movie") return titled(readMovieName(near, name), title);
  if (type === "music") return readMusicName(near, name, title);
  if (type === "video") return { ...nothingRead, title };
  const read = readEpisodeName(near, name, library.slice(0, longestName));
  const number = read.episode ?? read.absoluteEpisode ?? read.airDate;
  return number === null ? titled(read, title) : read;
}

/** Folders above these say nothing of a file. */
const deepest = 8;

function titled(read: NameReading, title: string): NameReading {
  return read.title === null || read.title === "" ? { ...read, title } : read;
}
