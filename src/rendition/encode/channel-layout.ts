/**
 * Counts of channels for which FFmpeg assumes a layout where a file names none. It does for 16 and 24, too,
 * which are no cinema's, though, but a recorder's tracks: added up they would be nothing anybody made.
 */
const assumedCounts = new Set([1, 2, 3, 4, 5, 6, 7, 8]);

/** Pairs of which a layout has both or none, or libswresample refuses to mix it (`rematrix.c`, FFmpeg 5.1). */
const pairs = [
  ["FL", "FR"],
  ["SL", "SR"],
  ["BL", "BR"],
  ["FLC", "FRC"],
] as const;

/**
 * Whether FFmpeg can mix a track to another layout. Its name for one is a word, `5.1(side)`, or, for what
 * has no name, a list: `3 channels (FL+FR+TC)`.
 */
export function canBeMixed(track: {
  readonly channels: number;
  readonly channelLayout: string | null;
}): boolean {
  const { channels, channelLayout } = track;
  if (channelLayout === null) return assumedCounts.has(channels);
  const listed = /^\d+ channels(?: \((.*)\))?$/.exec(channelLayout);
  if (listed === null) return true;
  if (channels === 1) return true;
  const names = new Set((listed[1] ?? "").split("+"));
  const hasFront = ["FL", "FR", "FC"].some((name) => names.has(name));
  return hasFront && pairs.every(([left, right]) => names.has(left) === names.has(right));
}
