import { inputLimitArgs } from "../../media/ffmpeg-limits.ts";
import type { SeekTraits } from "../located-source.ts";
import { canFeed } from "../../process/fed-command.ts";
import { firstRead, sourceFilters, timedSilence, type SoundRange } from "./audio-filters.ts";
import type { EncodedAudio } from "./encoded-rendition.ts";
import type { SourceInput } from "../../media/source-pieces.ts";

/** An FFmpeg that decodes sound for another one. */
export interface SoundFeed {
  readonly args: readonly string[];
  /** The named pipe that the other one reads. */
  readonly fifoPath: string;
}

/**
 * Whether a process of its own decodes a run's sound. FFmpeg sets a filter graph up anew where channels
 * or rate change in mid-film: `first_pts` then fills from the run's start again, and what the encoder has
 * not taken yet is lost. A graph that only brings frames to one format loses nothing, and behind a pipe
 * nothing changes any more. Broadcasts change all the time; other films are tried without it first.
 */
export function isFed({ container }: SeekTraits, caution: number): boolean {
  return canFeed && (caution > 0 || container === "mpegts");
}

/** NUT stores no time before zero; what a run reads before its first segment may lie there. */
const headroomSeconds = 5;

/** FFmpeg's arguments that bring a rendition's sound to its rate and channels, as NUT on standard output. */
export function soundFeedArgs(
  input: SourceInput & { readonly seek: readonly string[] },
  rendition: EncodedAudio,
  range: SoundRange,
): string[] {
  const filters = [
    ...sourceFilters(rendition, range),
    // Where the track has ended already there would be nothing to read, not even what it is.
    "apad=pad_len=1024",
    timedSilence(firstRead(rendition.recipe, range)),
    `asetpts=PTS+${headroomSeconds}/TB`,
  ];
  return [
    ...["-nostdin", "-v", "error", "-nostats", ...inputLimitArgs],
    ...["-copyts", "-noaccurate_seek", ...input.seek, ...input.options, "-i", input.url],
    ...["-map", `0:${rendition.track}`, "-map_metadata", "-1", "-af", filters.join(",")],
    ...["-c:a", "pcm_f32le", "-avoid_negative_ts", "disabled", "-f", "nut", "pipe:1"],
  ];
}

/** Input options with which the encoding FFmpeg reads a feed without waiting for more than its header. */
export function fedInputArgs(fifoPath: string): string[] {
  return [
    ...["-protocol_whitelist", "file", "-probesize", "32", "-analyzeduration", "0"],
    ...["-copyts", "-f", "nut", "-i", `file:${fifoPath}`],
  ];
}

/** What a fed graph does first: the clock as it was before the pipe. */
export const fedFilter = `asetpts=PTS-${headroomSeconds}/TB`;
