import { and, asc, desc, eq, isNotNull, notInArray, sql } from "drizzle-orm";
import * as v from "valibot";
import type { Source } from "../media/source.ts";
import type { Database } from "./database.ts";
import { filmSegments, libraries, mediaFiles } from "./schema.ts";
import { parseSourceJson } from "./source-json.ts";

/** A part of a film that a viewer may want to skip, seconds. */
export interface SegmentRow {
  readonly kind: "intro" | "credits";
  readonly start: number;
  readonly end: number;
}

const segmentsJson = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(v.object({ kind: v.picklist(["intro", "credits"]), start: v.number(), end: v.number() })),
);

/** What was found last of a film by this version; empty where nothing was, or nobody looked. */
export async function getFilmSegments(
  db: Database,
  fingerprint: string,
  version: number,
): Promise<SegmentRow[]> {
  const [row] = await db.read((queries) =>
    queries
      .select({ segments: filmSegments.segments })
      .from(filmSegments)
      .where(and(eq(filmSegments.fingerprint, fingerprint), eq(filmSegments.version, version)))
      .orderBy(desc(filmSegments.createdAt))
      .limit(1),
  );
  const read = v.safeParse(segmentsJson, row?.segments);
  return read.success ? read.output : [];
}

/** Takes down what was found in a season's episodes, those without anything among them. */
export function putSeasonSegments(
  db: Database,
  season: string,
  version: number,
  found: ReadonlyMap<string, readonly SegmentRow[]>,
): Promise<void> {
  const createdAt = Date.now();
  return db.write(async (queries) => {
    for (const [fingerprint, segments] of found) {
      const row = { version, segments: JSON.stringify(segments), createdAt };
      await queries
        .insert(filmSegments)
        .values({ fingerprint, season, ...row })
        .onConflictDoUpdate({ target: [filmSegments.fingerprint, filmSegments.season], set: row });
    }
  });
}

/** Whether this version looked at a season. */
export async function isSeasonKnown(
  db: Database,
  season: string,
  version: number,
): Promise<boolean> {
  const rows = await db.read((queries) =>
    queries
      .select({ season: filmSegments.season })
      .from(filmSegments)
      .where(and(eq(filmSegments.season, season), eq(filmSegments.version, version)))
      .limit(1),
  );
  return rows.length > 0;
}

export interface EpisodeFile {
  readonly path: string;
  readonly fingerprint: string;
  readonly seriesId: string | null;
  /** Of its first and last episode in the series: see `FileNames`. */
  readonly place: { readonly from: string; readonly to: string } | null;
}

/** The files of all libraries of series that can be played, by path; trailers and the like left out. */
export async function listEpisodes(db: Database): Promise<EpisodeFile[]> {
  const rows = await db.read((queries) =>
    queries
      .select({
        path: mediaFiles.path,
        fingerprint: mediaFiles.fingerprint,
        seriesId: mediaFiles.seriesId,
        from: mediaFiles.episodeFrom,
        to: mediaFiles.episodeTo,
      })
      .from(mediaFiles)
      .innerJoin(libraries, eq(mediaFiles.libraryId, libraries.id))
      .where(
        and(
          eq(libraries.type, "tv"),
          eq(mediaFiles.status, "ready"),
          isNotNull(mediaFiles.fingerprint),
          sql`${mediaFiles.naming} ->> '$.extra' IS NULL`,
        ),
      )
      .orderBy(asc(mediaFiles.path)),
  );
  return rows.flatMap(({ path, fingerprint, seriesId, from, to }) => {
    const place = from === null || to === null ? null : { from, to };
    return fingerprint === null ? [] : [{ path, fingerprint, seriesId, place }];
  });
}

/** What was probed of a file; null where it is not what it was. */
export async function getEpisodeSource(
  db: Database,
  { path, fingerprint }: Pick<EpisodeFile, "path" | "fingerprint">,
): Promise<Source | null> {
  const [row] = await db.read((queries) =>
    queries
      .select({ metadata: mediaFiles.metadata })
      .from(mediaFiles)
      .where(
        and(
          eq(mediaFiles.path, path),
          eq(mediaFiles.fingerprint, fingerprint),
          eq(mediaFiles.status, "ready"),
        ),
      )
      .limit(1),
  );
  return parseSourceJson(row?.metadata ?? null);
}

/** Forgets films that no library knows any more. */
export function forgetSegmentsOfGoneFilms(db: Database): Promise<void> {
  return db.write(async (queries) => {
    const held = queries
      .select({ fingerprint: mediaFiles.fingerprint })
      .from(mediaFiles)
      .where(isNotNull(mediaFiles.fingerprint));
    await queries.delete(filmSegments).where(notInArray(filmSegments.fingerprint, held));
  });
}
