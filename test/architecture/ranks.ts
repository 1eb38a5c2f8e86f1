/**
 * Which folder of src/ may import which: down the ranks only, never across. The table of ARCHITECTURE.md.
 * Rank 7 is where things are constructed; there the commands may use the app, and main.ts both.
 */
const ranks: ReadonlyMap<string, number> = new Map([
  ["errors", 0],
  ["log", 0],
  ["http", 1],
  ["iso", 1],
  ["media", 1],
  ["process", 1],
  ["store", 1],
  ["config", 2],
  ["db", 2],
  ["demux", 2],
  ["packager", 2],
  ["plugin", 2],
  ["device", 2],
  ["probe", 2],
  ["subtitle", 2],
  ["rendition", 3],
  ["schedule", 3],
  ["content", 4],
  ["provider", 4],
  ["library", 4],
  ["manifest", 4],
  ["pipeline", 5],
  ["playback", 5],
  ["prewarm", 5],
  ["origin", 6],
  ["api", 6],
  ["web", 6],
  ["app", 7],
  ["cli", 7.1],
  ["main.ts", 7.2],
]);

export function rankOf(folder: string): number | undefined {
  return ranks.get(folder);
}

/** `media` of `src/media/plan.ts`, `main.ts` of `src/main.ts`; null outside src. */
export function folderOf(path: string): string | null {
  const [top, folder] = path.split("/");
  return top === "src" && folder !== undefined ? folder : null;
}
