import type { z } from "@hono/zod-openapi";
import type { MusicTags } from "../media/music-tags.ts";
import type { musicSchema } from "./schemas/music-schemas.ts";

export function musicBody(tags: MusicTags): z.infer<typeof musicSchema> {
  const { title, artist, artists, album, composers, genres, track, disc, date, gain } = tags;
  const { releaseGroup, albumArtist, ...ids } = tags.musicBrainz;
  return {
    ...{ title, artist, artists: [...artists], album, album_artist: tags.albumArtist },
    ...{ composers: [...composers], genres: [...genres], track: { ...track }, disc: { ...disc } },
    ...{ date, is_compilation: tags.isCompilation },
    musicbrainz: {
      ...ids,
      ...(releaseGroup !== undefined && { release_group: releaseGroup }),
      ...(albumArtist !== undefined && { album_artist: albumArtist }),
    },
    replay_gain: {
      track_gain: gain.trackGainDb,
      track_peak: gain.trackPeak,
      album_gain: gain.albumGainDb,
      album_peak: gain.albumPeak,
    },
  };
}
