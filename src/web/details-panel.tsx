import type { MediaPlayerInstance } from "@vidstack/react";
import { useMediaState } from "@vidstack/react";
import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import { getSessionProgress } from "./api-client.ts";
import type { Playback, SessionProgress } from "./api-shapes.ts";
import { bitrateText } from "./media-text.ts";

const pollMilliseconds = 3000;

const decisions: Readonly<Record<string, string>> = {
  direct_play: "Plays the file as it is",
  remux: "Repackaged, pictures and sound untouched",
  transcode: "Encoded for this browser",
};

export interface DetailsProps {
  readonly player: MediaPlayerInstance;
  readonly playback: Playback;
}

/** What the server decided and why, and what is on screen: for those who wonder. */
export function DetailsPanel({ player, playback }: DetailsProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      className="details"
      data-testid="details"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>Playback details</summary>
      {isOpen ? <Details player={player} playback={playback} /> : null}
    </details>
  );
}

function Details({ player, playback }: DetailsProps) {
  const progress = useSessionProgress(playback.session_id);
  const bufferedEnd = useMediaState("bufferedEnd", { current: player });
  const currentTime = useMediaState("currentTime", { current: player });
  const ahead = Math.max(0, bufferedEnd - currentTime);
  return (
    <div className="details-body">
      <dl className="facts">
        <Fact name="Decision">
          <span data-testid="decision">{decisions[playback.decision] ?? playback.decision}</span>
          {playback.cached ? " · already encoded" : ""}
        </Fact>
        {playback.reasons.length === 0 ? null : (
          <Fact name="Because">
            <ul className="reasons" data-testid="reasons">
              {playback.reasons.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ul>
          </Fact>
        )}
        <Fact name="Stream">{playback.container?.toUpperCase() ?? "File"}</Fact>
        {playback.provider === null ? null : (
          <Fact name="Encoder">
            <code>{playback.provider}</code>
          </Fact>
        )}
        <Fact name="Loaded ahead">{ahead.toFixed(0)} s</Fact>
        {progress === null ? null : <Fact name="Encoded">{progressText(progress)}</Fact>}
        {playback.content_hash === null ? null : (
          <Fact name="Content">
            <code className="hash" title={playback.content_hash}>
              {playback.content_hash}
            </code>
          </Fact>
        )}
      </dl>
      <Rungs player={player} />
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Rungs({ player }: { readonly player: MediaPlayerInstance }) {
  const qualities = useMediaState("qualities", { current: player });
  const shown = useMediaState("quality", { current: player });
  if (qualities.length === 0) return null;
  const rungs = qualities.toSorted((a, b) => b.height - a.height);
  return (
    <table className="rungs" data-testid="rungs">
      <caption className="visually-hidden">Qualities of this stream</caption>
      <thead>
        <tr>
          <th scope="col">Quality</th>
          <th scope="col">Picture</th>
          <th scope="col">At most</th>
        </tr>
      </thead>
      <tbody>
        {rungs.map((rung) => (
          <tr
            key={`${rung.height} ${rung.bitrate}`}
            aria-current={rung === shown ? "true" : undefined}
          >
            <td>
              {rung.height}p{rung === shown ? <span className="badge">on screen</span> : null}
            </td>
            <td>
              {rung.width} × {rung.height}
            </td>
            <td>{rung.bitrate === null ? "" : bitrateText(rung.bitrate)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function progressText(progress: SessionProgress): string {
  const { segments_ready: ready, segments_total: total, speed } = progress;
  const parts = [
    ready === null || total === null ? "" : `${ready} of ${total} segments`,
    speed === null || speed <= 0 ? "" : `${speed.toFixed(1)}× real time`,
  ];
  return parts.filter((part) => part !== "").join(" · ") || "nothing yet";
}

function useSessionProgress(sessionId: string): SessionProgress | null {
  const [progress, setProgress] = useState<SessionProgress | null>(null);
  useEffect(() => {
    const gone = new AbortController();
    const poll = (): void => {
      // A figure nobody depends on: when it cannot be had, the last one stays.
      getSessionProgress(sessionId, gone.signal).then(setProgress, () => undefined);
    };
    poll();
    const timer = setInterval(poll, pollMilliseconds);
    return () => {
      clearInterval(timer);
      gone.abort();
    };
  }, [sessionId]);
  return progress;
}
