import { stretchDash } from "../manifest/stretch-dash.ts";
import { stretchHlsMaster } from "../manifest/stretch-hls-master.ts";
import { stretchHlsMedia } from "../manifest/stretch-hls-media.ts";
import { storyboardVtt } from "../manifest/storyboard-vtt.ts";
import { textPlaylist } from "../manifest/text-playlist.ts";
import { tilesPlaylist } from "../manifest/tiles-playlist.ts";
import {
  initName,
  manifestNames,
  mediaPlaylistName,
  storyboardName,
} from "../media/object-name.ts";
import { isInHls, isMedia, storyboardsIn } from "../rendition/methods.ts";
import { renditionTimeline, type Plan } from "../rendition/plan.ts";
import { durationSeconds } from "../media/timeline.ts";
import { withDuration } from "../iso/init-segment.ts";
import type { Description } from "../packager/packager.ts";

/** An object known from the start: its name and its bytes. */
export interface ReadyObject {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Names of the objects that exist before the first frame: both manifests, playlists, init segments. */
export function readyNames(plan: Plan): string[] {
  return [
    manifestNames.dash,
    manifestNames.hls,
    ...storyboardsIn(plan.renditions).map(() => storyboardName),
    ...plan.renditions.flatMap((rendition) => {
      const playlists = isInHls(rendition) ? [mediaPlaylistName(rendition.id)] : [];
      return isMedia(rendition) ? [...playlists, initName(rendition.id)] : playlists;
    }),
  ];
}

export interface ReadyObjects {
  /** Init segments and media playlists. */
  readonly parts: readonly ReadyObject[];
  /** What names them. */
  readonly manifests: readonly ReadyObject[];
}

/** The objects that exist before the first frame, final. Pure: same plan and description, same bytes. */
export function readyObjects(plan: Plan, description: Description): ReadyObjects {
  const text = (name: string, content: string): ReadyObject => ({
    name,
    bytes: new TextEncoder().encode(content),
  });
  const parts = plan.renditions.flatMap((rendition) => {
    const { id } = rendition;
    if (!isMedia(rendition)) {
      if (rendition.kind === "image") {
        return [
          text(mediaPlaylistName(id), tilesPlaylist(plan, rendition)),
          text(storyboardName, storyboardVtt(plan, rendition)),
        ];
      }
      if (!isInHls(rendition)) return [];
      return [text(mediaPlaylistName(id), textPlaylist(plan, rendition))];
    }
    const init = description.inits[id];
    const playlist = description.playlists[id];
    if (init === undefined || playlist === undefined) return [];
    const timeline = renditionTimeline(plan, rendition);
    return [
      { name: initName(id), bytes: withDuration(init, durationSeconds(timeline)) },
      text(mediaPlaylistName(id), stretchHlsMedia(playlist, plan, rendition)),
    ];
  });
  const manifests = [
    text(manifestNames.hls, stretchHlsMaster(description.master, plan)),
    text(manifestNames.dash, stretchDash(description.mpd, plan)),
  ];
  return { parts, manifests };
}
