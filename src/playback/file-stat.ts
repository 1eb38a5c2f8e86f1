import { stat } from "node:fs/promises";
import { errno } from "../errors/viewra-error.ts";
import type { PlaybackFiles } from "./ports.ts";

/** POSIX leaves the unit of `st_blocks` open; everywhere it is this. */
const blockBytes = 512;

/** What lies at a path now; null when it is gone or no regular file (a FIFO would hang every reader). */
export const fileStat: PlaybackFiles["stat"] = async (path) => {
  try {
    const found = await stat(path);
    if (!found.isFile()) return null;
    return {
      sizeBytes: found.size,
      modifiedMs: Math.trunc(found.mtimeMs),
      allocatedBytes: found.blocks * blockBytes,
    };
  } catch (error) {
    if (errno(error) === "ENOENT" || errno(error) === "ENOTDIR") return null;
    throw error;
  }
};
