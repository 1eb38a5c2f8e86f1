import { and, eq, notExists, sql } from "drizzle-orm";
import type { Database, Queries } from "./database.ts";
import type { SeriesNames } from "./file-names.ts";
import { foldText, sortTitle } from "./fold-text.ts";
import { mediaFiles, series } from "./schema.ts";

/** Ids of series by library and key, as one transaction meets them. */
export type KnownSeries = Map<string, string>;

/**
 * The id of a series, made where there is none and brought to what a file tells of it. `path`: of that file, within the
 * library. What an NFO file said holds until that NFO's own files say otherwise.
 */
export async function keepSeries(
  queries: Queries,
  libraryId: string,
  names: SeriesNames,
  path: string,
  known: KnownSeries,
): Promise<string> {
  const told = JSON.stringify([libraryId, names, isBelow(path, names.nfo)]);
  const before = known.get(told);
  if (before !== undefined) return before;
  const [row] = await queries
    .select()
    .from(series)
    .where(and(eq(series.libraryId, libraryId), eq(series.key, names.key)));
  const columns = seriesColumns(names);
  const id = row?.id ?? crypto.randomUUID();
  if (row === undefined) {
    await queries.insert(series).values({ id, libraryId, key: names.key, ...columns });
  } else if (names.nfo !== "" || row.nfo === "" || isBelow(path, row.nfo)) {
    await queries.update(series).set(columns).where(eq(series.id, id));
  }
  known.set(told, id);
  return id;
}

/** Forgets the series of a library that no file is of any more, missing ones included. */
export function dropEmptySeries(db: Database, libraryId: string): Promise<void> {
  return db.write(async (queries) => {
    const files = queries
      .select({ one: sql`1` })
      .from(mediaFiles)
      .where(eq(mediaFiles.seriesId, series.id));
    await queries.delete(series).where(and(eq(series.libraryId, libraryId), notExists(files)));
  });
}

function seriesColumns({ title, sortTitle: sorted, year, facts, nfo }: SeriesNames) {
  const searched = [title, facts.originalTitle ?? ""].join("\n");
  return {
    ...{ title, year, nfo },
    sortTitle: sortTitle(year === null ? sorted : `${sorted} ${year}`),
    searchText: foldText(searched),
    facts: JSON.stringify(facts),
  };
}

/** Whether a file lies in the folder of an NFO file, or below. */
function isBelow(path: string, nfo: string): boolean {
  return nfo !== "" && path.startsWith(nfo.slice(0, nfo.lastIndexOf("/") + 1));
}
