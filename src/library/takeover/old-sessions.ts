import { normalize } from "node:path";
import type { SessionRow } from "../../db/transcode-sessions.ts";
import type { LeftOut } from "./look-for-files.ts";
import { oldHash, oldId, oldRequest, oldTime } from "./old-values.ts";
import type { OldFileRow, OldSessionRow } from "./read-old-rows.ts";

/** Reads an old session as an ended one of ours; `idAt` knows the old media file by its path. */
export function readOldSession(
  row: OldSessionRow,
  idAt: ReadonlyMap<string, string>,
  nowMs: number,
): SessionRow | LeftOut {
  const id = oldId(row.id);
  if (id === null) return { reason: "the row has no id that can be used", what: String(row.id) };
  const { mediaId, path, container } = oldRequest(row.request);
  const mediaFileId = mediaId ?? idAt.get(normalize(path ?? "")) ?? "";
  const contentHash = oldHash(row.content_hash) ?? "";
  if (mediaFileId === "" && contentHash === "") return { reason: namesNothing, what: id };
  const createdAt = oldTime(row.created_at) ?? oldTime(row.updated_at) ?? nowMs;
  const updatedAt = Math.max(createdAt, oldTime(row.updated_at) ?? createdAt);
  const isFailed = row.status === "failed";
  return {
    id,
    // Its `completed` says that all was encoded; ours, that it was watched to the end.
    status: isFailed ? "failed" : "closed",
    provider: typeof row.provider === "string" ? row.provider : "",
    contentHash,
    mediaFileId,
    request: JSON.stringify({ mediaFileId, container }),
    decision: "transcode",
    container,
    position: 0,
    quality: null,
    error: isFailed ? "It had failed before it was taken over" : null,
    createdAt,
    updatedAt,
    heartbeatAt: updatedAt,
  };
}

const namesNothing = "it names no media file and no content";

/** The old ids of media files by their paths. */
export function idsByPath(rows: readonly OldFileRow[]): Map<string, string> {
  const ids = new Map<string, string>();
  for (const row of rows) {
    const id = oldId(row.id);
    if (id !== null && typeof row.path === "string") ids.set(normalize(row.path), id);
  }
  return ids;
}
