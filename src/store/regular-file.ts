import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { ViewraError } from "../errors/viewra-error.ts";

/**
 * Reads a file. Throws the system's error where it cannot be opened, and OBJECT_CORRUPT where something else bears its
 * name, such as a FIFO, which would hang us.
 */
export async function withRegularFile<T>(
  path: string,
  read: (file: FileHandle) => Promise<T>,
): Promise<T> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if ((await file.stat()).isFile()) return await read(file);
    throw new ViewraError("OBJECT_CORRUPT", "Where a stored object was there is no file");
  } finally {
    await file.close();
  }
}
