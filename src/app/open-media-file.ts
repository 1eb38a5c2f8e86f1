import type { FileBytes } from "../api/services.ts";
import { fileStat } from "../playback/file-stat.ts";

/** A media file for reading parts of it; null when it is gone, no regular file or not to be looked at. */
export async function openMediaFile(path: string): Promise<FileBytes | null> {
  const found = await fileStat(path).catch(() => null);
  if (found === null) return null;
  const file = Bun.file(path);
  return { ...found, slice: (start, end) => file.slice(start, end) };
}
