export const manifestNames = { dash: "manifest.mpd", hls: "master.m3u8" } as const;
export type Container = keyof typeof manifestNames;

/** What an object's name says it is; undefined for a name no plan has. */
export type ObjectName =
  | { readonly kind: "dash-manifest" | "hls-multivariant" | "plan" }
  | { readonly kind: "hls-media"; readonly rendition: string }
  | { readonly kind: "init"; readonly rendition: string }
  | { readonly kind: "segment"; readonly rendition: string; readonly n: number };

export function parseObjectName(name: string): ObjectName | undefined {
  if (name === manifestNames.dash) return { kind: "dash-manifest" };
  if (name === manifestNames.hls) return { kind: "hls-multivariant" };
  if (name === "plan.json") return { kind: "plan" };
  const media = /^([av]\d{1,5})\.m3u8$/.exec(name);
  if (media?.[1]) return { kind: "hls-media", rendition: media[1] };
  const init = /^([av]\d{1,5})\/init\.mp4$/.exec(name);
  if (init?.[1]) return { kind: "init", rendition: init[1] };
  const segment = /^([av]\d{1,5})\/([1-9]\d{0,8})\.m4s$/.exec(name);
  if (segment?.[1] && segment[2]) {
    return { kind: "segment", rendition: segment[1], n: Number(segment[2]) };
  }
  return undefined;
}

export const initName = (rendition: string): string => `${rendition}/init.mp4`;
export const segmentName = (rendition: string, n: number): string => `${rendition}/${n}.m4s`;
export const mediaPlaylistName = (rendition: string): string => `${rendition}.m3u8`;
