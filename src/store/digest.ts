/** SHA-256 of bytes in memory, computed off this thread: 64 lower-case hex digits. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");
}

/** SHA-256 and size of a file, read piece by piece. Throws the system's error where it cannot be read. */
export async function sha256OfFile(
  path: string,
): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
  const hasher = new Bun.CryptoHasher("sha256");
  let sizeBytes = 0;
  for await (const piece of Bun.file(path).stream()) {
    hasher.update(piece);
    sizeBytes += piece.byteLength;
  }
  return { sha256: hasher.digest("hex"), sizeBytes };
}
