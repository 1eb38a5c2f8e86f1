/** RFC 8216 4, RFC 6381, DASH-IF IOP: what players and CDNs expect of each kind of file. */
const types: Readonly<Record<string, string>> = {
  mpd: "application/dash+xml",
  m3u8: "application/vnd.apple.mpegurl",
  mp4: "video/mp4",
  m4s: "video/iso.segment",
  vtt: "text/vtt",
  jpg: "image/jpeg",
  json: "application/json",
};

/** The media type of an object by the end of its name. */
export function contentType(name: string): string {
  return types[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
}
