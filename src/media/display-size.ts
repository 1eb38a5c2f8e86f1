import { toNumber } from "./rational.ts";
import type { VideoTrack } from "./source.ts";

/** Width and height as shown: samples made square, rotation applied. */
export function displaySize(track: VideoTrack): { width: number; height: number } {
  const { width, height } = shownSize(track);
  return { width: Math.round(width), height: Math.round(height) };
}

/** The same before rounding: twice rounded, a small picture would lose its shape. */
export function shownSize(track: VideoTrack): { width: number; height: number } {
  const width = track.width * toNumber(track.sampleAspectRatio);
  const turned = track.rotationDegrees === 90 || track.rotationDegrees === 270;
  return turned ? { width: track.height, height: width } : { width, height: track.height };
}
