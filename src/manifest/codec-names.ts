/**
 * The `VIDEO-RANGE` of pictures by their codec's name, which of VP9 and AV1 holds the transfer (H.273) as its last field
 * but two: Shaka says nothing of VP9's. SDR for what names none.
 */
export function videoRangeOf(codecs: string): "SDR" | "HLG" | "PQ" {
  const transfer = /\b(?:vp09(?:\.\d+){5}|av01\.\d\.\w+(?:\.\d+){4})\.(\d\d)\b/.exec(codecs)?.[1];
  return transfer === "16" ? "PQ" : transfer === "18" ? "HLG" : "SDR";
}

/** Shaka writes languages small; in their usual form (RFC 5646, 2.1.1) they are the texts' beside them. */
export function inUsualForm(written: string, language: string): string {
  return written.toLowerCase() === language.toLowerCase() ? language : written;
}

/**
 * What Shaka wrote, with the names of codecs as they must read. Of AV1 the last field is 0, or 1 for pictures of full
 * range (AV1 in ISOBMFF, 5); Shaka prints the byte of `colr` that has this flag as its highest bit, and no browser plays
 * an `av01….128`.
 */
export function withCodecNames(manifest: string): string {
  return manifest.replaceAll(/\b(av01(?:\.\w+){8})\.128\b/g, "$1.1");
}
