import * as v from "valibot";
import type { FfprobeOutput } from "./ffprobe-output.ts";
import { hdrMetadata, hdrSideData } from "./hdr-side-data.ts";
import type { RunOnFile } from "./real-end.ts";
import { trackStreams } from "./tracks.ts";

const lookMs = 5_000;

const framesSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    frames: v.array(v.object({ side_data_list: v.optional(v.array(hdrSideData), []) })),
  }),
);

/**
 * The description with what the first picture itself says of its light (HEVC's messages, AV1's metadata units), where
 * pictures are PQ and the container says nothing: MPEG transport streams cannot, and FFmpeg's own films of x265 do not.
 * A look that fails changes nothing.
 */
export async function withPicturesLight(
  output: FfprobeOutput,
  run: RunOnFile,
  leftMs: () => number,
): Promise<FfprobeOutput> {
  const { video } = trackStreams(output.streams);
  if (video?.color_transfer !== "smpte2084") return output;
  if (hdrMetadata(video.side_data_list) !== null) return output;
  const report = await run({
    describe: false,
    firstPicture: { streamIndex: video.index, packets: 1 },
    timeoutMs: Math.min(lookMs, leftMs()),
  });
  if (!report.complete || !report.result.ok) return output;
  const read = v.safeParse(framesSchema, report.text);
  const found = read.success ? read.output.frames.flatMap((frame) => frame.side_data_list) : [];
  if (hdrMetadata(found) === null) return output;
  const described = { ...video, side_data_list: [...video.side_data_list, ...found] };
  const streams = output.streams.map((stream) => (stream === video ? described : stream));
  return { ...output, streams };
}
