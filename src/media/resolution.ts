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

/**
 * The class height of a resolution: `1080p`, `1080`, `1920x1080` or `4k`; undefined for anything else.
 * Of width and height the one that binds counts: 1920x800 is 1080, as the ladder has it.
 */
export function parseResolution(text: string): number | undefined {
  const lower = text.trim().toLowerCase();
  const named = namedHeights.get(lower);
  if (named !== undefined) return named;
  const height = /^(\d{2,4})[pi]?$/.exec(lower)?.[1];
  if (height !== undefined) return plausibleHeight(Number(height));
  const size = /^(\d{2,5})[x×](\d{2,5})$/.exec(lower);
  if (size?.[1] === undefined || size[2] === undefined) return undefined;
  return plausibleHeight(classHeight({ width: Number(size[1]), height: Number(size[2]) }));
}

/** The height of the 16:9 box (9:16 for upright pictures) that holds pictures of that size. */
export function classHeight({ width, height }: { width: number; height: number }): number {
  return Math.max(Math.min(width, height), Math.round((Math.max(width, height) * 9) / 16));
}

/** Smaller ones are no picture that anybody plays. */
export function plausibleHeight(height: number): number | undefined {
  return height >= 16 ? height : undefined;
}
