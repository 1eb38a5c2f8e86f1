import type { FfprobeOutput, FfprobeStream } from "./ffprobe-output.ts";
import type { FfprobeReport } from "./ffprobe-run.ts";
import type { Tails } from "./packet-tail.ts";
import type { RunOnFile } from "./real-end.ts";
import { trackStreams } from "./tracks.ts";

/** Containers whose header counts the packets of each track. */
const countsPackets = /^(?:mov,|avi$)/;

/**
 * Tracks of which the end of the file shows no packet: over long before, or never there at all. Pictures are
 * doubted where there is something else to play. What a header counts is believed, but where the file's end could not
 * be read at all: then its pictures may have a number and no place.
 */
function doubtfulTracks({ streams, format }: FfprobeOutput, tails: Tails): FfprobeStream[] {
  const { video, audio } = trackStreams(streams);
  const isCounted = ({ nb_frames }: FfprobeStream): boolean =>
    countsPackets.test(format.format_name) && (nb_frames ?? 0) > 0;
  return [...(audio.length > 0 && video ? [video] : []), ...audio].filter(
    (stream) => !tails.has(stream.index) && (tails.size === 0 || !isCounted(stream)),
  );
}

/** Where a few seconds are read in search of a track, as shares of the film. */
const placesToLook = [0, 0.25, 0.5, 0.75];
const lookMs = 2_000;

/**
 * The description without tracks that its header promises and of which no packet is found: at its
 * end, and then for some seconds at four places, or everywhere. A look that takes too long proves nothing.
 */
export async function withoutAbsentTracks(
  output: FfprobeOutput,
  tails: Tails,
  run: RunOnFile,
  leftMs: () => number,
): Promise<FfprobeOutput> {
  const doubtful = doubtfulTracks(output, tails);
  if (doubtful.length === 0) return output;
  if (countsPackets.test(output.format.format_name) && tails.size > 0) {
    return without(output, doubtful);
  }
  const { start_time: start = 0, duration = 0 } = output.format;
  const look = (request: Partial<Parameters<RunOnFile>[0]>): Promise<FfprobeReport> =>
    run({
      ...{ describe: false, packetsFrom: null, timeoutMs: Math.min(lookMs, leftMs()) },
      ...request,
    });
  const places = await look({
    // A seek to the start would land on the first key frame, behind sound that is over by then.
    intervals: placesToLook.map((share) => ({
      from: share === 0 ? null : start + duration * share,
      seconds: 5,
    })),
  });
  // Seeking goes by the pictures: where there are none, all of the file is read, or as much as there is time for.
  const report = places.result.ok ? places : await look({});
  if (!report.complete || !report.result.ok) return output;
  return without(
    output,
    doubtful.filter(({ index }) => !report.tails.has(index)),
  );
}

function without(output: FfprobeOutput, absent: readonly FfprobeStream[]): FfprobeOutput {
  return { ...output, streams: output.streams.filter((stream) => !absent.includes(stream)) };
}
