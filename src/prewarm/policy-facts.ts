import type { Database } from "../db/database.ts";
import { getMediaFile, listPlayable, listRecentlyAdded } from "../db/media-files.ts";
import { listSessionsSince } from "../db/transcode-sessions.ts";
import { listRecentlyViewed, listViewings } from "../db/viewings.ts";
import type { Collection } from "../library/collection.ts";
import {
  addedForMs,
  playsCountForMs,
  viewedForMs,
  type PolicyFacts,
  type Title,
} from "./choose-wishes.ts";
import { parseDevice } from "./prewarm-wish.ts";

export interface FactSources {
  readonly db: Database;
  readonly collection: Pick<Collection, "relativesOf">;
  /** Media files that somebody plays at this moment. */
  readonly playing: () => readonly string[];
}

const mostViewed = 100;
const mostAdded = 200;
const mostPlays = 2000;

/** What the database knows of what was added and watched, as policies ask for it. */
export async function readPolicyFacts(
  { db, collection, playing }: FactSources,
  now: number,
): Promise<PolicyFacts> {
  const viewed = await listRecentlyViewed(db, now - viewedForMs, mostViewed);
  const nexts = new Map<string, Title>();
  for (const { mediaFileId } of viewed) {
    const file = await getMediaFile(db, mediaFileId);
    const next = file?.seriesId ? (await collection.relativesOf(file)).next : null;
    if (next?.status !== "ready") continue;
    nexts.set(mediaFileId, { mediaFileId: next.id, durationSeconds: next.duration });
  }
  const added = await listRecentlyAdded(db, now - addedForMs, mostAdded);
  const sessions = await listSessionsSince(db, now - playsCountForMs, mostPlays);
  const played = await listPlayable(db, [
    ...new Set(sessions.map(({ mediaFileId }) => mediaFileId)),
  ]);
  const seen = await listViewings(db, [
    ...[...nexts.values()].map(({ mediaFileId }) => mediaFileId),
    ...added.map(({ id }) => id),
  ]);
  const watchedAt = (id: string): number | null => seen.get(id)?.watchedAt ?? null;
  return {
    now,
    viewed: viewed.map(({ duration, resumePosition, ...viewing }) => {
      const next = nexts.get(viewing.mediaFileId);
      return {
        ...{ ...viewing, durationSeconds: duration, resumeSeconds: resumePosition },
        next: next === undefined ? null : { ...next, watchedAt: watchedAt(next.mediaFileId) },
      };
    }),
    added: added.map(({ id, duration, addedAt }) => ({
      ...{ mediaFileId: id, durationSeconds: duration, addedAt },
      isWatched: watchedAt(id) !== null,
    })),
    plays: sessions.flatMap(({ mediaFileId, request, createdAt }) => {
      const device = parseDevice(request);
      return device === null ? [] : [{ mediaFileId, at: createdAt, device }];
    }),
    played: played.map(({ id, duration }) => ({ mediaFileId: id, durationSeconds: duration })),
    playing: new Set(playing()),
  };
}
