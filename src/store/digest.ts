import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { ViewraError } from "../errors/viewra-error.ts";

/** SHA-256 of bytes in memory, computed off this thread: 64 lower-case hex digits. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");
}

const pieceBytes = 256 * 1024;

/**
 * SHA-256 and size of a file, read piece by piece. Throws the system's error where it cannot be read, and OBJECT_CORRUPT
 * where something else bears its name, such as a FIFO, which would hang us.
 */
export async function sha256OfFile(
  path: string,
): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
  const hasher = new Bun.CryptoHasher("sha256");
  let sizeBytes = 0;
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) {
      throw new ViewraError("OBJECT_CORRUPT", "Where a stored object was there is no file");
    }
    const piece = new Uint8Array(pieceBytes);
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, pieceBytes, sizeBytes);
      if (bytesRead === 0) return { sha256: hasher.digest("hex"), sizeBytes };
      hasher.update(piece.subarray(0, bytesRead));
      sizeBytes += bytesRead;
    }
  } finally {
    await file.close();
  }
}
