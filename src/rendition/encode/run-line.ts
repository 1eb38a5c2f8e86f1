/** What one line of a run's standard output says. */
export type RunLine =
  | { readonly kind: "file"; readonly rendition: string; readonly n: number; readonly name: string }
  /** A counter that grows while the encoder works; an unchanged one means that it does not. */
  | { readonly kind: "progress"; readonly key: string; readonly value: string }
  | { readonly kind: "other" };

/** Reads a line: `v720.5.mp4,16.016,20.02` from the segment muxer, or `frame=96` from `-progress`. */
export function parseRunLine(line: string): RunLine {
  const file = /^(([av]\d+(?:-\w+)?)\.(\d+)\.mp4),/.exec(line);
  if (file?.[1] && file[2] && file[3]) {
    return { kind: "file", name: file[1], rendition: file[2], n: Number(file[3]) };
  }
  const progress = /^(\w+)=\s*(.*)$/.exec(line);
  if (progress?.[1] !== undefined && progress[2] !== undefined) {
    return { kind: "progress", key: progress[1], value: progress[2] };
  }
  return { kind: "other" };
}
