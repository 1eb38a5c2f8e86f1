/**
 * Which folder of src/ may import which: down the ranks only, never across. The table of ARCHITECTURE.md.
 * Rank 6 is where things are constructed; there the commands may use the app, and main.ts both.
 */
const ranks: ReadonlyMap<string, number> = new Map([
  ["errors", 0],
  ["log", 0],
  ["http", 1],
  ["media", 1],
  ["process", 1],
  ["store", 1],
  ["config", 2],
  ["manifest", 2],
  ["db", 2],
  ["plugin", 2],
  ["device", 2],
  ["probe", 2],
  ["encode", 3],
  ["packager", 3],
  ["schedule", 3],
  ["content", 4],
  ["pipeline", 4],
  ["library", 4],
  ["playback", 4],
  ["origin", 5],
  ["api", 5],
  ["web", 5],
  ["app", 6],
  ["cli", 6.1],
  ["main.ts", 6.2],
]);

export function rankOf(folder: string): number | undefined {
  return ranks.get(folder);
}

/** `media` of `src/media/plan.ts`, `main.ts` of `src/main.ts`; null outside src. */
export function folderOf(path: string): string | null {
  const [top, folder] = path.split("/");
  return top === "src" && folder !== undefined ? folder : null;
}
