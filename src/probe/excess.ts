import { ViewraError } from "../errors/viewra-error.ts";
import { largestPicture } from "../media/ffmpeg-limits.ts";
import type { FfprobeOutput } from "./ffprobe-output.ts";
import { picturesTooLarge, saysPicturesTooLarge } from "./refusal.ts";
import { trackStreams } from "./tracks.ts";

/** 24 bytes each in every FFmpeg: 480 MB. A day of 120 pictures a second has 10 million. */
const mostSamples = 20_000_000;

/**
 * Turns down what a header claims and FFmpeg would believe: pictures larger than are decoded, and an index
 * of more samples than the file has bytes for (PCM apart, which has no index, and may be a part of a file).
 * Throws MEDIA_UNSUPPORTED, MEDIA_UNREADABLE.
 */
export function refuseExcess(output: FfprobeOutput, stderr: string, sizeBytes: number): void {
  const { video, audio } = trackStreams(output.streams);
  const { width = 0, height = 0 } = video ?? {};
  const most = largestPicture.width * largestPicture.height;
  const nothingElse = video === undefined && audio.length === 0;
  if (width * height > most || (nothingElse && saysPicturesTooLarge(stderr))) {
    throw picturesTooLarge();
  }
  for (const { codec_name: codec, nb_frames: samples = 0 } of output.streams) {
    if (samples <= Math.max(mostSamples, sizeBytes) || codec?.startsWith("pcm_")) continue;
    const message = `The file's index names ${samples} pictures or samples, more than the file has bytes`;
    throw new ViewraError("MEDIA_UNREADABLE", message);
  }
}
