import type { Quality } from "../media/quality.ts";

/** What `quality` of a request asks for: how hard to encode, and how tall at most. */
export interface QualityRequest {
  /** null: the server's own preset. */
  readonly preset: Quality | null;
  /** Class height of the tallest rung wanted; null for no cap. */
  readonly maxHeight: number | null;
}

const presets: readonly Quality[] = ["low", "medium", "high"];
/** Class height by the names shops print on boxes. */
const namedHeights: ReadonlyMap<string, number> = new Map([
  ["sd", 480],
  ["hd", 720],
  ["fhd", 1080],
  ["2k", 1440],
  ["uhd", 2160],
  ["4k", 2160],
  ["8k", 4320],
]);

/** Parses `auto`, `low`, `medium`, `high`, or a rung (`720p`, `v720`); undefined for anything else. */
export function parseQuality(text: string): QualityRequest | undefined {
  if (text === "auto") return { preset: null, maxHeight: null };
  const preset = presets.find((name) => name === text);
  if (preset !== undefined) return { preset, maxHeight: null };
  const rung = /^v(\d{2,4})$/.exec(text)?.[1];
  const maxHeight = rung === undefined ? parseResolution(text) : classHeight(Number(rung));
  return maxHeight === undefined ? undefined : { preset: null, maxHeight };
}

/**
 * The class height of a resolution: `1080p`, `1080`, `1920x1080` or `4k`; undefined for anything else.
 * Of width and height the one that binds counts: 1920x800 is 1080, as the ladder has it.
 */
export function parseResolution(text: string): number | undefined {
  const lower = text.trim().toLowerCase();
  const named = namedHeights.get(lower);
  if (named !== undefined) return named;
  const height = /^(\d{2,4})[pi]?$/.exec(lower)?.[1];
  if (height !== undefined) return classHeight(Number(height));
  const size = /^(\d{2,5})[x×](\d{2,5})$/.exec(lower);
  if (size?.[1] === undefined || size[2] === undefined) return undefined;
  const [long, short] = [Number(size[1]), Number(size[2])].toSorted((a, b) => b - a);
  if (long === undefined || short === undefined) return undefined;
  return classHeight(Math.max(short, Math.round((long * 9) / 16)));
}

function classHeight(height: number): number | undefined {
  return height >= 16 ? height : undefined;
}
