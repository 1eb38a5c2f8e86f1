import { loadDash } from "./load-dash.ts";
import { loadHls } from "./load-hls.ts";
import { loadShaka } from "./load-shaka.ts";
import { playScenario, type PlaybackReport } from "./scenario.ts";

export type PlayerName = "dash.js" | "hls.js" | "shaka-player";

declare global {
  interface Window {
    playFilm: (
      player: PlayerName,
      manifestUrl: string,
      patienceMs: number,
    ) => Promise<PlaybackReport>;
  }
}

window.playFilm = (player, manifestUrl, patienceMs) => {
  const load = { "dash.js": loadDash, "hls.js": loadHls, "shaka-player": loadShaka }[player];
  const video = document.createElement("video");
  video.muted = true;
  video.width = 640;
  document.body.append(video);
  const problems: string[] = [];
  const onProblem = (problem: string): void => void problems.push(problem);
  return playScenario(video, () => load(video, manifestUrl, onProblem), problems, patienceMs);
};
