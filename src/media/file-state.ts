/** What tells a file from another in its place, and from itself when it was changed. */
export interface FileState {
  readonly dev: number;
  readonly ino: number;
  /** Bytes. */
  readonly size: number;
  readonly mtimeMs: number;
  /** The one time that no program can set back. */
  readonly ctimeMs: number;
}

/** Of what `stat` says. */
export function fileStateOf({ dev, ino, size, mtimeMs, ctimeMs }: FileState): FileState {
  return { dev, ino, size, mtimeMs, ctimeMs };
}

export function isSameState(found: FileState, state: FileState): boolean {
  return (
    found.dev === state.dev &&
    found.ino === state.ino &&
    found.size === state.size &&
    found.mtimeMs === state.mtimeMs &&
    found.ctimeMs === state.ctimeMs
  );
}
