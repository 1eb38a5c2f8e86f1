import type { FileChange, FilePlace, KnownFile } from "../db/media-file-changes.ts";
import type { Comparison, Resolution } from "./reconcile.ts";
import type { SeenFile } from "./walk.ts";

export interface ToProbe {
  readonly file: SeenFile;
  readonly place: FilePlace;
  /** The known file it becomes; null for a new one. */
  readonly id: string | null;
}

export interface ChangePlan {
  /** What can be written without a probe. */
  readonly changes: readonly FileChange[];
  readonly toProbe: readonly ToProbe[];
  readonly moved: number;
  readonly cameBack: number;
}

/** What the verdicts mean for the database, and which files must be probed. `places`: of every suspect, by path. */
export function planChanges(
  { suspects, back }: Comparison,
  { verdicts, lost }: Resolution,
  looksAgain: (file: KnownFile) => boolean,
  places: ReadonlyMap<string, FilePlace>,
): ChangePlan {
  const changes: FileChange[] = lost.map(({ id }) => ({ kind: "lose", id }));
  for (const { id, mtimeMs } of back) changes.push({ kind: "confirm", id, mtimeMs });
  const toProbe: ToProbe[] = [];
  let moved = 0;
  let cameBack = back.length;
  for (const { file } of suspects) {
    const verdict = verdicts.get(file) ?? { kind: "new" };
    const place = places.get(file.path);
    if (place === undefined) continue;
    const { mtimeMs } = file;
    switch (verdict.kind) {
      case "new":
        toProbe.push({ file, place, id: null });
        continue;
      case "replaced":
        toProbe.push({ file, place, id: verdict.known.id });
        continue;
      case "moved":
        moved++;
        changes.push({ kind: "move", id: verdict.known.id, place, mtimeMs });
        break;
      case "same":
        if (verdict.known.status === "missing" && !looksAgain(verdict.known)) cameBack++;
        changes.push({ kind: "confirm", id: verdict.known.id, mtimeMs });
    }
    if (looksAgain(verdict.known)) toProbe.push({ file, place, id: verdict.known.id });
  }
  return { changes, toProbe, moved, cameBack };
}
