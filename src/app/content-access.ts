import { createContentService, type ContentService } from "../content/content-service.ts";
import { createCollectPorts, forgetDeleted } from "../content/database-ports.ts";
import { listContentsOf } from "../db/contents.ts";
import type { Database } from "../db/database.ts";
import { locateFingerprint } from "../db/media-files.ts";
import type { Library } from "../library/create-library.ts";
import type { Pipeline } from "../pipeline/pipeline.ts";
import type { Playback } from "../playback/playback.ts";
import type { ContentStore } from "../store/content-store.ts";

interface ContentAccessDeps {
  readonly db: Database;
  readonly store: ContentStore;
  readonly library: Library;
  readonly pipeline: Pipeline;
  readonly playback: Playback;
}

/** Contents as the API asks for them, over the store and the database. */
export function createContentAccess(deps: ContentAccessDeps): ContentService {
  const { db, store, library, pipeline, playback } = deps;
  return createContentService({
    store,
    ...createCollectPorts(db),
    filesWith: async (fingerprint) =>
      (await locateFingerprint(db, fingerprint)).map((file) => file.id),
    fingerprintOf: async (mediaFileId) => (await library.getFile(mediaFileId)).fingerprint,
    contentsOf: async (fingerprint) =>
      (await listContentsOf(db, fingerprint)).map((row) => row.contentHash),
    isWatched: (hash) => playback.list().some((session) => session.contentHash === hash),
    release: async (hash) => {
      await pipeline.forget(hash);
      playback.forgetContent(hash);
      await forgetDeleted(db, hash);
    },
  });
}
