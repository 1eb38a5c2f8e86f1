import type { MediaPlayerInstance } from "@vidstack/react";
import { useCallback, useEffect, useRef, useState } from "react";
import type { PlaybackReport } from "./api-client.ts";
import type { MediaFile } from "./api-shapes.ts";
import { ApiError, errorMessage } from "./api-error.ts";
import {
  type Delivery,
  type DeliverySetting,
  browserAbilities,
  parseDeliverySetting,
  readDeliverySetting,
  resolveDelivery,
  writeDeliverySetting,
} from "./delivery.ts";
import { DetailsPanel } from "./details-panel.tsx";
import { libraryHref } from "./hash-route.ts";
import { BackIcon, WarningIcon } from "./icons.tsx";
import { clockText, mediaText } from "./media-text.ts";
import { Player } from "./player.tsx";
import { Notice } from "./notice.tsx";
import { burntChoices, ownTexts } from "./text-tracks.ts";
import { TrackChoices } from "./track-choices.tsx";
import { type PlaybackState, usePlayback } from "./use-playback.ts";

/** One title, playing. Give it a `key` that changes with the title. */
export default function WatchPage({ mediaFileId }: { readonly mediaFileId: string }) {
  const [setting, setSetting] = useState(readDeliverySetting);
  const [attempt, setAttempt] = useState(0);
  const [position, setPosition] = useState<number | null>(null);
  const [burnt, setBurnt] = useState<number | null>(null);
  const [nightMode, setNightMode] = useState(false);
  const [player, setPlayer] = useState<MediaPlayerInstance | null>(null);
  const [playerError, setPlayerError] = useState<string | null>(null);
  const report = useRef<PlaybackReport | null>(null);
  const readState = useCallback(() => report.current, []);
  const delivery = resolveDelivery(setting, browserAbilities());
  const takesFiles = setting === "auto";
  const wish = { mediaFileId, delivery, takesFiles, burnt, nightMode, attempt, position };
  const { state, session } = usePlayback(wish, readState);

  const isPlaying = state.status === "ready" && playerError === null;
  const text = state.file === null ? null : mediaText(state.file);
  useDocumentTitle(text?.title);

  /** Opens playback again: from `at`, or where the film is now. */
  const restart = (at: number | null = report.current?.position ?? position): void => {
    setPlayerError(null);
    setPosition(at);
    setAttempt((before) => before + 1);
  };
  const chooseDelivery = (next: DeliverySetting): void => {
    writeDeliverySetting(next);
    setSetting(next);
    restart();
  };
  const burn = (index: number | null): void => {
    setBurnt(index);
    restart();
  };
  const chooseNightMode = (next: boolean): void => {
    setNightMode(next);
    restart();
  };
  const onReport = (next: PlaybackReport, isNews: boolean): void => {
    report.current = next;
    if (isNews) session.current?.report();
  };

  /** Shows what is wrong, unless the server has another way to go on with. */
  const giveUp = async (message: string): Promise<void> => {
    const begin = state.status === "ready" ? state.startPosition : 0;
    const at = report.current?.position ?? begin;
    if (!(await session.current?.failed(at, message))) setPlayerError(message);
  };

  return (
    <main className="watch" data-testid="watch">
      <nav className="watch-bar">
        <a className="back" href={libraryHref} data-testid="back">
          <BackIcon /> Library
        </a>
      </nav>
      {isPlaying ? (
        <Player
          key={`${state.playback.manifest_url} ${attempt}`}
          title={text?.title ?? ""}
          playback={state.playback}
          chaptersUrl={chaptersUrl(state.file)}
          texts={ownTexts(state.file, state.playback)}
          startPosition={state.startPosition}
          onPlayer={setPlayer}
          onReport={onReport}
          onError={(error) => void giveUp(error.message)}
        />
      ) : (
        <div className="player-frame player-waiting">
          {state.status === "starting" ? (
            <div className="spinner" role="status" aria-label="Starting" />
          ) : null}
          <Trouble
            state={state}
            playerError={playerError}
            delivery={delivery}
            onRetry={() => restart()}
            onChooseDelivery={chooseDelivery}
          />
        </div>
      )}
      <section className="watch-info">
        <div className="watch-heading">
          <h1 data-testid="title">{text?.title ?? "\u00a0"}</h1>
          <p className="watch-facts">{text?.facts.join(" · ") ?? "\u00a0"}</p>
          {isPlaying ? (
            <>
              <Resumed position={state.startPosition} onStartOver={() => restart(0)} />
              <Warnings texts={state.playback.warnings} />
            </>
          ) : null}
        </div>
        <div className="choices">
          {isPlaying && player !== null ? (
            <TrackChoices
              player={player}
              choices={burntChoices(state.file)}
              burnt={burnt}
              onBurn={burn}
            />
          ) : null}
          <LoudnessChoice isNight={nightMode} onChoose={chooseNightMode} />
          <DeliveryChoice setting={setting} onChoose={chooseDelivery} />
        </div>
      </section>
      {isPlaying && player !== null ? (
        <DetailsPanel player={player} playback={state.playback} />
      ) : null}
    </main>
  );
}

function chaptersUrl({ id, chapters }: MediaFile): string | null {
  return chapters.length === 0 ? null : `/api/media/files/${id}/chapters.vtt`;
}

function Resumed(props: { readonly position: number; readonly onStartOver: () => void }) {
  if (props.position <= 0) return null;
  return (
    <p className="resumed" data-testid="resumed">
      Resumed at {clockText(props.position)}{" "}
      <button type="button" className="link" onClick={props.onStartOver}>
        Start over
      </button>
    </p>
  );
}

function Warnings({ texts }: { readonly texts: readonly string[] }) {
  return (
    <ul className="warnings" data-testid="warnings">
      {texts.map((text) => (
        <li key={text} className="media-problem">
          <WarningIcon />
          {text}
        </li>
      ))}
    </ul>
  );
}

function DeliveryChoice(props: {
  readonly setting: DeliverySetting;
  readonly onChoose: (setting: DeliverySetting) => void;
}) {
  return (
    <label className="choice">
      <span>Stream</span>
      <select
        data-testid="delivery"
        value={props.setting}
        onChange={(event) => props.onChoose(parseDeliverySetting(event.currentTarget.value))}
      >
        <option value="auto">Automatic</option>
        <option value="dash">DASH</option>
        <option value="hls">HLS</option>
      </select>
    </label>
  );
}

function LoudnessChoice(props: {
  readonly isNight: boolean;
  readonly onChoose: (isNight: boolean) => void;
}) {
  return (
    <label className="choice">
      <span>Loudness</span>
      <select
        data-testid="loudness"
        value={props.isNight ? "night" : "film"}
        onChange={(event) => props.onChoose(event.currentTarget.value === "night")}
      >
        <option value="film">As in the film</option>
        <option value="night">Night mode</option>
      </select>
    </label>
  );
}

function Trouble(props: {
  readonly state: PlaybackState;
  readonly playerError: string | null;
  readonly delivery: Delivery;
  readonly onRetry: () => void;
  readonly onChooseDelivery: (delivery: Delivery) => void;
}) {
  const { state, playerError, delivery } = props;
  if (state.status === "failed") {
    const isGone = state.error instanceof ApiError && state.error.status === 404;
    return (
      <Notice tone="error" title="This title does not play" text={errorMessage(state.error)}>
        {isGone ? null : (
          <button type="button" className="button" onClick={props.onRetry} data-testid="retry">
            Try again
          </button>
        )}
      </Notice>
    );
  }
  if (playerError === null) return null;
  const other = delivery === "dash" ? "hls" : "dash";
  return (
    <Notice tone="error" title="Playback stopped" text={playerError}>
      <button type="button" className="button" onClick={props.onRetry} data-testid="retry">
        Try again
      </button>
      <button type="button" className="button quiet" onClick={() => props.onChooseDelivery(other)}>
        Try {other.toUpperCase()}
      </button>
    </Notice>
  );
}

function useDocumentTitle(title: string | undefined): void {
  useEffect(() => {
    if (title === undefined) return undefined;
    document.title = `${title} · Viewra`;
    return () => {
      document.title = "Viewra";
    };
  }, [title]);
}
