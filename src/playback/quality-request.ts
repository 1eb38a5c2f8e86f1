import type { Quality } from "../media/quality.ts";
import { parseResolution, plausibleHeight } from "../media/resolution.ts";

/** What `quality` of a request asks for: how hard to encode, and how tall at most. */
export interface QualityRequest {
  /** null: the server's own preset. */
  readonly preset: Quality | null;
  /** Class height of the tallest rung wanted; null for no cap. */
  readonly maxHeight: number | null;
}

const presets: readonly Quality[] = ["low", "medium", "high"];
/** Parses `auto`, `low`, `medium`, `high`, or a rung (`720p`, `v720`); undefined for anything else. */
export function parseQuality(text: string): QualityRequest | undefined {
  if (text === "auto") return { preset: null, maxHeight: null };
  const preset = presets.find((name) => name === text);
  if (preset !== undefined) return { preset, maxHeight: null };
  const rung = /^v(\d{2,4})$/.exec(text)?.[1];
  const maxHeight = rung === undefined ? parseResolution(text) : plausibleHeight(Number(rung));
  return maxHeight === undefined ? undefined : { preset: null, maxHeight };
}
