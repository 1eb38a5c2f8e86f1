import { loadDash } from "./load-dash.ts";
import { loadHls } from "./load-hls.ts";
import { loadShaka } from "./load-shaka.ts";
import type { PlayerAdapter, Thumbnail } from "./player-adapter.ts";
import { openSubtitleStage, type SubtitleStage } from "./subtitle-stage.ts";
import { resumeAt, type ResumeReport } from "./resume.ts";
import { playScenario, type PlaybackReport } from "./scenario.ts";

export type PlayerName = "dash.js" | "hls.js" | "shaka-player";

const loaders = { "dash.js": loadDash, "hls.js": loadHls, "shaka-player": loadShaka } as const;

declare global {
  interface Window {
    openSubtitleStage: (player: PlayerName, manifestUrl: string) => Promise<void>;
    /** The small pictures that a player finds for some moments, seconds. */
    thumbnailsAt: (
      player: PlayerName,
      manifestUrl: string,
      moments: readonly number[],
    ) => Promise<(Thumbnail | null)[]>;
    /** Once it is open. */
    subtitleStage: SubtitleStage;
    /** Opens a film as somebody who goes on where it was left. */
    resumeFilm: (
      player: PlayerName,
      manifestUrl: string,
      seconds: number,
      patienceMs: number,
    ) => Promise<ResumeReport>;
    playFilm: (
      player: PlayerName,
      manifestUrl: string,
      patienceMs: number,
    ) => Promise<PlaybackReport>;
  }
}

window.playFilm = (player, manifestUrl, patienceMs) => {
  const { video, load, problems } = screen(player, manifestUrl);
  return playScenario(video, load, problems, patienceMs);
};

window.resumeFilm = (player, manifestUrl, seconds, patienceMs) => {
  const { video, load, problems } = screen(player, manifestUrl);
  return resumeAt(video, load, seconds, problems, patienceMs);
};

/** Where a player shows a manifest once it is loaded, and what it complains of. */
function screen(player: PlayerName, manifestUrl: string) {
  const video = document.createElement("video");
  video.muted = true;
  video.width = 640;
  document.body.append(video);
  const problems: string[] = [];
  const load = (): Promise<PlayerAdapter> =>
    loaders[player](video, manifestUrl, (problem) => problems.push(problem));
  return { video, load, problems };
}

window.thumbnailsAt = async (player, manifestUrl, moments) => {
  const video = document.createElement("video");
  video.muted = true;
  document.body.append(video);
  const problems: string[] = [];
  const loaded = await loaders[player](video, manifestUrl, (said) => problems.push(said));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const found: (Thumbnail | null)[] = [];
  for (const moment of moments) found.push(await loaded.thumbnailAt(moment));
  if (problems.length > 0) throw new Error(problems.join("; "));
  return found;
};

window.openSubtitleStage = async (player, manifestUrl) => {
  window.subtitleStage = await openSubtitleStage(loaders[player], manifestUrl);
};
