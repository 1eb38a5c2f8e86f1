import { toNumber } from "../media/rational.ts";
import type { FfprobeOutput } from "./ffprobe-output.ts";
import type { RunOnFile } from "./real-end.ts";
import { microseconds } from "./track-span.ts";
import { trackStreams } from "./tracks.ts";

const lookMs = 2_000;

/**
 * The description with the moment of the first picture where the container only stores when pictures are
 * decoded. FFmpeg 5.1 then takes over the start of the file, which is the sound's; it shows the first
 * picture once as many are decoded as may be reordered. AVI needs no look: it counts both from zero.
 */
export async function withPictureStart(
  output: FfprobeOutput,
  run: RunOnFile,
  leftMs: () => number,
): Promise<FfprobeOutput> {
  const { video } = trackStreams(output.streams);
  const delayFrames = video?.has_b_frames ?? 0;
  const rate = video?.avg_frame_rate ?? video?.r_frame_rate;
  if (output.format.format_name !== "asf" || video === undefined || delayFrames === 0)
    return output;
  if (rate === undefined || !(toNumber(rate) > 0)) return output;
  const { tails } = await run({
    describe: false,
    packetsFrom: null,
    intervals: [{ from: null, seconds: 1 }],
    timeoutMs: Math.min(lookMs, leftMs()),
  });
  const decoded = tails.get(video.index)?.firstDecodingTime;
  if (decoded === undefined) return output;
  const start_time = microseconds(decoded + delayFrames / toNumber(rate));
  const streams = output.streams.map((stream) =>
    stream === video ? { ...stream, start_time } : stream,
  );
  return { ...output, streams };
}
