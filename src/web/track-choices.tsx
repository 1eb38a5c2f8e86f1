import type { MediaPlayerInstance } from "@vidstack/react";
import { useMediaState } from "@vidstack/react";
import { bitrateText } from "./media-text.ts";
import type { BurntChoice } from "./text-tracks.ts";

const automatic = "auto";
const burntPrefix = "burnt-";

interface ChoiceProps {
  readonly player: MediaPlayerInstance;
}

interface BurntProps {
  /** Subtitles that become part of the pictures: choosing them is playing something else. */
  readonly choices: readonly BurntChoice[];
  /** Index of those that are. */
  readonly burnt: number | null;
  readonly onBurn: (index: number | null) => void;
}

/** Which rung, which sound and which text; the same choices as in the player's own menu. */
export function TrackChoices({ player, ...burning }: ChoiceProps & BurntProps) {
  return (
    <>
      <QualityChoice player={player} />
      <AudioChoice player={player} />
      <TextChoice player={player} {...burning} />
    </>
  );
}

function QualityChoice({ player }: ChoiceProps) {
  const qualities = useMediaState("qualities", { current: player });
  const isAuto = useMediaState("autoQuality", { current: player });
  const shown = useMediaState("quality", { current: player });
  if (qualities.length < 2) return null;
  // By place in the list: hls.js gives every level the same id.
  const choose = (place: string): void => {
    if (place === automatic) return player.qualities.autoSelect();
    const wanted = player.qualities[Number(place)];
    if (wanted !== undefined) wanted.selected = true;
  };
  const rungs = qualities.map((quality, place) => ({ quality, place }));
  const shownPlace = rungs.find(({ quality }) => quality === shown)?.place;
  return (
    <label className="choice">
      <span>Quality</span>
      <select
        data-testid="quality"
        value={isAuto ? automatic : (shownPlace ?? automatic)}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value={automatic}>
          {isAuto && shown !== null ? `Automatic (${shown.height}p)` : "Automatic"}
        </option>
        {rungs
          .toSorted((a, b) => b.quality.height - a.quality.height)
          .map(({ quality: { height, bitrate }, place }) => (
            <option key={place} value={place}>
              {height}p{bitrate === null ? "" : ` · ${bitrateText(bitrate)}`}
            </option>
          ))}
      </select>
    </label>
  );
}

function AudioChoice({ player }: ChoiceProps) {
  const tracks = useMediaState("audioTracks", { current: player });
  const selected = useMediaState("audioTrack", { current: player });
  if (tracks.length < 2) return null;
  const choose = (id: string): void => {
    const wanted = player.audioTracks.getById(id);
    if (wanted !== null) wanted.selected = true;
  };
  return (
    <label className="choice">
      <span>Audio</span>
      <select
        data-testid="audio"
        value={selected?.id ?? tracks[0]?.id ?? ""}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {tracks.map(({ id, label, language }, i) => (
          <option key={id} value={id}>
            {label || language || `Track ${i + 1}`}
          </option>
        ))}
      </select>
    </label>
  );
}

function TextChoice({ player, choices, burnt, onBurn }: ChoiceProps & BurntProps) {
  const tracks = useMediaState("textTracks", { current: player });
  const shown = useMediaState("textTrack", { current: player });
  const texts = tracks.filter(({ kind }) => kind === "subtitles" || kind === "captions");
  if (texts.length === 0 && choices.length === 0) return null;
  // By place in the list: those that the page adds have no id.
  const choose = (place: string): void => {
    for (const [i, text] of texts.entries()) {
      text.setMode(String(i) === place ? "showing" : "disabled");
    }
    const index = place.startsWith(burntPrefix) ? Number(place.slice(burntPrefix.length)) : null;
    if (index !== burnt) onBurn(index);
  };
  const shownPlace = texts.findIndex((text) => text === shown);
  const chosen = shownPlace < 0 ? "" : String(shownPlace);
  return (
    <label className="choice">
      <span>Subtitles</span>
      <select
        data-testid="subtitles"
        value={burnt === null ? chosen : `${burntPrefix}${burnt}`}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value="">Off</option>
        {texts.map(({ label, language }, i) => (
          <option key={i} value={i}>
            {label || language || `Subtitles ${i + 1}`}
          </option>
        ))}
        {choices.map(({ index, label }) => (
          <option key={index} value={`${burntPrefix}${index}`}>
            {label} (in the picture)
          </option>
        ))}
      </select>
    </label>
  );
}
