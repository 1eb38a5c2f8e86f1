import type { ReadableFile } from "../readable-file.ts";
import { readHead } from "./ebml.ts";
import { ids } from "./element-ids.ts";

const clusterId = Buffer.from([0x1f, 0x43, 0xb6, 0x75]);
/** What a cluster may begin with: its time, a checksum, padding, its position, its predecessor's size. */
const firstIds: ReadonlySet<number> = new Set([ids.timestamp, 0xbf, 0xec, 0xa7, 0xab]);
const stepBytes = 1024 * 1024;
/** Muxers begin a cluster every few seconds: of a film of 80 Mbit/s that is so much. */
const farthestBytes = 64 * 1024 * 1024;
const headBytes = 16;

/**
 * The first byte from `from` on that looks like a cluster's; null where none comes soon. That it is one shows
 * when a walk over the blocks before it comes to it.
 */
export async function findCluster(file: ReadableFile, from: number): Promise<number | null> {
  const limit = Math.min(file.sizeBytes, from + farthestBytes);
  for (let at = from; at + headBytes < limit; at += stepBytes) {
    const bytes = await file.read(at, Math.min(stepBytes + headBytes, file.sizeBytes - at));
    const found = findIn(bytes);
    if (found !== -1) return at + found;
  }
  return null;
}

function findIn(bytes: Uint8Array): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = buffer.indexOf(clusterId); at !== -1; at = buffer.indexOf(clusterId, at + 1)) {
    const head = readHead(bytes, at);
    const inside = head === null ? null : readHead(bytes, at + head.headBytes);
    if (inside !== null && firstIds.has(inside.id)) return at;
  }
  return -1;
}
