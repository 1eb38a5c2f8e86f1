import { trimmed } from "./characters.ts";
import { nothingRead, type NameReading } from "./naming.ts";
import { discOf } from "./parts.ts";
import { stemOf } from "./words.ts";

/** Artist, album and track of `Artist/Album (1999)/CD1/02 - Song.flac`; the title is that of any file. */
export function readMusicName(
  folders: readonly string[],
  name: string,
  title: string,
): NameReading {
  const folderDisc = discOf(folders.at(-1) ?? "");
  const inside = folderDisc === null ? folders : folders.slice(0, -1);
  const [artist, album] = inside.length > 1 ? inside.slice(-2) : [];
  const dated = /^(.*\S)\s*[([]((?:19|20)\d\d)[)\]]$/.exec(album ?? "");
  const first = /^((?:19|20)\d\d)\s+-\s+(.+)$/.exec(album ?? "");
  const albumTitle = trimmed(dated?.[1] ?? first?.[2] ?? album ?? "");
  // `1-02`, `102`: disc and track.
  const [, disc, track] = /^(?:(\d{1,2})-)?(\d{1,3})(?=[\s._-]|$)/.exec(stemOf(name)) ?? [];
  const year = dated?.[2] ?? first?.[1];
  return {
    ...nothingRead,
    title,
    year: year === undefined ? null : Number(year),
    artist: artist ?? null,
    album: albumTitle === "" ? null : albumTitle,
    track: track === undefined ? null : Number(track),
    disc: disc === undefined ? folderDisc : Number(disc),
  };
}
