import type { MusicTags } from "../media/music-tags.ts";
import type { FileNames } from "./file-names.ts";
import { foldText } from "./fold-text.ts";

/** An album as one of its files tells of it. */
export interface AlbumNames {
  /** What the files of one album in a library have in common. */
  readonly key: string;
  readonly title: string;
  /** null where no file tells whose album it is: its tracks do. */
  readonly artist: string | null;
  readonly year: number | null;
}

export interface TaggedNames {
  readonly names: FileNames;
  readonly album: AlbumNames | null;
  /** Where in its album it is, as text that sorts: disc and track. */
  readonly albumPlace: string | null;
}

/** What a music file is called by its name and its own tags; the latter know better. */
export function taggedNames(named: FileNames, tags: MusicTags | undefined): TaggedNames {
  const { naming } = named;
  const year = tags?.date == null ? naming.year : Number(tags.date.slice(0, 4));
  const names: FileNames = {
    ...named,
    title: tags?.title ?? named.title,
    sortTitle: tags?.title ?? named.sortTitle,
    naming: {
      ...naming,
      year,
      artist: tags?.artist ?? naming.artist,
      album: tags?.album ?? naming.album,
      track: tags?.track.number ?? naming.track,
      disc: tags?.disc.number ?? naming.disc,
      genres: tags === undefined || tags.genres.length === 0 ? naming.genres : [...tags.genres],
    },
  };
  const { artist, album: title, track, disc } = names.naming;
  const words = [named.searchWords, artist, title, tags?.albumArtist, ...(tags?.composers ?? [])];
  const searchWords = words.filter((word) => word != null && word !== "").join("\n");
  if (title === null) return { names: { ...names, searchWords }, album: null, albumPlace: null };
  // Folders say whose album it is; of tags only those that speak of the album.
  const told = tags?.albumArtist ?? (tags?.album == null ? naming.artist : null);
  const whose = told === null ? `in ${named.albumFolder ?? ""}` : `by ${plain(told)}`;
  return {
    names: { ...names, searchWords },
    album: { key: JSON.stringify([whose, plain(title)]), title, artist: told, year },
    albumPlace: `${digits(disc ?? 1)}.${track === null ? "~" : digits(track)}`,
  };
}

/** Without case, accents, punctuation: `AC/DC` and `ac dc`; what is nothing else stays. */
function plain(text: string): string {
  const folded = foldText(text).trim();
  return folded.replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim() || folded;
}

function digits(number: number): string {
  return String(number).padStart(8, "0");
}
