import type { NameReading } from "../../../src/library/names/naming.ts";

/** What was read of a name in one line, as the tables of names say it: `Series (2004) | S1 E2-3 | Title | version: 1080p`. */
export function sayName(read: NameReading): string {
  const { series, title, year, season, episode, episodeEnd, absoluteEpisode, airDate } = read;
  const number = [
    season === null ? "" : `S${season}`,
    episode === null ? "" : `E${episode}${episodeEnd === null ? "" : `-${episodeEnd}`}`,
    absoluteEpisode === null ? "" : `#${absoluteEpisode}${absoluteEnd(read)}`,
    airDate ?? "",
  ];
  const { extra, edition, version, part, artist, album, track } = read;
  return [
    series === null ? "" : `<${dated(series.title, series.year)}>`,
    number.filter((word) => word !== "").join(" "),
    title === null ? "" : dated(title, year),
    ...Object.entries({ extra, edition, version, part, artist, album, track }).map(
      ([key, value]) => (value === null ? "" : `${key}: ${value}`),
    ),
    ...Object.entries(read.externalIds).map(([service, id]) => `${service}: ${id}`),
    ...Object.entries(series?.externalIds ?? {}).map(([service, id]) => `series ${service}: ${id}`),
  ]
    .filter((word) => word !== "")
    .join(" | ");
}

function absoluteEnd({ episode, episodeEnd }: NameReading): string {
  return episode === null && episodeEnd !== null ? `-${episodeEnd}` : "";
}

function dated(title: string, year: number | null): string {
  return year === null ? title : `${title} (${year})`;
}
