import { inArray, sql, type SQL } from "drizzle-orm";
import type { Database } from "./database.ts";
import { foldText } from "./fold-text.ts";
import { mediaFiles } from "./schema.ts";

/** Above so many hits walking the sort index and comparing is quicker than gathering all hits first. */
const manyHits = 1000;

/**
 * What a file must meet to be found by some words: each occurs in its title or path, whatever its case
 * and accents. Words of three letters or more go through the trigram index; it cannot see shorter ones.
 */
export async function searchConditions(db: Database, q: string): Promise<SQL[]> {
  const words = foldText(q)
    .split(/[\s\0]+/)
    .filter((word) => word !== "");
  const long = words.filter((word) => Array.from(word).length >= 3);
  const compared = words.map((word) => sql`instr(${mediaFiles.searchText}, ${word}) > 0`);
  if (long.length === 0) return compared;

  const match = long.map((word) => `"${word.replaceAll('"', '""')}"`).join(" AND ");
  const hits = sql`SELECT rowid FROM media_search WHERE media_search MATCH ${match}`;
  const counted = await db.read((queries) =>
    queries.get<{ hits: number }>(sql`SELECT count(*) AS hits FROM (${hits} LIMIT ${manyHits})`),
  );
  if (counted.hits >= manyHits) return compared;
  return [inArray(mediaFiles.number, sql`(${hits})`), ...compared];
}
