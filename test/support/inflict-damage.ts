import { appendFile, rm, stat, truncate } from "node:fs/promises";
import { errno } from "../../src/errors/viewra-error.ts";
import { flipBit } from "./flip-bit.ts";

/** What can happen to a file on a disk. */
export const damages = ["a flipped bit", "a cut", "a longer end", "emptiness", "removal"] as const;
export type Damage = (typeof damages)[number];

/** Damages a file; `at` is where in it, from 0 to under 1. False where there is none, or nothing in it. */
export async function inflictDamage(damage: Damage, path: string, at: number): Promise<boolean> {
  try {
    const { size } = await stat(path);
    const position = Math.floor(at * size);
    if (size === 0) return false;
    if (damage === "a flipped bit") await flipBit(path, position, position % 8);
    if (damage === "a cut") await truncate(path, position);
    if (damage === "a longer end") await appendFile(path, "\u0001\u0002\u0003");
    if (damage === "emptiness") await truncate(path, 0);
    if (damage === "removal") await rm(path);
    return true;
  } catch (cause) {
    // Dropped by the server at this very moment.
    if (errno(cause) === "ENOENT") return false;
    throw cause;
  }
}
