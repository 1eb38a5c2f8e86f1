import { stat } from "node:fs/promises";
import type { FileBytes } from "../api/services.ts";

/** A media file for reading parts of it; null when it is gone or no regular file. */
export async function openMediaFile(path: string): Promise<FileBytes | null> {
  try {
    const { size, mtimeMs, isFile } = await describeFile(path);
    if (!isFile) return null;
    const file = Bun.file(path);
    return {
      sizeBytes: size,
      modifiedMs: Math.floor(mtimeMs),
      slice: (start, end) => file.slice(start, end),
    };
  } catch {
    return null;
  }
}

async function describeFile(
  path: string,
): Promise<{ size: number; mtimeMs: number; isFile: boolean }> {
  const found = await stat(path);
  return { size: found.size, mtimeMs: found.mtimeMs, isFile: found.isFile() };
}
