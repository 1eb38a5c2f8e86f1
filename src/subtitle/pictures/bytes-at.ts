/** Numbers of a packet, the highest byte first. Behind the end all bytes are 0: damaged packets need no other way. */
export const u8At = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;

export const u16At = (bytes: Uint8Array, at: number): number =>
  (u8At(bytes, at) << 8) | u8At(bytes, at + 1);

export const u24At = (bytes: Uint8Array, at: number): number =>
  (u16At(bytes, at) << 8) | u8At(bytes, at + 2);

/** Pieces as one; a single piece is not copied. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
