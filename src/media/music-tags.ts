/** What a music file's own tags say of it. Absent is null, or an empty list. */
export interface MusicTags {
  readonly title: string | null;
  /** As written on the cover. */
  readonly artist: string | null;
  /** Each by itself. */
  readonly artists: readonly string[];
  readonly album: string | null;
  readonly albumArtist: string | null;
  readonly composers: readonly string[];
  readonly genres: readonly string[];
  readonly track: Numbered;
  readonly disc: Numbered;
  /** `2011`, `2011-02` or `2011-02-03`. */
  readonly date: string | null;
  readonly isCompilation: boolean;
  readonly musicBrainz: MusicBrainzIds;
  readonly gain: ReplayGain;
}

/** The third of twelve. Counted from 1. */
export interface Numbered {
  readonly number: number | null;
  readonly of: number | null;
}

export const musicBrainzKinds = [
  "recording",
  "track",
  "release",
  "releaseGroup",
  "artist",
  "albumArtist",
] as const;
export type MusicBrainzIds = Readonly<Partial<Record<(typeof musicBrainzKinds)[number], string>>>;

/**
 * By how much to amplify so that all are as loud as ReplayGain 2.0's reference (-18 LUFS), and the highest sample there is before
 * that, of full scale.
 */
export interface ReplayGain {
  readonly trackGainDb: number | null;
  readonly trackPeak: number | null;
  readonly albumGainDb: number | null;
  readonly albumPeak: number | null;
}
