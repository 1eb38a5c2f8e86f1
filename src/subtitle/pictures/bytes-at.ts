/** Numbers of a packet, the highest byte first. Behind the end all bytes are 0: damaged packets need no other way. */
export const u8At = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;

export const u16At = (bytes: Uint8Array, at: number): number =>
  (u8At(bytes, at) << 8) | u8At(bytes, at + 1);

export const u24At = (bytes: Uint8Array, at: number): number =>
  (u16At(bytes, at) << 8) | u8At(bytes, at + 2);
