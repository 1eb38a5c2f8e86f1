import type { VideoRecipe } from "../plugin/video-recipe.ts";

/**
 * Why pictures are not of the level that a recipe names, as a sentence: of a higher one than players are told to need. null
 * where they are of it or of a lower one, or where their codec names none in its stream. `mpd`: as Shaka describes them.
 */
export function levelFault(mpd: string, { level }: Pick<VideoRecipe, "level">): string | null {
  const codecs = /codecs="([^"]+)"/.exec(mpd)?.[1] ?? "";
  const written = writtenLevel(codecs);
  if (written === null || written <= Number(level)) return null;
  return `It writes level ${written.toFixed(1)} where ${level} is asked for (${codecs})`;
}

/** RFC 6381, ISO/IEC 14496-15 annex E, and AV1's binding to ISOBMFF, 5. */
function writtenLevel(codecs: string): number | null {
  const avc = /^avc[13]\.[0-9a-f]{4}([0-9a-f]{2})$/i.exec(codecs)?.[1];
  if (avc !== undefined) return Number.parseInt(avc, 16) / 10;
  const hevc = /^h(?:vc|ev)1\.\w+\.[0-9a-f]+\.[LH](\d+)/i.exec(codecs)?.[1];
  if (hevc !== undefined) return Number(hevc) / 30;
  const av1 = /^av01\.\d\.(\d\d)[MH]/.exec(codecs)?.[1];
  return av1 === undefined ? null : 2 + (Number(av1) >> 2) + (Number(av1) & 3) / 10;
}
