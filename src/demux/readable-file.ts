import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { errno, isExhausted, toViewraError, ViewraError } from "../errors/viewra-error.ts";

/** A media file that may be read anywhere. */
export interface ReadableFile {
  readonly sizeBytes: number;
  /** Up to `length` bytes at `position`; fewer are no error. */
  read(position: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Opens a regular file, absolute path. Throws MEDIA_MISSING or MEDIA_UNREADABLE. */
export async function openReadableFile(path: string): Promise<ReadableFile> {
  let file: FileHandle | undefined;
  try {
    // Without O_NONBLOCK opening a FIFO would wait for a writer for ever.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await file.stat();
    if (!stat.isFile()) throw unreadable("This is not a regular file, so it is no film");
    return readableFile(file, stat.size);
  } catch (thrown) {
    await file?.close();
    throw thrown instanceof ViewraError ? thrown : openError(thrown);
  }
}

function readableFile(file: FileHandle, sizeBytes: number): ReadableFile {
  return {
    sizeBytes,
    async read(position, length) {
      try {
        const { buffer, bytesRead } = await file.read(
          Buffer.allocUnsafeSlow(length),
          0,
          length,
          position,
        );
        return buffer.subarray(0, bytesRead);
      } catch (thrown) {
        throw openError(thrown);
      }
    },
    close: () => file.close(),
  };
}

/**
 * Exactly `length` bytes at `position`. MEDIA_UNREADABLE, before anything is allocated, when the file was never
 * that long; MEDIA_CHANGED when it has become shorter.
 */
export async function readExactly(
  file: ReadableFile,
  position: number,
  length: number,
): Promise<Uint8Array> {
  if (!(position >= 0 && length >= 0 && position + length <= file.sizeBytes)) {
    throw unreadable(
      `The file claims to have ${length} bytes at ${position}, and has ${file.sizeBytes} in all`,
    );
  }
  const first = await file.read(position, length);
  if (first.length === length) return first;
  const whole = new Uint8Array(length);
  let filled = 0;
  for (let part = first; ; part = await file.read(position + filled, length - filled)) {
    if (part.length === 0) {
      throw new ViewraError("MEDIA_CHANGED", "The media file shrank while it was read");
    }
    whole.set(part, filled);
    filled += part.length;
    if (filled === length) return whole;
  }
}

/** What a file is that says things which cannot be. */
export function unreadable(message: string, cause?: unknown): ViewraError {
  return new ViewraError("MEDIA_UNREADABLE", message, { cause });
}

function openError(cause: unknown): ViewraError {
  if (isExhausted(cause)) return toViewraError(cause);
  const code = errno(cause) ?? "unknown";
  const isMissing = code === "ENOENT" || code === "ENOTDIR";
  return isMissing
    ? new ViewraError("MEDIA_MISSING", undefined, { cause })
    : new ViewraError("MEDIA_UNREADABLE", `The system could not read the media file (${code})`, {
        cause,
        details: { errno: code },
      });
}
