import * as v from "valibot";

/** Ids that other services know something by: `{ imdb: "tt0078748" }`. */
const externalIds = v.record(v.string(), v.string());
const text = v.optional(v.nullable(v.string()), null);
const number = v.optional(v.nullable(v.number()), null);

const fileNaming = v.object({
  originalTitle: text,
  year: number,
  edition: text,
  /** What tells a file from others of the same film: `1080p BluRay`. */
  version: text,
  /** Of a film in several files, from 1. */
  part: number,
  /** What belongs to a film and is none: `trailer`. */
  extra: text,
  /** 0: specials. */
  season: number,
  episode: number,
  episodeEnd: number,
  absoluteEpisode: number,
  airDate: text,
  artist: text,
  album: text,
  track: number,
  disc: number,
  plot: text,
  genres: v.optional(v.array(v.string()), []),
  /** Of ten. */
  rating: number,
  externalIds: v.optional(externalIds, {}),
});

/** What a media file's name and the NFO file beside it say, but for its title. Absent is null. */
export type FileNaming = Readonly<v.InferOutput<typeof fileNaming>>;

const seriesFacts = v.object({
  originalTitle: text,
  plot: text,
  genres: v.optional(v.array(v.string()), []),
  rating: number,
  externalIds: v.optional(externalIds, {}),
});

/** What is known of a series besides title and year. */
export type SeriesFacts = Readonly<v.InferOutput<typeof seriesFacts>>;

/** A series as one of its files tells of it. */
export interface SeriesNames {
  /** What the files of one series in a library have in common. */
  readonly key: string;
  readonly title: string;
  readonly sortTitle: string;
  readonly year: number | null;
  readonly facts: SeriesFacts;
  /** The NFO file that says so, within the library; `""` where only names do. */
  readonly nfo: string;
}

/** All that a media file is called. */
export interface FileNames {
  /** Of what they follow from: with another one they are made anew. */
  readonly key: string;
  readonly title: string;
  /** As it is to be sorted, before it is folded. */
  readonly sortTitle: string;
  /** Other words that a search finds it by. */
  readonly searchWords: string;
  readonly naming: FileNaming;
  /** The folder of a music file's album, within the library; null for what is no music. */
  readonly albumFolder: string | null;
  /** What versions and parts of one film have in common; null for what is none. */
  readonly filmKey: string | null;
  readonly series: SeriesNames | null;
  /** The place of its first and last episode in the series, as text that sorts; null where it has none. */
  readonly episodeFrom: string | null;
  readonly episodeTo: string | null;
}

const parse =
  <Schema extends v.GenericSchema>(schema: Schema) =>
  (json: string | null): v.InferOutput<Schema> => {
    const none = (): v.InferOutput<Schema> => v.parse(schema, {});
    if (json === null) return none();
    try {
      const read = v.safeParse(schema, JSON.parse(json));
      return read.success ? read.output : none();
    } catch {
      return none();
    }
  };

/** Reads a stored naming; one of nothing where there is none of today's form. */
export const parseNaming: (json: string | null) => FileNaming = parse(fileNaming);
export const parseSeriesFacts: (json: string | null) => SeriesFacts = parse(seriesFacts);
