import HlsPlayer, { ErrorDetails, Events } from "hls.js";
import type { LoadPlayer } from "./player-adapter.ts";

export const loadHls: LoadPlayer = (video, manifestUrl, onProblem) => {
  const hls = new HlsPlayer({ enableWorker: false });
  hls.on(Events.ERROR, (_, { type, details, fatal, reason }) => {
    // hls.js says so when it gives up a download of its own accord, as a switch or a seek makes it do.
    if (details === ErrorDetails.INTERNAL_ABORTED) return;
    // And so when it took out of the buffer, for a switch, what it was putting there; it then loads it again, and what is
    // buffered in the end is looked at.
    if (details === ErrorDetails.BUFFER_APPEND_NO_PROGRESS && !fatal) return;
    onProblem(`${fatal ? "fatal " : ""}${type} ${details} ${reason ?? ""}`);
  });
  const ready = new Promise<void>((resolve) => {
    hls.on(Events.MANIFEST_PARSED, () => resolve());
  });
  hls.attachMedia(video);
  hls.loadSource(manifestUrl);
  return ready.then(() => ({
    rungHeights: () => hls.levels.map(({ height }) => height).toSorted((a, b) => a - b),
    selectRung: (height) => {
      hls.currentLevel = hls.levels.findIndex((level) => level.height === height);
    },
    textLanguages: () => hls.subtitleTracks.map(({ lang }) => lang ?? ""),
    selectText: (language) => {
      hls.subtitleDisplay = true;
      hls.subtitleTrack = hls.subtitleTracks.findIndex(({ lang }) => lang === language);
    },
    thumbnailAt: async () => null,
  }));
};
