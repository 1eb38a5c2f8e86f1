import type { FfprobeOutput, FfprobeStream } from "./ffprobe-output.ts";
import type { FfprobeReport } from "./ffprobe-run.ts";
import type { Tails } from "./packet-tail.ts";
import type { RunOnFile } from "./real-end.ts";

/** Containers whose header counts the packets of each track. */
const countsPackets = /^(?:mov,|avi$)/;

/** Sound tracks of which the end of the file shows no packet: over long before, or never there at all. */
function doubtfulTracks({ streams, format }: FfprobeOutput, tails: Tails): FfprobeStream[] {
  return streams.filter(
    ({ codec_type, index, nb_frames }) =>
      codec_type === "audio" &&
      !tails.has(index) &&
      !(countsPackets.test(format.format_name) && (nb_frames ?? 0) > 0),
  );
}

/** Where a few seconds are read in search of a track, as shares of the film. */
const placesToLook = [0, 0.25, 0.5, 0.75];
const lookMs = 2_000;

/**
 * The description without sound tracks that its header promises and of which no packet is found: at its
 * end, and then for some seconds at four places. A look that takes too long proves nothing.
 */
export async function withoutAbsentTracks(
  output: FfprobeOutput,
  tails: Tails,
  run: RunOnFile,
  leftMs: () => number,
): Promise<FfprobeOutput> {
  const doubtful = doubtfulTracks(output, tails);
  if (doubtful.length === 0) return output;
  if (countsPackets.test(output.format.format_name)) return without(output, doubtful);
  const { start_time: start = 0, duration = 0 } = output.format;
  const report: FfprobeReport = await run({
    describe: false,
    packetsFrom: null,
    // A seek to the start would land on the first key frame, behind sound that is over by then.
    intervals: placesToLook.map((share) => ({
      from: share === 0 ? null : start + duration * share,
      seconds: 5,
    })),
    timeoutMs: Math.min(lookMs, leftMs()),
  });
  if (!report.complete || !report.result.ok) return output;
  return without(
    output,
    doubtful.filter(({ index }) => !report.tails.has(index)),
  );
}

function without(output: FfprobeOutput, absent: readonly FfprobeStream[]): FfprobeOutput {
  return { ...output, streams: output.streams.filter((stream) => !absent.includes(stream)) };
}
