import type { ApiClient, StartedPlayback } from "./api-client.ts";

export interface MappedSegment {
  /** Object name: `v240/3.m4s`. */
  readonly name: string;
  /** Seconds, by adding up the playlist's durations. */
  readonly start: number;
  readonly duration: number;
}

export interface MappedRendition {
  readonly id: string;
  readonly kind: "video" | "audio";
  readonly playlist: string;
  readonly init: string;
  readonly segments: readonly MappedSegment[];
}

/** What a content consists of, as a client learns it: from its HLS playlists. */
export async function mapContent(
  api: ApiClient,
  playback: StartedPlayback,
): Promise<MappedRendition[]> {
  const text = async (name: string): Promise<string> =>
    new TextDecoder().decode(await api.object(playback, name));
  const master = await text("master.m3u8");
  const audio = [...master.matchAll(/^#EXT-X-MEDIA:.*TYPE=AUDIO.*URI="([^"]+)"/gm)];
  const video = [...master.matchAll(/^#EXT-X-STREAM-INF:.*\n(?:#.*\n)*([^#\s]+)$/gm)];
  const named = [
    ...new Set(video.map((match) => match[1] ?? "")),
    ...new Set(audio.map((match) => match[1] ?? "")),
  ];
  return Promise.all(
    named.map(async (playlist) => {
      const lines = (await text(playlist)).split("\n").map((line) => line.trim());
      if (!lines.includes("#EXT-X-ENDLIST")) throw new Error(`${playlist} is not final`);
      const id = playlist.replace(/\.m3u8$/, "");
      const init = /URI="([^"]+)"/.exec(lines.find((line) => line.startsWith("#EXT-X-MAP")) ?? "");
      return {
        id,
        kind: id.startsWith("a") ? "audio" : "video",
        playlist,
        init: init?.[1] ?? "",
        segments: parseSegments(lines),
      } satisfies MappedRendition;
    }),
  );
}

function parseSegments(lines: readonly string[]): MappedSegment[] {
  const segments: MappedSegment[] = [];
  let start = 0;
  let duration = 0;
  for (const line of lines) {
    const info = /^#EXTINF:([\d.]+)/.exec(line);
    if (info) duration = Number(info[1]);
    else if (line !== "" && !line.startsWith("#")) {
      segments.push({ name: line, start, duration });
      start += duration;
    }
  }
  return segments;
}

/** Every object of a content: manifests, playlists, init segments, segments. */
export function objectNames(renditions: readonly MappedRendition[]): string[] {
  const names = renditions.flatMap(({ playlist, init, segments }) => [
    playlist,
    init,
    ...segments.map(({ name }) => name),
  ]);
  return ["manifest.mpd", "master.m3u8", ...names];
}
