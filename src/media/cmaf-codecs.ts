/**
 * Codecs whose packets may be carried in CMAF segments as they are: those with a published binding to ISOBMFF that
 * Shaka Packager writes and players read (ISO/IEC 23000-19; ISO/IEC 14496-15; ETSI TS 102 366, annex F; the bindings
 * of AV1, VP9, Opus and FLAC). What else a file holds is encoded on its way into segments.
 */
export const cmafVideoCodecs: ReadonlySet<string> = new Set(["h264", "hevc", "av1", "vp9"]);
export const cmafAudioCodecs: ReadonlySet<string> = new Set([
  "aac",
  "ac3",
  "eac3",
  "opus",
  "flac",
  "mp3",
]);
