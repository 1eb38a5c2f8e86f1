import { and, asc, desc, eq, gt, isNotNull, notExists, notInArray, or, sql } from "drizzle-orm";
import type { Source } from "../media/source.ts";
import type { Database } from "./database.ts";
import { filmCuts, mediaFiles } from "./schema.ts";
import { parseSourceJson } from "./source-json.ts";

/** Of one film; each track in two ways, and a few lengths of segments. The oldest go. */
const keptOfOneFilm = 64;
/** Stands for all that a start asks for. */
const wholeKey = "";

/** What a look at a film gave; undefined when it was not looked for by this version. */
export async function getFilmCuts(
  db: Database,
  fingerprint: string,
  key: string,
  version: number,
): Promise<Uint8Array | undefined> {
  const rows = await db.read((queries) =>
    queries
      .select({ payload: filmCuts.payload })
      .from(filmCuts)
      .where(
        and(
          eq(filmCuts.fingerprint, fingerprint),
          eq(filmCuts.key, key),
          eq(filmCuts.version, version),
        ),
      ),
  );
  return rows[0]?.payload;
}

/** Keeps what a look at a film gave, in place of what another version found. */
export function putFilmCuts(
  db: Database,
  fingerprint: string,
  key: string,
  version: number,
  payload: Uint8Array,
): Promise<void> {
  const row = { version, payload: Buffer.from(payload), createdAt: Date.now() };
  return db.write(async (queries) => {
    await queries
      .insert(filmCuts)
      .values({ fingerprint, key, ...row })
      .onConflictDoUpdate({ target: [filmCuts.fingerprint, filmCuts.key], set: row });
    const newest = queries
      .select({ key: filmCuts.key })
      .from(filmCuts)
      .where(eq(filmCuts.fingerprint, fingerprint))
      .orderBy(desc(filmCuts.createdAt))
      .limit(keptOfOneFilm);
    await queries
      .delete(filmCuts)
      .where(and(eq(filmCuts.fingerprint, fingerprint), notInArray(filmCuts.key, newest)));
  });
}

/** Takes down that all was looked for in a film that a start asks for, whatever it gave. */
export function markFilmLookedAt(
  db: Database,
  fingerprint: string,
  version: number,
): Promise<void> {
  return putFilmCuts(db, fingerprint, wholeKey, version, new Uint8Array());
}

export interface UnseenFilm {
  /** Of the row: films are asked for in its order. */
  readonly number: number;
  readonly source: Source;
}

/**
 * The next film behind the row `after`, in one of the containers as ffprobe names them, that was not looked at by
 * this version; undefined behind the last.
 */
export async function nextUnseenFilm(
  db: Database,
  after: number,
  containers: readonly string[],
  version: number,
): Promise<UnseenFilm | undefined> {
  for (let number = after; ;) {
    const [row] = await db.read((queries) =>
      queries
        .select({
          number: mediaFiles.number,
          metadata: mediaFiles.metadata,
        })
        .from(mediaFiles)
        .where(
          and(
            gt(mediaFiles.number, number),
            eq(mediaFiles.status, "ready"),
            isNotNull(mediaFiles.fingerprint),
            or(
              ...containers.map(
                (name) => sql`',' || ${mediaFiles.container} || ',' LIKE ${`%,${name},%`}`,
              ),
            ),
            notExists(
              queries
                .select({ key: filmCuts.key })
                .from(filmCuts)
                .where(
                  and(
                    eq(filmCuts.fingerprint, mediaFiles.fingerprint),
                    eq(filmCuts.key, wholeKey),
                    eq(filmCuts.version, version),
                  ),
                ),
            ),
          ),
        )
        .orderBy(asc(mediaFiles.number))
        .limit(1),
    );
    if (row === undefined) return undefined;
    const source = parseSourceJson(row.metadata);
    if (source !== null) return { number: row.number, source };
    number = row.number;
  }
}

/** Forgets films that no library knows any more; a missing one may be on a disk that comes back. */
export function forgetCutsOfGoneFilms(db: Database): Promise<void> {
  return db.write(async (queries) => {
    const held = queries
      .select({ fingerprint: mediaFiles.fingerprint })
      .from(mediaFiles)
      .where(isNotNull(mediaFiles.fingerprint));
    await queries.delete(filmCuts).where(notInArray(filmCuts.fingerprint, held));
  });
}
