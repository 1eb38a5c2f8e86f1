import type { MediaPlayerInstance } from "@vidstack/react";
import { useMediaState } from "@vidstack/react";
import { bitrateText } from "./media-text.ts";

const automatic = "auto";

interface ChoiceProps {
  readonly player: MediaPlayerInstance;
}

/** Which rung and which sound; the same choices as in the player's own menu. */
export function TrackChoices({ player }: ChoiceProps) {
  return (
    <>
      <QualityChoice player={player} />
      <AudioChoice player={player} />
    </>
  );
}

function QualityChoice({ player }: ChoiceProps) {
  const qualities = useMediaState("qualities", { current: player });
  const isAuto = useMediaState("autoQuality", { current: player });
  const shown = useMediaState("quality", { current: player });
  if (qualities.length < 2) return null;
  const choose = (id: string): void => {
    if (id === automatic) return player.qualities.autoSelect();
    const wanted = player.qualities.toArray().find((quality) => quality.id === id);
    if (wanted !== undefined) wanted.selected = true;
  };
  return (
    <label className="choice">
      <span>Quality</span>
      <select
        data-testid="quality"
        value={isAuto ? automatic : (shown?.id ?? automatic)}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value={automatic}>
          {isAuto && shown !== null ? `Automatic (${shown.height}p)` : "Automatic"}
        </option>
        {qualities
          .toSorted((a, b) => b.height - a.height)
          .map(({ id, height, bitrate }) => (
            <option key={id} value={id}>
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
