import shaka from "shaka-player";
import type { LoadPlayer } from "./player-adapter.ts";

export const loadShaka: LoadPlayer = async (video, manifestUrl, onProblem) => {
  shaka.polyfill.installAll();
  const player = new shaka.Player();
  await player.attach(video);
  player.addEventListener("error", (event) => onProblem(`error ${JSON.stringify(event)}`));
  player.addEventListener("gapjumped", () => onProblem("jumped over a gap"));
  player.configure({ abr: { enabled: false } });
  await player.load(manifestUrl);
  const tracks = (): shaka.extern.TrackList => player.getVariantTracks();
  return {
    rungHeights: () =>
      [...new Set(tracks().map(({ height }) => height ?? 0))].toSorted((a, b) => a - b),
    selectRung: (height) => {
      const language = tracks().find(({ active }) => active)?.language;
      const track = tracks().find((one) => one.height === height && one.language === language);
      if (track) player.selectVariantTrack(track, true);
    },
    textLanguages: () => player.getTextTracks().map((text) => text.language),
    selectText: (language) => {
      const track = player.getTextTracks().find((text) => text.language === language);
      if (track) player.selectTextTrack(track);
    },
    thumbnailAt: async (seconds) => {
      const found = await player.getThumbnails(null, seconds);
      if (found === null) return null;
      const { positionX: x, positionY: y, width, height } = found;
      return { url: found.uris[0] ?? "", x, y, width, height };
    },
  };
};
