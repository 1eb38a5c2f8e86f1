import type { KnownFile } from "../db/media-file-changes.ts";
import type { SeenFile } from "./walk.ts";

/** A file on disk that is not as it was known. */
export interface Suspect {
  readonly file: SeenFile;
  /** What was known under this path, present at the last look; null for a new path. */
  readonly known: KnownFile | null;
}

export interface Comparison {
  readonly suspects: readonly Suspect[];
  /** Known files at their paths again, as they were. */
  readonly back: readonly KnownFile[];
  /** Known files that are not at their paths; those missing before are among them. */
  readonly gone: readonly KnownFile[];
}

/**
 * Compares what is known with what is on disk, by path, size and time; reads nothing. `looksAgain` says
 * which known files are suspects although they look the same.
 */
export function compare(
  known: readonly KnownFile[],
  seen: readonly SeenFile[],
  looksAgain: (file: KnownFile) => boolean,
): Comparison {
  const present = new Map(known.filter(isPresent).map((file) => [file.path, file]));
  const missing = Map.groupBy(
    known.filter((file) => !isPresent(file)),
    (file) => file.path,
  );
  const suspects: Suspect[] = [];
  const back: KnownFile[] = [];
  const found = new Set<string>();
  for (const file of seen) {
    const here = present.get(file.path);
    if (here !== undefined) {
      found.add(here.id);
      if (!looksTheSame(here, file) || looksAgain(here)) suspects.push({ file, known: here });
      continue;
    }
    const again = missing
      .get(file.path)
      ?.find((candidate) => looksTheSame(candidate, file) && !looksAgain(candidate));
    if (again === undefined) {
      suspects.push({ file, known: null });
    } else {
      found.add(again.id);
      back.push(again);
    }
  }
  return { suspects, back, gone: known.filter((file) => !found.has(file.id)) };
}

/** What is to be done about one suspect. */
export type Verdict =
  /** The content is the known one; only its time is new. */
  | { readonly kind: "same"; readonly known: KnownFile }
  /** A known file under a new path. */
  | { readonly kind: "moved"; readonly known: KnownFile }
  /** Other content where a known file was. */
  | { readonly kind: "replaced"; readonly known: KnownFile }
  | { readonly kind: "new" };

export interface Resolution {
  readonly verdicts: ReadonlyMap<SeenFile, Verdict>;
  /** Known files that were present and are nowhere any more. */
  readonly lost: readonly KnownFile[];
}

/**
 * Decides, by fingerprint, which known file each suspect is. Content outranks path: when two films swap
 * names, each keeps its id and its resume position. A known file becomes at most one suspect.
 */
export function resolve(
  { suspects, gone }: Pick<Comparison, "suspects" | "gone">,
  fingerprints: ReadonlyMap<SeenFile, string>,
): Resolution {
  const verdicts = new Map<SeenFile, Verdict>();
  const loose = new Set(gone);
  for (const { file, known } of suspects) {
    if (known === null) continue;
    const isSame = known.fingerprint !== null && known.fingerprint === fingerprints.get(file);
    if (isSame) verdicts.set(file, { kind: "same", known });
    else loose.add(known);
  }
  const open = suspects.filter(({ file }) => !verdicts.has(file));

  const byFingerprint = Map.groupBy(loose, (file) => file.fingerprint ?? "");
  for (const { file } of open) {
    const candidates = (byFingerprint.get(fingerprints.get(file) ?? "none") ?? []).filter((other) =>
      loose.has(other),
    );
    // Of several copies the one that was seen last, then the one with the same name.
    const moved =
      candidates.find((other) => isPresent(other) && sameName(other, file)) ??
      candidates.find(isPresent) ??
      candidates.find((other) => sameName(other, file)) ??
      candidates[0];
    if (moved === undefined) continue;
    loose.delete(moved);
    verdicts.set(file, { kind: moved.path === file.path ? "same" : "moved", known: moved });
  }

  const looseByPath = Map.groupBy(loose, (file) => file.path);
  for (const { file, known } of open) {
    if (verdicts.has(file)) continue;
    const heir =
      known !== null && loose.has(known)
        ? known
        : looseByPath.get(file.path)?.find((other) => loose.has(other));
    if (heir === undefined) {
      verdicts.set(file, { kind: "new" });
    } else {
      loose.delete(heir);
      verdicts.set(file, { kind: "replaced", known: heir });
    }
  }
  return { verdicts, lost: [...loose].filter(isPresent) };
}

function isPresent(file: KnownFile): boolean {
  return file.status !== "missing";
}

function looksTheSame(known: KnownFile, file: SeenFile): boolean {
  return known.sizeBytes === file.sizeBytes && known.mtimeMs === file.mtimeMs;
}

function sameName(known: KnownFile, file: SeenFile): boolean {
  return nameOf(known.path) === nameOf(file.path);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
