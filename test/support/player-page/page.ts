import { loadDash } from "./load-dash.ts";
import { loadHls } from "./load-hls.ts";
import { loadShaka } from "./load-shaka.ts";
import { openSubtitleStage, type SubtitleStage } from "./subtitle-stage.ts";
import { playScenario, type PlaybackReport } from "./scenario.ts";

export type PlayerName = "dash.js" | "hls.js" | "shaka-player";

const loaders = { "dash.js": loadDash, "hls.js": loadHls, "shaka-player": loadShaka } as const;

declare global {
  interface Window {
    openSubtitleStage: (player: PlayerName, manifestUrl: string) => Promise<void>;
    /** Once it is open. */
    subtitleStage: SubtitleStage;
    playFilm: (
      player: PlayerName,
      manifestUrl: string,
      patienceMs: number,
    ) => Promise<PlaybackReport>;
  }
}

window.playFilm = (player, manifestUrl, patienceMs) => {
  const load = loaders[player];
  const video = document.createElement("video");
  video.muted = true;
  video.width = 640;
  document.body.append(video);
  const problems: string[] = [];
  const onProblem = (problem: string): void => void problems.push(problem);
  return playScenario(video, () => load(video, manifestUrl, onProblem), problems, patienceMs);
};

window.openSubtitleStage = async (player, manifestUrl) => {
  window.subtitleStage = await openSubtitleStage(loaders[player], manifestUrl);
};
