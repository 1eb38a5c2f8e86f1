import { dirname } from "node:path";
import type { EpisodeFile } from "../../db/film-segments.ts";

/** A file of a season, with what its versions have in common. */
export interface SeasonFile extends EpisodeFile {
  readonly episode: string;
}

/** What holds more is compared in pieces: titles do not stay the same for that long. */
const mostFiles = 200;

/**
 * The files whose sound is compared with each other, those of two episodes at least, in the order of their episodes; the same
 * bytes once. Episodes belong together by series and season as their names say, wherever they lie. What has no place in a
 * series goes by its folder: names tell nothing there, and only what really sounds the same is ever found.
 */
export function seasonsOf(files: readonly EpisodeFile[]): SeasonFile[][] {
  const seasons = new Map<string, Map<string, SeasonFile>>();
  for (const file of files) {
    const { seriesId, place, path, fingerprint } = file;
    const isEpisode = seriesId !== null && place !== null;
    const season = isEpisode ? `${seriesId} ${seasonOf(place.from)}` : dirname(path);
    const episode = isEpisode ? `${place.from} ${place.to}` : path;
    const known = seasons.get(season) ?? new Map<string, SeasonFile>();
    seasons.set(season, known);
    if (!known.has(fingerprint)) known.set(fingerprint, { ...file, episode });
  }
  return [...seasons.values()]
    .flatMap((known) => inPieces([...known.values()].toSorted(byEpisode)))
    .filter((piece) => new Set(piece.map(({ episode }) => episode)).size > 1);
}

/** Of a place, which begins with its kind and its season: see library/names/file-names.ts. */
function seasonOf(from: string): string {
  return from.split(".", 2).join(".");
}

function byEpisode(one: SeasonFile, other: SeasonFile): number {
  if (one.episode !== other.episode) return one.episode < other.episode ? -1 : 1;
  return one.path < other.path ? -1 : 1;
}

/** All but the last are full, so that an episode that comes later leaves the others as they are. */
function inPieces(files: readonly SeasonFile[]): SeasonFile[][] {
  const count = Math.ceil(files.length / mostFiles);
  return Array.from({ length: count }, (_, n) => files.slice(n * mostFiles, (n + 1) * mostFiles));
}
