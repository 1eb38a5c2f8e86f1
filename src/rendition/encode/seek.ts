import type { SeekTraits } from "../located-source.ts";

/**
 * Whether reading must begin at the file's beginning: FFmpeg finds its way by key frames, so a seek to before
 * the first picture lands on it, behind all sound that comes earlier.
 */
export function isBeforePictures(seconds: number, { firstPictureSeconds }: SeekTraits): boolean {
  return seconds < firstPictureSeconds;
}

/** FFmpeg seeks so much before what it is told in containers it believes to be indexed by decode time. */
const ffmpegHeadStartSeconds = 3 / 23;
/** Added where two clocks are rounded differently. */
const roundingSeconds = 0.001;

/**
 * What to tell `-ss` so that reading begins at the last key frame shown at or before `seconds`, and not a
 * group of pictures earlier, which would be decoded for nothing. `caution` rises with failed tries: a
 * landing behind the first picture is noticed by verification, and the next try begins further back.
 * Measured with FFmpeg 5.1: MP4 with its edit list is taken at its word; Matroska seeks a head start
 * early where pictures are reordered; the others have no index worth the name.
 */
export function pictureSeek(seconds: number, traits: SeekTraits, caution: number): number {
  const { container, reorderFrames } = traits;
  if (!isIndexed(traits)) return seconds - (unindexedSeconds[caution] ?? 120);
  const headStart = /matroska/.test(container) && reorderFrames > 0 ? ffmpegHeadStartSeconds : 0;
  return seconds + headStart + roundingSeconds - (cautionSeconds[caution] ?? 60);
}

/** The same for sound, which may lie a little before the pictures it belongs to. */
export function soundSeek(seconds: number, traits: SeekTraits, caution: number): number {
  if (!isIndexed(traits)) return seconds - (unindexedSeconds[caution] ?? 120);
  return seconds - 0.5 - (cautionSeconds[caution] ?? 60);
}

function isIndexed({ container }: SeekTraits): boolean {
  return /mov|mp4|matroska/.test(container);
}

const cautionSeconds = [0, 15, 60];
const unindexedSeconds = [6, 30, 120];
