import { memo } from "react";
import type { MediaFile } from "./api-shapes.ts";
import { watchHref } from "./hash-route.ts";
import { posterUrl } from "./api-client.ts";
import { PlayIcon, WarningIcon } from "./icons.tsx";
import { clockText, mediaText } from "./media-text.ts";
import { Tile } from "./tile.tsx";
import { resumePosition } from "./use-playback.ts";

/** One title: a link to watch it, or what is wrong with it. */
export const MediaRow = memo(function MediaRow({ file }: { readonly file: MediaFile }) {
  const isPlayable = file.status === "ready";
  return (
    <li className="media-item" data-testid="media-row" data-status={file.status}>
      {isPlayable ? (
        <a className="media-row" href={watchHref(file.id)}>
          <RowContents file={file} />
          <span className="go">
            <PlayIcon />
          </span>
        </a>
      ) : (
        <div className="media-row broken">
          <RowContents file={file} />
        </div>
      )}
    </li>
  );
});

function RowContents({ file }: { readonly file: MediaFile }) {
  const { title, facts } = mediaText(file);
  const position = resumePosition(file);
  const duration = file.duration ?? 0;
  return (
    <>
      <Tile
        title={title}
        progress={duration > 0 ? position / duration : 0}
        poster={file.status === "ready" && file.video !== null ? posterUrl(file.id) : null}
      />
      <span className="media-text">
        <span className="media-title" data-testid="media-title">
          {title}
        </span>
        {file.status === "ready" ? (
          <span className="media-facts">
            {position > 0 ? <em>Resume at {clockText(position)}</em> : null}
            {file.watched && position === 0 ? <em>Watched</em> : null}
            {facts.map((fact) => (
              <span key={fact}>{fact}</span>
            ))}
          </span>
        ) : (
          <span className="media-problem" data-testid="problem" title={file.path}>
            <WarningIcon />
            {problemText(file)}
          </span>
        )}
      </span>
    </>
  );
}

function problemText(file: MediaFile): string {
  if (file.status === "missing") return file.reason ?? "The file is no longer where it was";
  return file.reason ?? "The file cannot be read";
}
