/**
 * What Shaka wrote, with the names of codecs as they must read. Of AV1 the last field is 0, or 1 for pictures of full
 * range (AV1 in ISOBMFF, 5); Shaka prints the byte of `colr` that has this flag as its highest bit, and no browser plays
 * an `av01….128`.
 */
export function withCodecNames(manifest: string): string {
  return manifest.replaceAll(/\b(av01(?:\.\w+){8})\.128\b/g, "$1.1");
}
