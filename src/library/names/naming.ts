/** Ids that other services know a film, series or episode by, by service: `imdb`, `tmdb`, `tvdb`. */
export type ExternalIds = Readonly<Record<string, string>>;

/** What the name of a media file says it is. Absent is null. */
export interface NameReading {
  /** Of an episode the episode's own; null where the name holds none. Of all others never null. */
  readonly title: string | null;
  readonly year: number | null;
  /** `Director's Cut`. */
  readonly edition: string | null;
  /** What tells this file from another of the same film: `4K`, `1080p BluRay`. */
  readonly version: string | null;
  /** Which piece of a film in several files this is, from 1. */
  readonly part: number | null;
  /** Something that belongs to a film or series and is neither: `trailer`, `featurette`. */
  readonly extra: string | null;
  readonly series: SeriesReading | null;
  /** 0: specials. */
  readonly season: number | null;
  readonly episode: number | null;
  /** The last one, of a file that holds several. */
  readonly episodeEnd: number | null;
  readonly absoluteEpisode: number | null;
  /** `2011-02-03` */
  readonly airDate: string | null;
  readonly artist: string | null;
  readonly album: string | null;
  readonly track: number | null;
  readonly disc: number | null;
  readonly externalIds: ExternalIds;
}

export interface SeriesReading {
  readonly title: string;
  readonly year: number | null;
  readonly externalIds: ExternalIds;
  /** Its folder's path within the library, `""` where it is the library's own; null where only the file is named after it. */
  readonly folder: string | null;
}

export const nothingRead: NameReading = {
  ...{ title: null, year: null, edition: null, version: null, part: null, extra: null },
  ...{ series: null, season: null, episode: null, episodeEnd: null, absoluteEpisode: null },
  ...{ airDate: null, artist: null, album: null, track: null, disc: null, externalIds: {} },
};
