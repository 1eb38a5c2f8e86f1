import type { FileBytes } from "../api/services.ts";
import { isExhausted, ViewraError } from "../errors/viewra-error.ts";
import type { Reach } from "../library/reach.ts";
import { fileStat } from "../playback/file-stat.ts";
import type { PlaybackFiles } from "../playback/ports.ts";

type Following = Pick<Reach, "follow">;

/** A file for reading parts of it; null when it is gone, no regular file or not to be looked at. */
export async function openFile(path: string): Promise<FileBytes | null> {
  const found = await fileStat(path).catch((thrown: unknown) => {
    if (isExhausted(thrown)) throw thrown;
    return null;
  });
  if (found === null) return null;
  const file = Bun.file(path);
  return { ...found, slice: (start, end) => file.slice(start, end) };
}

/** The same for the path of a media file, wherever its links lead now. Throws MEDIA_UNREADABLE out of reach. */
export async function openMediaFile(reach: Following, path: string): Promise<FileBytes | null> {
  const real = await followed(reach, path);
  return real === null ? null : openFile(real);
}

/** What lies at the path of a media file, as playback asks. Throws MEDIA_UNREADABLE out of reach. */
export function createMediaStat(reach: Following): PlaybackFiles["stat"] {
  return async (path) => {
    const real = await followed(reach, path);
    return real === null ? null : fileStat(real);
  };
}

async function followed(reach: Following, path: string): Promise<string | null> {
  try {
    return await reach.follow(path);
  } catch (thrown) {
    if (thrown instanceof ViewraError && thrown.code === "MEDIA_MISSING") return null;
    throw thrown;
  }
}
