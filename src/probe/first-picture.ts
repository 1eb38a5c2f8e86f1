import * as v from "valibot";
import { toNumber } from "../media/rational.ts";
import { seconds, type FfprobeOutput, type FfprobeStream } from "./ffprobe-output.ts";
import { framePace } from "./frame-pace.ts";
import type { Tails } from "./packet-tail.ts";
import type { RunOnFile } from "./real-end.ts";
import { countsLengthFromZero, fileEnd } from "./track-span.ts";
import { trackStreams } from "./tracks.ts";

/** More than any codec holds back before its first picture (H.264: 16). */
const fewPackets = 24;
const lookMs = 5_000;

/** MPEG's own systems tell when pictures are shown; a packet without is half a picture, met after a seek. */
const tellsPresentation = new Set(["mpeg", "mpegts"]);

const framesSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ frames: v.array(v.object({ best_effort_timestamp_time: seconds })) }),
);

/**
 * The description with the time at which the first picture is really shown. Containers that only tell when
 * a packet is decoded (AVI, bare MPEG video, Matroska's `V_MS/VFW/FOURCC`) are described as if it were shown
 * at once; FFmpeg shows it when the decoder lets it go, one or more pictures later, and all others after it.
 * Files whose packets have presentation times are left as they are. A look that fails changes nothing.
 */
export async function withFirstPicture(
  output: FfprobeOutput,
  tails: Tails,
  run: RunOnFile,
  leftMs: () => number,
): Promise<FfprobeOutput> {
  const { video } = trackStreams(output.streams);
  const tail = video && tails.get(video.index);
  if (video === undefined || tail === undefined || tail.untimedPackets === 0) return output;
  if (tellsPresentation.has(output.format.format_name)) return output;
  // Not a packet's length: the clock of H.264 in AVI may tick twice a picture.
  const { frameRate } = framePace(video, output.format.format_name, tail);
  if (frameRate === null) return output;
  const pictureSeconds = 1 / toNumber(frameRate);
  const report = await run({
    describe: false,
    firstPicture: { streamIndex: video.index, packets: fewPackets },
    timeoutMs: Math.min(lookMs, leftMs()),
  });
  if (!report.complete || !report.result.ok) return output;
  const read = v.safeParse(framesSchema, report.text);
  const frames = read.success ? read.output.frames : [];
  // Where the decoder lets nothing go before the file ends, FFmpeg shows the first picture then.
  const shown = frames[0] && (frames[0].best_effort_timestamp_time ?? tail.decodingEnd);
  if (shown === undefined) return output;
  const { has_b_frames = 0, start_time = 0 } = video;
  // A film of fewer pictures than the decoder holds back ends earlier.
  const isShort = frames.length <= has_b_frames;
  const heldBack = isShort ? shown - start_time : has_b_frames * pictureSeconds;
  const reordered = isShort ? Math.round(heldBack / pictureSeconds) : has_b_frames;
  const described = { ...video, has_b_frames: reordered };
  return describedAs(output, described, shown, heldBack);
}

/** All of the video moved to begin at `shown`, with its end `heldBack` after that of its last packet. */
function describedAs(
  { streams, format, chapters }: FfprobeOutput,
  video: FfprobeStream,
  shown: number,
  heldBack: number,
): FfprobeOutput {
  const starts: number[] = [];
  const ends: number[] = [];
  // Such a length is that of what is shown, reordered or not.
  const fromZero = countsLengthFromZero(format);
  const described = streams.map((stream) => {
    const { start_time, duration, codec_type } = stream;
    const isVideo = stream.index === video.index;
    const start = isVideo ? shown : start_time;
    const late = (start_time ?? 0) + (isVideo ? heldBack : 0);
    const end = duration === undefined ? undefined : duration + (fromZero ? 0 : late);
    if (start !== undefined && (codec_type === "video" || codec_type === "audio")) {
      starts.push(start);
      if (end !== undefined) ends.push(end);
    }
    if (!isVideo) return stream;
    return { ...video, start_time: shown, duration: end === undefined ? end : end - shown };
  });
  const start = Math.min(...starts);
  const declared = fileEnd(format);
  const end = declared === undefined ? undefined : Math.max(declared, ...ends);
  return {
    chapters,
    streams: described,
    format: {
      ...format,
      start_time: start,
      duration: end === undefined || fromZero ? end : end - start,
    },
  };
}
