export const manifestNames = { dash: "manifest.mpd", hls: "master.m3u8" } as const;
export type Container = keyof typeof manifestNames;

/** What an object's name says it is; undefined for a name no plan has. */
export type ObjectName =
  | { readonly kind: "dash-manifest" | "hls-multivariant" | "plan" }
  | { readonly kind: "hls-media"; readonly rendition: string }
  | { readonly kind: "init"; readonly rendition: string }
  | { readonly kind: "segment"; readonly rendition: string; readonly n: number };

/** Ids of renditions: pictures, sound, and text in segments and whole. */
const mediaId = String.raw`[av]\d{1,5}`;
const textId = String.raw`[tw]\d{1,5}`;
const playlistShape = new RegExp(String.raw`^(${mediaId}|t\d{1,5})\.m3u8$`);
const initShape = new RegExp(String.raw`^(${mediaId})/init\.mp4$`);
const segmentShape = new RegExp(
  String.raw`^(?:(${mediaId})/([1-9]\d{0,8})\.m4s|(${textId})/([1-9]\d{0,8})\.vtt)$`,
);

export function parseObjectName(name: string): ObjectName | undefined {
  if (name === manifestNames.dash) return { kind: "dash-manifest" };
  if (name === manifestNames.hls) return { kind: "hls-multivariant" };
  if (name === "plan.json") return { kind: "plan" };
  const media = playlistShape.exec(name);
  if (media?.[1]) return { kind: "hls-media", rendition: media[1] };
  const init = initShape.exec(name);
  if (init?.[1]) return { kind: "init", rendition: init[1] };
  const segment = segmentShape.exec(name);
  const [rendition, n] = [segment?.[1] ?? segment?.[3], segment?.[2] ?? segment?.[4]];
  if (rendition && n) return { kind: "segment", rendition, n: Number(n) };
  return undefined;
}

export const initName = (rendition: string): string => `${rendition}/init.mp4`;
export const segmentName = (rendition: string, n: number): string =>
  `${rendition}/${n}.${/^[tw]/.test(rendition) ? "vtt" : "m4s"}`;
export const mediaPlaylistName = (rendition: string): string => `${rendition}.m3u8`;
