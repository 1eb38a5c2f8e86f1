import { readFile, writeFile } from "node:fs/promises";
import canonicalize from "canonicalize";
import type { Recipe } from "./encoded-rendition.ts";

/** Encodes a moment of nothing with a recipe to a plain MP4. */
export type EncodeSynthetic = (recipe: Recipe, outPath: string) => Promise<void>;

/** Each a few kilobytes; a plan has a handful of recipes, and plans that differ a little share most. */
const kept = 256;

/**
 * Encodes a moment of nothing once for each recipe, however many renditions of however many plans have
 * it: a film with 200 sounds has 200 renditions and one recipe. Calls at once share the work.
 */
export function rememberSynthetic(encode: EncodeSynthetic): EncodeSynthetic {
  const memory = new Map<string, Promise<Uint8Array>>();
  const encodeAndRead = async (recipe: Recipe, path: string): Promise<Uint8Array> => {
    await encode(recipe, path);
    return readFile(path);
  };
  return async (recipe, path) => {
    const key = canonicalize(recipe) ?? "";
    const known = memory.get(key);
    if (known) {
      memory.delete(key);
      memory.set(key, known);
      await writeFile(path, await known);
      return;
    }
    const encoded = encodeAndRead(recipe, path);
    memory.set(key, encoded);
    const [oldest] = memory.keys();
    if (memory.size > kept && oldest !== undefined) memory.delete(oldest);
    encoded.catch(() => memory.get(key) === encoded && memory.delete(key));
    await encoded;
  };
}
