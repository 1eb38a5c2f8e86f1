import type { PackagedSegment } from "./rendition.ts";
import type { FinishedFile } from "./segment-run.ts";

/** Finished files that are segments already, with no header of their own. */
export function asTheyAre(files: readonly FinishedFile[]): Promise<PackagedSegment[]> {
  return Promise.all(
    files.map(async ({ path }) => ({ init: null, segment: await Bun.file(path).bytes() })),
  );
}
