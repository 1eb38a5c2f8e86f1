import { withRegularFile } from "./regular-file.ts";

/** SHA-256 of bytes in memory, computed off this thread: 64 lower-case hex digits. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");
}

const pieceBytes = 256 * 1024;

/** SHA-256 and size of a file, read piece by piece. Throws as `withRegularFile`, and where it cannot be read. */
export async function sha256OfFile(
  path: string,
): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
  return await withRegularFile(path, async (file) => {
    const hasher = new Bun.CryptoHasher("sha256");
    const piece = new Uint8Array(pieceBytes);
    for (let sizeBytes = 0; ;) {
      const { bytesRead } = await file.read(piece, 0, pieceBytes, sizeBytes);
      if (bytesRead === 0) return { sha256: hasher.digest("hex"), sizeBytes };
      hasher.update(piece.subarray(0, bytesRead));
      sizeBytes += bytesRead;
    }
  });
}
