import { ViewraError } from "../errors/viewra-error.ts";
import { parsePlan } from "../rendition/parse-plan.ts";
import { readForeignPlan } from "../rendition/foreign-plan.ts";
import { parseObjectName } from "../media/object-name.ts";
import type { ContentStore } from "../store/content-store.ts";

/** What the database knows of the libraries, as far as it decides who needs a content. */
export interface LibraryKnowledge {
  /** Films of all libraries, those on a disk that is not there now among them. */
  readonly films: number;
  /** Names of all libraries. */
  readonly libraries: readonly string[];
  /** Names of those that were never looked through from end to end. */
  readonly unscanned: readonly string[];
}

export interface CollectPorts {
  readonly knowledge: () => Promise<LibraryKnowledge>;
  /** Has a library this film, or had it before its disk went missing? */
  readonly isKnownFilm: (fingerprint: string) => Promise<boolean>;
  /** Was a content, or any other of its film, ever played by way of this database? */
  readonly wasPlayed: (hash: string, fingerprint: string) => Promise<boolean>;
  /** When a content was last played by way of this database, Unix milliseconds; null for never. */
  readonly lastPlayedAt: (hash: string) => Promise<number | null>;
  readonly isWatched: (hash: string) => boolean;
  /** Deletes a content and all that is known of it; false where it was gone already. */
  readonly remove: (hash: string) => Promise<boolean>;
}

export interface CollectOptions {
  /** Removes also what this database never knew: the contents of a lost database, or of another's. */
  readonly unknown: boolean;
  /** Told of each content as it goes. */
  readonly onRemoved?: (hash: string, bytes: number) => void;
  readonly signal?: AbortSignal;
  /** Unix milliseconds. */
  readonly now?: number;
}

/** A content without a segment is kept for so long after it was last played: its address may be out there. */
const barrenForMs = 7 * 24 * 3_600_000;

export interface CollectResult {
  readonly removed: readonly string[];
  readonly bytesFreed: number;
  /** Contents that were kept because nothing is known of their films. */
  readonly unknown: number;
}

/** Whether a content is needed, and if not, why that is certain. */
type Need = "needed" | "unknown" | "orphan" | "outdated" | "barren";

/**
 * Removes the contents that provably nobody needs: their film was in a library once and is in none now, not
 * even as missing; or their recipes are of an earlier revision, so that no start leads to them any more; or
 * nobody asked for a segment of them in a week, and the next start writes the same manifests again.
 * Throws LIBRARY_UNKNOWN where nothing can be proved, because the database is new, lost or incomplete.
 */
export async function collectContents(
  store: Pick<ContentStore, "plan" | "contents" | "list">,
  ports: CollectPorts,
  { unknown, onRemoved, signal, now = Date.now() }: CollectOptions,
): Promise<CollectResult> {
  requireKnowledge(await ports.knowledge());
  const removed: string[] = [];
  let [bytesFreed, kept] = [0, 0];
  for await (const { hash, bytes } of store.contents()) {
    if (signal?.aborted) break;
    const need = needOf(await store.plan(hash));
    let judged = typeof need === "string" ? need : await judge(ports, hash, need.fingerprint);
    if (judged === "needed" && (await isBarren(store, ports, hash, now))) judged = "barren";
    if (judged === "unknown" && !unknown) kept += 1;
    if (judged === "needed" || (judged === "unknown" && !unknown)) continue;
    // Looked at last: somebody may have begun to watch meanwhile.
    if (ports.isWatched(hash) || !(await ports.remove(hash))) continue;
    removed.push(hash);
    bytesFreed += bytes;
    onRemoved?.(hash, bytes);
  }
  return { removed, bytesFreed, unknown: kept };
}

function needOf(planJson: string | null): Need | { readonly fingerprint: string } {
  // Its plan is lost in both copies: a start of its film may still bring it back.
  if (planJson === null) return "unknown";
  const plan = parsePlan(planJson);
  if (plan) return { fingerprint: plan.source.fingerprint };
  const { fingerprint, isOutdated } = readForeignPlan(planJson);
  if (isOutdated) return "outdated";
  return fingerprint === null ? "unknown" : { fingerprint };
}

async function judge(ports: CollectPorts, hash: string, fingerprint: string): Promise<Need> {
  if (await ports.isKnownFilm(fingerprint)) return "needed";
  return (await ports.wasPlayed(hash, fingerprint)) ? "orphan" : "unknown";
}

async function isBarren(
  store: Pick<ContentStore, "list">,
  { lastPlayedAt }: CollectPorts,
  hash: string,
  now: number,
): Promise<boolean> {
  const playedAt = await lastPlayedAt(hash);
  if (playedAt === null || now - playedAt < barrenForMs) return false;
  const names = (await store.list(hash)).keys();
  return names.every((name) => parseObjectName(name)?.kind !== "segment");
}

function requireKnowledge({ films, libraries, unscanned }: LibraryKnowledge): void {
  const refuse = (why: string): never => {
    throw new ViewraError(
      "LIBRARY_UNKNOWN",
      `${why}, so that nobody can tell which contents are needed`,
    );
  };
  if (libraries.length === 0) refuse("No library is known here");
  if (unscanned.length > 0) refuse(`Never looked through to the end: ${unscanned.join(", ")}`);
  if (films === 0) refuse("No library here holds a film");
}
