import { boundarySeconds, type Boundaries } from "../../media/boundaries.ts";
import { shownSize } from "../../media/display-size.ts";
import type { VideoTrack } from "../../media/source.ts";
import { videoRange } from "../../media/video-range.ts";
import { treatmentOf } from "../encode/plan-video.ts";
import type { TilesRendition } from "./tiles-rendition.ts";

/** The longer side of a tile. */
const longestSide = 320;
/** FFmpeg's filters take nothing narrower of every pixel format. */
const shortestSide = 16;

/** Longest films, seconds, and from one tile to the next: what a pixel of a time bar stands for, about. */
const intervals = [
  { upTo: 5 * 60, seconds: 1 },
  { upTo: 20 * 60, seconds: 2 },
  { upTo: 75 * 60, seconds: 5 },
  { upTo: Infinity, seconds: 10 },
] as const;

/** The storyboard of a film; none without pictures. */
export function planTiles(track: VideoTrack | null, boundaries: Boundaries): TilesRendition[] {
  if (track === null) return [];
  // Colours that nothing here converts would be wrong in small, too.
  if (track.dolbyVision !== null && videoRange(track).base === null) return [];
  const { color, treatment } = treatmentOf(track);
  const seconds = boundarySeconds(boundaries);
  const interval = intervals.find(({ upTo }) => seconds <= upTo) ?? intervals[3];
  return [
    {
      ...{ kind: "image", method: "tiles", id: "s1", track: track.index },
      recipe: {
        ...{ kind: "image", revision: 1, columns: 10, rows: 10 },
        ...tileSize(track),
        intervalSeconds: interval.seconds,
        // JFIF knows one matrix.
        color: { ...color, matrix: "smpte170m" },
        // A deinterlacer looks at the pictures before and after, which here are seconds away.
        treatment: { ...treatment, deinterlace: null },
      },
    },
  ];
}

/** As the film is shown, in a square box, and never larger than it. */
function tileSize(track: VideoTrack): { width: number; height: number } {
  const { width, height } = shownSize(track);
  const scale = Math.min(1, longestSide / Math.max(width, height));
  return { width: even(width * scale), height: even(height * scale) };
}

function even(size: number): number {
  return Math.max(shortestSide, 2 * Math.round(size / 2));
}
