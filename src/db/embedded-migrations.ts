import journal from "./migrations/meta/_journal.json" with { type: "json" };
import tables from "./migrations/0000_tables.sql" with { type: "text" };
import mediaSearch from "./migrations/0001_media_search.sql" with { type: "text" };
import fileAddress from "./migrations/0002_file_address.sql" with { type: "text" };
import filmCuts from "./migrations/0003_film_cuts.sql" with { type: "text" };
import fewerSessionIndexes from "./migrations/0004_fewer_session_indexes.sql" with { type: "text" };
import formerIds from "./migrations/0005_former_ids.sql" with { type: "text" };
import viewings from "./migrations/0006_viewings.sql" with { type: "text" };
import filmSegments from "./migrations/0007_film_segments.sql" with { type: "text" };
import names from "./migrations/0008_names.sql" with { type: "text" };
import albums from "./migrations/0009_albums.sql" with { type: "text" };
import plugins from "./migrations/0010_plugins.sql" with { type: "text" };
import jobs from "./migrations/0011_jobs.sql" with { type: "text" };

export interface Migration {
  readonly tag: string;
  /** When it was generated, Unix milliseconds: the order of migrations, and how drizzle tells them apart. */
  readonly when: number;
  readonly statements: readonly string[];
}

// Literal imports, so that `bun build --compile` carries the text inside the executable.
const texts: Readonly<Record<string, string>> = {
  "0000_tables": tables,
  "0001_media_search": mediaSearch,
  "0002_file_address": fileAddress,
  "0003_film_cuts": filmCuts,
  "0004_fewer_session_indexes": fewerSessionIndexes,
  "0005_former_ids": formerIds,
  "0006_viewings": viewings,
  "0007_film_segments": filmSegments,
  "0008_names": names,
  "0009_albums": albums,
  "0010_plugins": plugins,
  "0011_jobs": jobs,
};

/** Every migration of the journal, oldest first. Throws when one is not listed above. */
export function embeddedMigrations(): Migration[] {
  return journal.entries.map(({ tag, when }) => {
    const text = texts[tag];
    if (text === undefined) {
      throw new TypeError(`expected migration ${tag} among the embedded ones, got none`);
    }
    const statements = text.split("--> statement-breakpoint").map((statement) => statement.trim());
    return { tag, when, statements };
  });
}
