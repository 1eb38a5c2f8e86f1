import { open } from "node:fs/promises";

/** Turns one bit (0 to 7) of the byte at a position of a file over. */
export async function flipBit(path: string, position: number, bit: number): Promise<void> {
  const file = await open(path, "r+");
  try {
    const byte = new Uint8Array(1);
    await file.read(byte, 0, 1, position);
    byte[0] = (byte[0] ?? 0) ^ (1 << bit);
    await file.write(byte, 0, 1, position);
  } finally {
    await file.close();
  }
}
