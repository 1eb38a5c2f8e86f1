import { createHash } from "node:crypto";

export const plan = `{"what":"numbered objects"}`;
export const planHash = createHash("sha256").update(plan).digest("hex");

/** Bytes that say which object they are, who wrote them and where they end. */
export function bytesOfObject(name: string, writer: string): Uint8Array {
  const line = `${name} by ${writer}\n`;
  return new TextEncoder().encode(`${line.repeat(Math.ceil(60_000 / line.length))}end\n`);
}

/** Whether bytes are the whole of some writer's object of that name. */
export function isWholeObject(name: string, bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes);
  const writer = /^\S+ by (\S+)\n/.exec(text)?.[1] ?? "";
  return Buffer.from(bytes).equals(bytesOfObject(name, writer));
}
