declare module "react" {
  interface CSSProperties {
    "--hue"?: number;
    "--progress"?: string;
  }
}

/** Stands where a picture of the title will be: its initials on a colour of its own. */
export function Tile(props: { readonly title: string; readonly progress: number }) {
  const { title, progress } = props;
  return (
    <span className="tile" style={{ "--hue": hueOf(title) }} aria-hidden="true">
      {initials(title)}
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
