import { stat } from "node:fs/promises";
import { ViewraError } from "../errors/viewra-error.ts";
import { fileError } from "./file-error.ts";

/**
 * The size of a file that is safe to open. Only regular files are: opening a FIFO or a device can wait
 * for ever. Links are followed. Throws MEDIA_MISSING or MEDIA_UNREADABLE.
 */
export async function regularFileSize(path: string): Promise<number> {
  let found;
  try {
    found = await stat(path);
  } catch (thrown) {
    throw fileError(path, thrown);
  }
  if (found.isDirectory()) throw unreadable("This is a folder, whatever its name says");
  if (found.isFIFO()) throw unreadable("This is a pipe (FIFO), not a file: copy what it gives");
  if (!found.isFile()) throw unreadable("This is a device or a socket, not a file");
  if (found.size === 0) throw unreadable("The file is empty: copy it again");
  return found.size;
}

function unreadable(message: string): ViewraError {
  return new ViewraError("MEDIA_UNREADABLE", message);
}
