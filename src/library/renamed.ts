import { relative } from "node:path";
import type { LibraryRow } from "../db/libraries.ts";
import type { FileChange, FilePlace, KnownFile } from "../db/media-file-changes.ts";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Namer } from "./name-files.ts";
import type { ChangePlan } from "./plan-changes.ts";
import type { Resolution, Suspect } from "./reconcile.ts";
import type { SeenFile } from "./walk.ts";

/** Where files lie and what they are called, by their paths. Throws CANCELLED. */
export async function placesOf(
  library: LibraryRow,
  suspects: readonly Pick<Suspect, "file">[],
  namer: Namer,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FilePlace>> {
  const places = new Map<string, FilePlace>();
  for (const { file } of suspects) {
    if (signal.aborted) throw new ViewraError("CANCELLED");
    const { path } = file;
    places.set(path, {
      libraryId: library.id,
      mediaType: library.type,
      path,
      relativePath: relative(library.path, path),
      names: await namer.namesOf(path),
    });
  }
  return places;
}

export interface RenamedQuery {
  readonly library: LibraryRow;
  readonly known: readonly KnownFile[];
  readonly seen: readonly SeenFile[];
  readonly plan: ChangePlan;
  readonly resolution: Resolution;
  readonly namer: Namer;
  readonly signal: AbortSignal;
}

/** Files that stay where they are and are called something else than before: by other rules, or by other NFO files. */
export async function renamed(query: RenamedQuery): Promise<FileChange[]> {
  const { library, known, seen, plan, resolution, namer, signal } = query;
  const named = new Set(
    plan.changes.flatMap((change) => (change.kind === "move" ? change.id : [])),
  );
  const lost = new Set(resolution.lost.map(({ id }) => id));
  const heirs = new Set(plan.changes.flatMap((change) => ("id" in change ? change.id : [])));
  for (const { id } of plan.toProbe) if (id !== null) heirs.add(id);
  const byPath = new Map<string, KnownFile>();
  for (const file of known) {
    const isHere = file.status !== "missing" || heirs.has(file.id);
    if (isHere && !named.has(file.id) && !lost.has(file.id)) byPath.set(file.path, file);
  }
  const stale: { readonly file: SeenFile; readonly id: string }[] = [];
  for (const file of seen) {
    const before = byPath.get(file.path);
    if (before === undefined || before.namingKey === (await namer.keyOf(file.path))) continue;
    stale.push({ file, id: before.id });
  }
  const places = await placesOf(library, stale, namer, signal);
  return stale.flatMap(({ file, id }): FileChange[] => {
    const place = places.get(file.path);
    return place === undefined ? [] : [{ kind: "name", id, place }];
  });
}
