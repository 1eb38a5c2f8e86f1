import * as dashjs from "dashjs";
import type { LoadPlayer } from "./player-adapter.ts";

export const loadDash: LoadPlayer = (video, manifestUrl, onProblem) => {
  const player = dashjs.MediaPlayer().create();
  player.on("error", (event) => onProblem(`error ${JSON.stringify(event.error)}`));
  player.on("playbackError", (event) => onProblem(`playbackError ${JSON.stringify(event.error)}`));
  // Not in dash.js's typed list of events: it stepped over a hole in the buffer by itself.
  player.on("gapCausedInternalSeek", () => onProblem("jumped over a gap"), undefined);
  const ready = new Promise<void>((resolve) => {
    player.on("streamInitialized", () => resolve());
  });
  // What is chosen earlier, it puts back to the default when it has them all.
  let areTextsAdded = false;
  player.on("allTextTracksAdded", () => (areTextsAdded = true));
  player.updateSettings({ streaming: { abr: { autoSwitchBitrate: { video: false } } } });
  player.initialize(video, manifestUrl, true);
  return ready.then(() => ({
    rungHeights: () =>
      player
        .getRepresentationsByType("video")
        .map(({ height }) => height)
        .toSorted((a, b) => a - b),
    selectRung: (height) => {
      const all = player.getRepresentationsByType("video");
      const index = all.findIndex((representation) => representation.height === height);
      player.setRepresentationForTypeByIndex("video", index, true);
    },
    textLanguages: () => player.getTracksFor("text").map(({ lang }) => lang ?? ""),
    selectText: (language) => {
      const texts = player.getTracksFor("text");
      const select = (): void =>
        player.setTextTrack(texts.findIndex(({ lang }) => lang === language));
      if (areTextsAdded) select();
      else player.on("allTextTracksAdded", select);
    },
    thumbnailAt: (seconds) =>
      new Promise((resolve) => player.provideThumbnail(seconds, (found) => resolve(found))),
  }));
};
