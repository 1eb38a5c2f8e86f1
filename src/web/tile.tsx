import { useState } from "react";

declare module "react" {
  interface CSSProperties {
    "--hue"?: number;
    "--progress"?: string;
  }
}

/**
 * A picture of the title; until it is there, and where there is none, its initials on a colour of its own.
 */
export function Tile(props: {
  readonly title: string;
  readonly progress: number;
  /** Null where nothing can be taken a picture of. */
  readonly poster: string | null;
}) {
  const { title, progress, poster } = props;
  const [hasFailed, setHasFailed] = useState(false);
  return (
    <span className="tile" style={{ "--hue": hueOf(title) }} aria-hidden="true">
      {initials(title)}
      {poster === null || hasFailed ? null : (
        <img
          className="tile-poster"
          src={poster}
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => setHasFailed(true)}
        />
      )}
      {progress > 0 ? (
        <span
          className="tile-progress"
          style={{ "--progress": `${Math.min(100, progress * 100).toFixed(1)}%` }}
        />
      ) : null}
    </span>
  );
}

/** Degrees; the same title is the same colour on every device (FNV-1a). */
function hueOf(title: string): number {
  let hash = 0x811c9dc5;
  for (const character of title) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash % 360;
}

function initials(title: string): string {
  const words = title.replace(/\(.*?\)/g, " ").match(/[\p{L}\p{N}]+/gu) ?? [];
  const [first, second] = words.filter((word) => !/^(a|an|the|of|and)$/i.test(word));
  return [first ?? words[0], second]
    .map((word) => /^./u.exec(word ?? "")?.[0] ?? "")
    .join("")
    .toUpperCase();
}
