import type { Database } from "../db/database.ts";
import type { MediaFile } from "../db/media-files.ts";
import {
  getAlbum,
  listAlbums,
  listTracks,
  type Album,
  type AlbumPage,
  type Track,
} from "../db/albums.ts";
import {
  countEpisodes,
  getSeries,
  listNeighbours,
  listSameFilm,
  listSeries,
  listSeriesById,
  listSeriesFiles,
  type NamedFile,
  type Series,
  type SeriesPage,
} from "../db/series.ts";
import type { TitleListQuery } from "../db/title-page.ts";
import { ViewraError } from "../errors/viewra-error.ts";

/** How media files belong together. */
export interface Collection {
  /** The series of some files, by id. */
  seriesOf(files: readonly MediaFile[]): Promise<ReadonlyMap<string, Series>>;
  relativesOf(file: MediaFile): Promise<Relatives>;
  /** Throws INVALID_REQUEST for a cursor of another list. */
  listSeries(query: TitleListQuery): Promise<SeriesPage & { readonly episodes: EpisodeCounts }>;
  /** Throws SERIES_NOT_FOUND. */
  getSeries(id: string): Promise<SeriesContents>;
  /** Throws INVALID_REQUEST for a cursor of another list. */
  listAlbums(query: TitleListQuery): Promise<AlbumPage>;
  /** Throws ALBUM_NOT_FOUND. */
  getAlbum(id: string): Promise<AlbumContents>;
}

export interface AlbumContents {
  readonly album: Album;
  /** In order. */
  readonly discs: readonly { readonly number: number; readonly tracks: readonly Track[] }[];
}

/** How many episodes each series has, by its id. */
type EpisodeCounts = ReadonlyMap<string, number>;

/** Other files of the same film or episode, and the episodes around it. */
export interface Relatives {
  readonly versions: readonly NamedFile[];
  /** The other pieces of this version, in order. */
  readonly parts: readonly NamedFile[];
  readonly previous: NamedFile | null;
  readonly next: NamedFile | null;
}

export interface SeriesContents {
  readonly series: Series;
  /** In order, specials last. */
  readonly seasons: readonly Season[];
  /** What is in no season: trailers, and files whose names hold no number. */
  readonly others: readonly NamedFile[];
}

export interface Season {
  /** null where episodes are counted from the beginning, or dated. */
  readonly number: number | null;
  /** Each with all its files: versions, and pieces of them. */
  readonly episodes: readonly (readonly [NamedFile, ...NamedFile[]])[];
}

export function createCollection(db: Database): Collection {
  return {
    seriesOf: (files) =>
      listSeriesById(
        db,
        files.map(({ seriesId }) => seriesId),
      ),
    relativesOf: async (file) => {
      const [others, { before, after }] = await Promise.all([
        listSameFilm(db, file),
        listNeighbours(db, file),
      ]);
      const isPart = (other: NamedFile): boolean =>
        file.naming.part !== null && other.naming.part !== null && isSameVersion(file, other);
      return {
        versions: others.filter((other) => !isPart(other) && (other.naming.part ?? 1) === 1),
        parts: others.filter(isPart),
        previous: chosen(before, file),
        next: chosen(after, file),
      };
    },
    listSeries: async (query) => {
      const page = await listSeries(db, query);
      const ids = page.series.map(({ id }) => id);
      return { ...page, episodes: await countEpisodes(db, ids) };
    },
    getSeries: async (id) => {
      const series = await getSeries(db, id);
      const files = series === undefined ? [] : await listSeriesFiles(db, id);
      if (series === undefined || files.length === 0) throw new ViewraError("SERIES_NOT_FOUND");
      return {
        series,
        seasons: seasonsOf(files),
        others: files.filter(({ episodeFrom }) => episodeFrom === null),
      };
    },
    listAlbums: (query) => listAlbums(db, query),
    getAlbum: async (id) => {
      const [album, tracks] = await Promise.all([getAlbum(db, id), listTracks(db, id)]);
      if (album === undefined) throw new ViewraError("ALBUM_NOT_FOUND");
      const discs = Map.groupBy(tracks, ({ naming }) => naming.disc ?? 1);
      return { album, discs: [...discs].map(([number, of]) => ({ number, tracks: of })) };
    },
  };
}

/** Of the files of an episode the one to go on with: what can be played, in the version that is playing. */
function chosen(files: readonly NamedFile[], playing: MediaFile): NamedFile | null {
  const playable = files.filter(({ status }) => status === "ready");
  const some = playable.length > 0 ? playable : files;
  return some.find((file) => isSameVersion(playing, file)) ?? some[0] ?? null;
}

function isSameVersion(one: Pick<NamedFile, "naming">, other: Pick<NamedFile, "naming">): boolean {
  return one.naming.version === other.naming.version && one.naming.edition === other.naming.edition;
}

/** Of files in order of episodes. */
function seasonsOf(files: readonly NamedFile[]): Season[] {
  const seasons = new Map<number | null, Map<string, [NamedFile, ...NamedFile[]]>>();
  for (const file of files) {
    if (file.episodeFrom === null) continue;
    const { season } = file.naming;
    const episodes = seasons.get(season) ?? new Map<string, [NamedFile, ...NamedFile[]]>();
    seasons.set(season, episodes);
    const place = `${file.episodeFrom} ${file.episodeTo}`;
    const episode = episodes.get(place);
    if (episode === undefined) episodes.set(place, [file]);
    else episode.push(file);
  }
  return [...seasons].map(([number, episodes]) => ({ number, episodes: [...episodes.values()] }));
}
