import { parse, setOptions, types } from "hls-parser";

/** A tag with its attribute list: values as written, without their quotes. */
export interface HlsTag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** The line behind it, of a tag that has one. */
  readonly uri: string;
}

export interface HlsSegment {
  readonly seconds: number;
  readonly uri: string;
}

export interface HlsMediaPlaylist {
  readonly lines: readonly string[];
  readonly targetSeconds: number;
  readonly version: number;
  /** URI of its header; null without. */
  readonly map: string | null;
  readonly segments: readonly HlsSegment[];
}

/** A multivariant playlist and all that it leads to. */
export interface HlsPresentation {
  readonly lines: readonly string[];
  /** `EXT-X-MEDIA`. */
  readonly media: readonly HlsTag[];
  /** `EXT-X-STREAM-INF`. */
  readonly variants: readonly HlsTag[];
  /** By their URIs; those of images, which are no part of the standard, are not among them. */
  readonly playlists: ReadonlyMap<string, HlsMediaPlaylist>;
}

/**
 * Reads a presentation. Throws where a playlist is not as RFC 8216 has its syntax: by hls-parser at its strictest, and
 * for what that lets pass. `load`: a playlist's text by its URI.
 */
export async function readHls(
  master: string,
  load: (uri: string) => Promise<string>,
): Promise<HlsPresentation> {
  setOptions({ strictMode: true });
  if (!(parse(master) instanceof types.MasterPlaylist)) throw new Error("expected a multivariant");
  const lines = linesOf(master);
  const media = tagsOf(lines, "EXT-X-MEDIA");
  const variants = tagsOf(lines, "EXT-X-STREAM-INF");
  const uris = [
    ...media.map((tag) => tag.attributes.get("URI")),
    ...variants.map(({ uri }) => uri),
  ];
  const playlists = new Map<string, HlsMediaPlaylist>();
  for (const uri of uris) {
    if (uri !== undefined && !playlists.has(uri)) playlists.set(uri, readMedia(await load(uri)));
  }
  return { lines, media, variants, playlists };
}

/** 4: UTF-8 without a mark or control characters, each line blank, a URI, a tag or a comment. */
function linesOf(text: string): string[] {
  // oxlint-disable-next-line no-control-regex -- which a playlist must not hold
  if (/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f]/.test(text) || text.startsWith("\ufeff"))
    throw new Error("a playlist holds control characters");
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  if (lines[0] !== "#EXTM3U") throw new Error(`a playlist begins with ${lines[0]}`);
  const odd = lines.find((line) => /^\s|\s$/.test(line) || /^#[^E#\s]/.test(line));
  if (odd !== undefined) throw new Error(`a playlist holds the line ${odd}`);
  return lines;
}

const attribute = /^([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s]+)(?:,|$)/;

/** 4.2: the whole of a list, and no name twice. */
function attributesOf(list: string): Map<string, string> {
  const attributes = new Map<string, string>();
  let rest = list;
  while (rest !== "") {
    const [found = "", name = "", value = ""] = attribute.exec(rest) ?? [];
    if (found === "" || attributes.has(name)) throw new Error(`not an attribute list: ${list}`);
    attributes.set(name, value.replaceAll('"', ""));
    rest = rest.slice(found.length);
  }
  if (list.endsWith(",")) throw new Error(`not an attribute list: ${list}`);
  return attributes;
}

function tagsOf(lines: readonly string[], name: string): HlsTag[] {
  return lines.flatMap((line, i) =>
    line.startsWith(`#${name}:`)
      ? [{ name, attributes: attributesOf(line.slice(name.length + 2)), uri: lines[i + 1] ?? "" }]
      : [],
  );
}

function readMedia(text: string): HlsMediaPlaylist {
  if (!(parse(text) instanceof types.MediaPlaylist)) throw new Error("expected a media playlist");
  const lines = linesOf(text);
  const valueOf = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`#${name}:`))?.slice(name.length + 2);
  const map = valueOf("EXT-X-MAP");
  return {
    lines,
    targetSeconds: Number(valueOf("EXT-X-TARGETDURATION")),
    version: Number(valueOf("EXT-X-VERSION") ?? 1),
    map: map === undefined ? null : (attributesOf(map).get("URI") ?? null),
    segments: lines.flatMap((line, i) => {
      const seconds = /^#EXTINF:([\d.]+),/.exec(line)?.[1];
      return seconds === undefined ? [] : [{ seconds: Number(seconds), uri: lines[i + 1] ?? "" }];
    }),
  };
}
