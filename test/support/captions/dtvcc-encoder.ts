/** Bytes of a service's commands (CTA-708-E, 8.10.5). */
export const dtvcc = {
  /** Window 0, hidden, of so many rows and 32 columns, its lower edge's middle at a place of 74 × 209. */
  define: (rows: number, vertical: number, horizontal: number): number[] => [
    ...[0x98, 0x00, vertical, horizontal, (7 << 4) | (rows - 1), 31, 0x11],
  ],
  clear: [0x88, 1],
  show: [0x89, 1],
  hide: [0x8a, 1],
  delete: [0x8c, 1],
  reset: [0x8f],
  pen: (italic: boolean, underline: boolean): number[] => [
    ...[0x90, 0x05, (italic ? 0x80 : 0) | (underline ? 0x40 : 0)],
  ],
  line: 0x0d,
  backspace: 0x08,
  /** Letters of Latin-1. */
  say: (text: string): number[] => [...Buffer.from(text, "latin1")],
} as const;

/**
 * A packet of one service's commands as triplets, at most 31 bytes of them (5 to 6.2). `sequence`: of packets, counted
 * from 0 to 3.
 */
export function dtvccTriplets(
  service: number,
  commands: readonly number[],
  sequence: number,
): number[] {
  const head = service < 7 ? [(service << 5) | commands.length] : [0xe0 | commands.length, service];
  const body = [...head, ...commands];
  if (body.length % 2 === 0) body.push(0);
  const bytes = [((sequence & 3) << 6) | ((body.length + 1) / 2), ...body];
  const triplets: number[] = [];
  for (let i = 0; i < bytes.length; i += 2) {
    triplets.push(i === 0 ? 0xff : 0xfe, bytes[i] ?? 0, bytes[i + 1] ?? 0);
  }
  return triplets;
}
