import { mediaPlaylistName } from "../media/object-name.ts";
import { renditionTimeline, type Plan } from "../rendition/plan.ts";
import type { TilesRendition } from "../rendition/tiles/tiles-rendition.ts";
import { announcedBitrateBps } from "./announced-bitrate.ts";
import { hlsQuoted, printHlsTag } from "./hls-attributes.ts";
import { longestSeconds, segmentLines } from "./stretch-hls-media.ts";

/**
 * The line of the multivariant playlist that leads to a storyboard, as Roku's and Shaka Player's image playlists have it
 * (Roku, "HLS thumbnails", image-based trick play): the size is one tile's.
 */
export function tilesStreamLine(rendition: TilesRendition): string {
  const { width, height } = rendition.recipe;
  const attributes = new Map([
    ["BANDWIDTH", String(announcedBitrateBps(rendition))],
    ["CODECS", hlsQuoted("jpeg")],
    ["RESOLUTION", `${width}x${height}`],
    ["URI", hlsQuoted(mediaPlaylistName(rendition.id))],
  ]);
  return printHlsTag("#EXT-X-IMAGE-STREAM-INF", attributes);
}

/** The media playlist of a storyboard: a sheet a segment. */
export function tilesPlaylist(plan: Plan, rendition: TilesRendition): string {
  const { width, height, columns, rows, intervalSeconds } = rendition.recipe;
  const tiles = printHlsTag(
    "#EXT-X-TILES",
    new Map([
      ["RESOLUTION", `${width}x${height}`],
      ["LAYOUT", `${columns}x${rows}`],
      ["DURATION", String(intervalSeconds)],
    ]),
  );
  const longest = Math.ceil(longestSeconds(renditionTimeline(plan, rendition)));
  const head = [
    ...["#EXTM3U", "#EXT-X-VERSION:7", `#EXT-X-TARGETDURATION:${longest}`],
    ...["#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-IMAGES-ONLY"],
  ];
  const sheets = segmentLines(plan, rendition).flatMap((line) =>
    line.startsWith("#EXTINF:") ? [line, tiles] : [line],
  );
  return `${[...head, ...sheets, "#EXT-X-ENDLIST"].join("\n")}\n`;
}
