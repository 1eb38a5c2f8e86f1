import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { ViewraError } from "../errors/viewra-error.ts";
import { fileError } from "./file-error.ts";

const blockBytes = 64 * 1024;
const blockCount = 16;

/**
 * `sha256-sampled:<size>:<hex>` of a regular file: what a film is, wherever it lies and whatever it is
 * called. Reads at most 1 MiB: 16 blocks of 64 KiB spread evenly, the first and the last among them, or
 * the whole of a smaller file. Throws as `probe` does for files that cannot be read.
 */
export async function fingerprintFile(path: string, onBlock?: OnBlock): Promise<string> {
  let file: FileHandle | undefined;
  try {
    // Without O_NONBLOCK opening a FIFO would wait for a writer for ever.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await file.stat();
    if (!stat.isFile()) {
      throw new ViewraError("MEDIA_UNREADABLE", "This is not a regular file, so it is no film");
    }
    return await fingerprintOf(file, stat.size, onBlock);
  } catch (thrown) {
    throw thrown instanceof ViewraError ? thrown : fileError(path, thrown);
  } finally {
    await file?.close();
  }
}

/** Is shown each block that is read. */
type OnBlock = (block: Uint8Array) => void;

/** The same of an open file of that size. MEDIA_CHANGED when it turns out shorter. */
export async function fingerprintOf(
  file: FileHandle,
  size: number,
  onBlock?: OnBlock,
): Promise<string> {
  const hash = createHash("sha256");
  for (const { position, length } of sampledBlocks(size)) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
    if (bytesRead !== length) {
      throw new ViewraError("MEDIA_CHANGED", "The media file shrank while it was read");
    }
    hash.update(buffer);
    onBlock?.(buffer);
  }
  return `sha256-sampled:${size}:${hash.digest("hex")}`;
}

/** Where to read a file of that size; blocks never overlap. */
export function sampledBlocks(size: number): { position: number; length: number }[] {
  if (size <= blockBytes * blockCount) return size === 0 ? [] : [{ position: 0, length: size }];
  const last = size - blockBytes;
  return Array.from({ length: blockCount }, (_, i) => ({
    position: Math.floor((last * i) / (blockCount - 1)),
    length: blockBytes,
  }));
}
