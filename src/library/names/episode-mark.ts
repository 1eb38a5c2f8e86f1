/** Which episode some words name, and what stands around that. Absent is null. */
export interface EpisodeMark {
  readonly before: string;
  readonly after: string;
  readonly season: number | null;
  readonly episode: number | null;
  readonly episodeEnd: number | null;
  readonly absoluteEpisode: number | null;
  readonly airDate: string | null;
}

export const noMark = {
  ...{ season: null, episode: null, episodeEnd: null, absoluteEpisode: null, airDate: null },
};
