import { pictureCodecs } from "./picture-codecs.ts";

export const manifestNames = { dash: "manifest.mpd", hls: "master.m3u8" } as const;
export type Container = keyof typeof manifestNames;

/** What an object's name says it is; undefined for a name no plan has. */
export type ObjectName =
  | { readonly kind: "dash-manifest" | "hls-multivariant" | "storyboard" | "plan" }
  | { readonly kind: "hls-media"; readonly rendition: string }
  | { readonly kind: "init"; readonly rendition: string }
  | { readonly kind: "segment"; readonly rendition: string; readonly n: number };

/** The tiles of the film's pictures as WebVTT, for players that read neither manifest's. */
export const storyboardName = "storyboard.vtt";

/** Ids of pictures; of encoded ones with their codec behind, where that is not H.264. */
export const videoIdPattern = String.raw`v\d{1,5}(?:-(?:${pictureCodecs.slice(1).join("|")}))?`;
/** Ids of other renditions: sound, text in segments and whole, and sheets of small pictures. */
const mediaId = String.raw`(?:${videoIdPattern}|a\d{1,5})`;
const textId = String.raw`[tw]\d{1,5}`;
const sheetId = String.raw`s\d{1,5}`;
const playlistShape = new RegExp(String.raw`^(${mediaId}|${sheetId}|t\d{1,5})\.m3u8$`);
const initShape = new RegExp(String.raw`^(${mediaId})/init\.mp4$`);
const segmentShape = new RegExp(
  String.raw`^(?:(?<media>${mediaId})/(?<m4s>[1-9]\d{0,8})\.m4s|(?<text>${textId})/(?<vtt>[1-9]\d{0,8})\.vtt|(?<sheet>${sheetId})/(?<jpg>[1-9]\d{0,8})\.jpg)$`,
);

export function parseObjectName(name: string): ObjectName | undefined {
  if (name === manifestNames.dash) return { kind: "dash-manifest" };
  if (name === manifestNames.hls) return { kind: "hls-multivariant" };
  if (name === storyboardName) return { kind: "storyboard" };
  if (name === "plan.json") return { kind: "plan" };
  const media = playlistShape.exec(name);
  if (media?.[1]) return { kind: "hls-media", rendition: media[1] };
  const init = initShape.exec(name);
  if (init?.[1]) return { kind: "init", rendition: init[1] };
  const { media: track, text, sheet, m4s, vtt, jpg } = segmentShape.exec(name)?.groups ?? {};
  const [rendition, n] = [track ?? text ?? sheet, m4s ?? vtt ?? jpg];
  if (rendition && n) return { kind: "segment", rendition, n: Number(n) };
  return undefined;
}

export const initName = (rendition: string): string => `${rendition}/init.mp4`;
export const segmentName = (rendition: string, n: number): string =>
  `${rendition}/${n}.${endings[rendition.charAt(0)] ?? "m4s"}`;
const endings: Readonly<Record<string, string>> = { t: "vtt", w: "vtt", s: "jpg" };
export const mediaPlaylistName = (rendition: string): string => `${rendition}.m3u8`;
