import { displaySize } from "../media/display-size.ts";
import { sampleFormat, type SampleFormat } from "../media/pixel-format.ts";
import { toNumber } from "../media/rational.ts";
import { classHeight } from "../media/resolution.ts";
import type { VideoTrack } from "../media/source.ts";
import { videoRange, type VideoRange } from "../media/video-range.ts";

/** The pictures with what is asked of a device that shows them, worked out once. */
export interface Pictures {
  readonly track: VideoTrack;
  readonly height: number;
  readonly frameRate: number | null;
  readonly format: SampleFormat | null;
  readonly range: VideoRange;
  /** Of the track; of the whole file where that says nothing. */
  readonly bitrateBps: number;
}

export function picturesOf(track: VideoTrack, fileBitrateBps: number): Pictures {
  return {
    track,
    height: classHeight(displaySize(track)),
    frameRate: track.frameRate === null ? null : toNumber(track.frameRate),
    format: track.pixelFormat === null ? null : sampleFormat(track.pixelFormat),
    range: videoRange(track),
    bitrateBps: track.bitrateBps ?? fileBitrateBps,
  };
}
