import type { MusicBrainzIds, MusicTags, Numbered } from "../media/music-tags.ts";
import { tagNames } from "./music-tag-names.ts";
import { replayGain } from "./replay-gain.ts";
import { oneLine } from "../media/one-line.ts";

type Tags = Readonly<Record<string, string>>;

/** A file's music tags. Those of its stream, where Ogg has them, come before those of the file. */
export function musicTags(streamTags: Tags, formatTags: Tags): MusicTags {
  const all = new Map<string, string>();
  for (const [key, value] of [...Object.entries(formatTags), ...Object.entries(streamTags)]) {
    if (value.trim() !== "") all.set(key.toLowerCase(), value);
  }
  const said = (kind: keyof typeof tagNames): string | undefined =>
    tagNames[kind].map((name) => all.get(name)).find((value) => value !== undefined);
  const list = (kind: keyof typeof tagNames): string[] => values(said(kind));
  return {
    title: oneLine(said("title")),
    ...performers(list("artist"), list("artists")),
    album: oneLine(said("album")),
    albumArtist: list("albumArtist").join(", ") || list("albumArtists").join(", ") || null,
    composers: list("composer"),
    genres: list("genre"),
    track: numbered(said("track"), said("trackTotal")),
    disc: numbered(said("disc"), said("discTotal")),
    date: date(said("date")),
    isCompilation: /^\s*(?:1|true|yes)\s*$/i.test(said("compilation") ?? ""),
    musicBrainz: ids({
      recording: said("recording"),
      track: said("releaseTrack"),
      release: said("release"),
      releaseGroup: said("releaseGroup"),
      artist: said("artistId"),
      albumArtist: said("albumArtistId"),
    }),
    gain: replayGain((name) => all.get(name)),
  };
}

/** Where a tag names each of them apart, the other says how they are written on the cover: `One feat. Two`. */
function performers(written: readonly string[], apart: readonly string[]) {
  return {
    artist: (written.length > 0 ? written : apart).join(", ") || null,
    artists: apart.length > 0 ? apart : written,
  };
}

const mostValues = 50;

/** FFmpeg joins a tag's values by semicolons, as people do. A slash is part of many a name: `AC/DC`. */
function values(said: string | undefined): string[] {
  const lines = (said ?? "").split(/[;\0]/).flatMap((value) => oneLine(value) ?? []);
  return [...new Set(lines)].slice(0, mostValues);
}

/** `3`, `03/12`, or apart; sides of records are numbers of none. */
function numbered(said: string | undefined, total: string | undefined): Numbered {
  const [, number, of] = /^\s*(\d{1,5})(?:\s*(?:\/|of)\s*(\d{1,5}))?\s*$/i.exec(said ?? "") ?? [];
  return { number: counted(number), of: counted(of ?? total?.trim()) };
}

function counted(digits: string | undefined): number | null {
  const number = /^\d{1,5}$/.test(digits ?? "") ? Number(digits) : 0;
  return number > 0 ? number : null;
}

/** The date's beginning that is one: a time of day and what else stands behind it is left out. */
function date(said: string | undefined): string | null {
  const [, year, month, day] =
    /^\s*(\d{4})(?:[-/.](\d\d)(?:[-/.](\d\d))?)?(?!\d)/.exec(said ?? "") ?? [];
  if (year === undefined || Number(year) === 0) return null;
  if (month === undefined || !(Number(month) >= 1 && Number(month) <= 12)) return year;
  const isDay = day !== undefined && Number(day) >= 1 && Number(day) <= 31;
  return isDay ? `${year}-${month}-${day}` : `${year}-${month}`;
}

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** Of several the first. */
function ids(said: Readonly<Record<keyof MusicBrainzIds, string | undefined>>): MusicBrainzIds {
  return Object.fromEntries(
    Object.entries(said).flatMap(([kind, value]) => {
      const id = uuid.exec(value ?? "")?.[0];
      return id === undefined ? [] : [[kind, id.toLowerCase()]];
    }),
  );
}
