import { forgetContent, contentLastUsedAt, wasContentUsed } from "../db/contents.ts";
import type { Database } from "../db/database.ts";
import { clearFailures } from "../db/failed-jobs.ts";
import { listLibraries } from "../db/libraries.ts";
import { listKnownByFingerprint } from "../db/media-file-changes.ts";
import { countFilms } from "../db/media-files.ts";
import { listScannedLibraries } from "../db/scans.ts";
import type { CollectPorts } from "./collect.ts";

/** What collecting asks of the database. */
export function createCollectPorts(
  db: Database,
): Pick<CollectPorts, "knowledge" | "isKnownFilm" | "wasPlayed" | "lastPlayedAt"> {
  return {
    knowledge: async () => {
      const [libraries, scanned, films] = await Promise.all([
        listLibraries(db),
        listScannedLibraries(db),
        countFilms(db),
      ]);
      const unscanned = libraries.filter(({ id }) => !scanned.has(id));
      return {
        films,
        libraries: libraries.map(({ name }) => name),
        unscanned: unscanned.map(({ name }) => name),
      };
    },
    isKnownFilm: async (fingerprint) =>
      (await listKnownByFingerprint(db, [fingerprint])).length > 0,
    wasPlayed: (hash, fingerprint) => wasContentUsed(db, hash, fingerprint),
    lastPlayedAt: (hash) => contentLastUsedAt(db, hash),
  };
}

/** Forgets what the database keeps of a content that is deleted. */
export async function forgetDeleted(db: Database, hash: string): Promise<void> {
  await clearFailures(db, hash);
  await forgetContent(db, hash);
}
