import type { MediaErrorDetail, MediaPlayerInstance } from "@vidstack/react";
import { MediaPlayer, MediaProvider, Track } from "@vidstack/react";
import { DefaultVideoLayout, defaultLayoutIcons } from "@vidstack/react/player/layouts/default";
import { useCallback, useMemo, useRef, useState } from "react";
import type { PlaybackReport } from "./api-client.ts";
import type { Playback } from "./api-shapes.ts";
import { createPlayerStorage } from "./player-storage.ts";
import type { OwnText } from "./text-tracks.ts";
import { prepareProvider, withStartPosition } from "./streaming-engines.ts";

export interface PlayerProps {
  readonly title: string;
  readonly playback: Playback;
  /** A WebVTT file; null where the film has no chapters. */
  readonly chaptersUrl: string | null;
  /** Texts that the player does not find by itself. */
  readonly texts: readonly OwnText[];
  /** Seconds. */
  readonly startPosition: number;
  /** What the player does now, some four times a second; `isNews` when the server should hear it at once. */
  readonly onReport: (report: PlaybackReport, isNews: boolean) => void;
  readonly onError: (error: MediaErrorDetail) => void;
  /** The player once it is there, for controls outside of it; null when it goes. */
  readonly onPlayer: (player: MediaPlayerInstance | null) => void;
}

/** Vidstack with our engines. Give it a `key` that changes with what it plays. */
export function Player(props: PlayerProps) {
  const { playback, startPosition, onPlayer } = props;
  const player = useRef<MediaPlayerInstance>(null);
  const [storage] = useState(() => createPlayerStorage(startPosition));
  const src = useMemo(
    () => sourceOf(playback.manifest_url, startPosition),
    [playback.manifest_url, startPosition],
  );
  // One function for good: a new one would look like the player going and coming.
  const keepPlayer = useCallback(
    (instance: MediaPlayerInstance | null) => {
      player.current = instance;
      onPlayer(instance);
    },
    [onPlayer],
  );

  // Its pictures are named relative to it: a whole address, or Vidstack takes them from the page's.
  const storyboard =
    playback.storyboard_url === null
      ? null
      : new URL(playback.storyboard_url, document.baseURI).href;

  const report = (isNews: boolean): void => {
    if (player.current?.state.canPlay === true) props.onReport(readReport(player.current), isNews);
  };

  return (
    <MediaPlayer
      ref={keepPlayer}
      className="player-frame"
      data-testid="player"
      title={props.title}
      src={src}
      storage={storage}
      autoPlay
      playsInline
      crossOrigin
      load="eager"
      keyTarget="document"
      streamType="on-demand"
      onProviderChange={(provider) =>
        prepareProvider(provider, () => player.current, {
          position: startPosition,
          rendition: playback.start_rendition,
        })
      }
      onTimeUpdate={() => report(false)}
      onPlaying={() => report(true)}
      onPause={() => report(true)}
      onSeeked={() => report(true)}
      onWaiting={() => report(false)}
      onEnded={() => report(true)}
      onError={props.onError}
    >
      <MediaProvider>
        {props.chaptersUrl === null ? null : (
          <Track kind="chapters" src={props.chaptersUrl} type="vtt" label="Chapters" default />
        )}
        {props.texts.map(({ src: textSrc, label, language, isDefault }) => (
          <Track
            key={textSrc}
            kind="subtitles"
            type="vtt"
            {...{ src: textSrc, label, language }}
            default={isDefault}
          />
        ))}
      </MediaProvider>
      <DefaultVideoLayout
        icons={defaultLayoutIcons}
        colorScheme="dark"
        noAudioGain
        thumbnails={storyboard}
        // Its button fetches a script from Google.
        slots={{ googleCastButton: null }}
      />
    </MediaPlayer>
  );
}

function sourceOf(manifestUrl: string, startPosition: number) {
  // dash.js parses the address as it is, so it has to be a whole one.
  const url = new URL(manifestUrl, document.baseURI).href;
  const path = new URL(url).pathname;
  if (path.endsWith(".m3u8")) return { src: url, type: "application/vnd.apple.mpegurl" } as const;
  const src = withStartPosition(url, startPosition);
  const type = path.endsWith(".mpd") ? "application/dash+xml" : "video/mp4";
  return { src, type } as const;
}

function readReport(player: MediaPlayerInstance): PlaybackReport {
  const { currentTime, bufferedEnd, ended, paused, waiting, quality } = player.state;
  const position = Math.round(currentTime * 1000) / 1000;
  return {
    position,
    state: ended ? "ended" : paused ? "paused" : waiting ? "buffering" : "playing",
    ...(quality === null ? {} : { quality: `${quality.height}p` }),
    buffer: Math.max(0, Math.round((bufferedEnd - currentTime) * 10) / 10),
  };
}
