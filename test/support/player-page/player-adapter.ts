/** What the scenario asks of a player, whichever it is. */
export interface PlayerAdapter {
  /** Heights of the rungs on offer, ascending. */
  rungHeights(): number[];
  /** Switches now, throwing away what is buffered ahead; no automatic switching from then on. */
  selectRung(height: number): void;
  /** Labels or languages of the texts on offer. */
  textLanguages(): string[];
  /** Shows the text of a language. */
  selectText(language: string): void;
  /** The small picture for a moment, as the player reads the manifest; null where it reads none. */
  thumbnailAt(seconds: number): Promise<Thumbnail | null>;
}

/** Loads a manifest into a video element; every error, warning and jumped gap goes to `onProblem`. */
export type LoadPlayer = (
  video: HTMLVideoElement,
  manifestUrl: string,
  onProblem: (problem: string) => void,
) => Promise<PlayerAdapter>;

/** A part of a picture. */
export interface Thumbnail {
  readonly url: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
