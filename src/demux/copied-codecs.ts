/**
 * The codecs, as FFmpeg names them, whose packets are looked at here: those that CMAF has a place for and that are
 * cut into frames by the container. Tracks of others are listed, and their packets are left alone.
 */
export const copiedCodecs: ReadonlySet<string> = new Set([
  ...["h264", "hevc", "av1", "vp9", "vp8", "mpeg4"],
  ...["aac", "ac3", "eac3", "mp3", "mp2", "opus", "flac"],
]);
