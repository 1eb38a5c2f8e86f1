import type { z } from "@hono/zod-openapi";
import type { Album } from "../db/albums.ts";
import type { AlbumContents } from "../library/collection.ts";
import type { albumDetailsSchema, albumSchema } from "./schemas/album-schemas.ts";

export function albumBody(album: Album): z.infer<typeof albumSchema> {
  const { id, title, artist, year, duration } = album;
  return {
    ...{ id, title, artist, year, duration },
    library_id: album.libraryId,
    track_count: album.trackCount,
    first_track: album.firstTrack,
  };
}

export function albumDetailsBody({
  album,
  discs,
}: AlbumContents): z.infer<typeof albumDetailsSchema> {
  return {
    ...albumBody(album),
    discs: discs.map(({ number, tracks }) => ({
      disc: number,
      tracks: tracks.map(({ id, title, duration, status, naming: { artist, track } }) => ({
        ...{ id, title, artist, track, duration, status },
      })),
    })),
  };
}
