import { ViewraError } from "../errors/viewra-error.ts";
import { inputLimitArgs } from "../media/ffmpeg-limits.ts";
import type { AudioRendition, Plan, Rendition, VideoRendition } from "../media/plan.ts";
import { toNumber } from "../media/rational.ts";
import { renditionTimeline } from "../media/plan.ts";
import { sourceInput, type SourceInput } from "../media/source-pieces.ts";
import { gridFrames, segmentSpan, type Timeline } from "../media/timeline.ts";
import type { TranscodingProvider } from "../plugin/sdk.ts";
import { packetDrop, sourceFilters, timelineFilters, type SoundRange } from "./audio-filters.ts";
import { audioEncoderArgs, videoEncoderArgs } from "./encoder-args.ts";
import { isBeforePictures, pictureSeek, soundSeek, type SeekTraits } from "./seek.ts";
import { fedFilter, fedInputArgs, isFed, soundFeedArgs, type SoundFeed } from "./sound-feed.ts";
import { gridFilters, shapeFilters } from "./video-filters.ts";

/** What one FFmpeg process is to make: segments `[from, to]` (counted from 1) of some renditions. */
export interface RunRequest {
  readonly plan: Plan;
  /** Absolute path of the source. */
  readonly sourcePath: string;
  readonly renditions: readonly Rendition[];
  readonly from: number;
  readonly to: number;
  /** Existing folder for `<rendition>.<n>.mp4`. */
  readonly outDir: string;
  readonly seekTraits: SeekTraits;
  /** How many tries before this one found that seeking went too far. */
  readonly caution: number;
  /** Pad a track that ends before its probe said so, for ever instead of for as long as the plan says. */
  readonly holdForEver: boolean;
}

/**
 * No run makes more segments than this. Boundary lists are one argument each, which Linux caps at 128 KiB, and
 * building them, with a look at each segment, is time in which nobody is served: 4000 took 15 ms.
 */
export const longestRun = 500;

/**
 * FFmpeg's arguments for a run. Standard output carries a CSV line for each finished file, as
 * `parseRunLine` reads it, mixed with `-progress` lines.
 */
export function runArgs(request: RunRequest, provider: TranscodingProvider): string[] {
  const { plan, renditions } = request;
  const video = renditions.filter((rendition) => rendition.kind === "video");
  const audio = renditions.filter((rendition) => rendition.kind === "audio");
  const feeds = soundFeeds(request);
  const readsSource = video.length > 0 || feeds.length === 0;
  return [
    ...["-nostdin", "-v", "error", "-nostats", "-progress", "pipe:1", "-stats_period", "0.5"],
    ...provider.globalArgs(),
    ...(readsSource ? filmArgs(request) : []),
    ...feeds.flatMap(({ fifoPath }) => fedInputArgs(fifoPath)),
    ...["-map_metadata", "-1", "-map_chapters", "-1"],
    ...videoOutputs(request, video, provider),
    ...audio.flatMap((rendition, i) => [
      ...audioOutput(request, rendition, feeds.length > 0 ? i + (readsSource ? 1 : 0) : null),
      ...outputArgs(request, rendition, renditionTimeline(plan, rendition)),
    ]),
  ];
}

/** The processes whose output `runArgs` reads, one an audio rendition; none where it decodes by itself. */
export function soundFeeds(request: RunRequest): SoundFeed[] {
  const { renditions, outDir, seekTraits, caution } = request;
  if (!isFed(seekTraits, caution)) return [];
  return renditions
    .filter((rendition) => rendition.kind === "audio")
    .map((rendition) => ({
      args: soundFeedArgs(
        { ...filmInput(request), seek: seekArgs({ ...request, renditions: [rendition] }) },
        rendition,
        soundRange(request, rendition),
      ),
      fifoPath: `${outDir}/${rendition.id}.${request.from}.nut`,
    }));
}

/** The film, whole or in the pieces of its clock. */
function filmInput({ plan, sourcePath }: RunRequest): SourceInput {
  const { joined } = plan.source;
  return sourceInput(sourcePath, joined?.container ?? "", joined?.pieces);
}

function filmArgs(request: RunRequest): string[] {
  const input = filmInput(request);
  return [
    ...inputLimitArgs,
    // -copyts and -noaccurate_seek: the filters alone decide, on absolute time, what belongs to the run.
    ...["-copyts", "-noaccurate_seek", ...seekArgs(request)],
    // The filters take pictures that change in mid-film; set up anew they would begin at zero again. How
    // pictures are turned the plan says.
    ...["-reinit_filter:v", "0", "-autorotate", "0", ...input.options, "-i", input.url],
  ];
}

function seekArgs({ plan, from, renditions, seekTraits, caution }: RunRequest): string[] {
  if (from === 1) return [];
  const begin = beginSeconds(plan, from);
  // -ss counts from the source's start time, which differs from the origin by less than half a frame.
  const targets = renditions.map((rendition) => {
    if (rendition.kind === "video") return pictureSeek(begin, seekTraits, caution);
    const { prerollFrames, frameSamples, sampleRateHz } = rendition.recipe;
    return soundSeek(begin - (prerollFrames * frameSamples) / sampleRateHz, seekTraits, caution);
  });
  const target = Math.min(...targets);
  const isFromStart = target <= 0 || beginsEarly(plan, begin, seekTraits);
  return isFromStart || isBeforePictures(target, seekTraits) ? [] : ["-ss", target.toFixed(6)];
}

/** Where a segment begins, seconds of the title. */
function beginSeconds({ grid }: Plan, from: number): number {
  return (gridFrames(grid)[from - 1] ?? 0) / toNumber(grid.frameRate);
}

/** Whether the first picture comes after a moment, by less than a frame at least where it stands beside the grid. */
function beginsEarly({ grid }: Plan, seconds: number, traits: SeekTraits): boolean {
  const { firstPictureSeconds } = traits;
  return (
    firstPictureSeconds > 0 && isBeforePictures(seconds - 1 / toNumber(grid.frameRate), traits)
  );
}

/** One decode for all rungs: the grid filters run once, then the pictures are split and shaped. */
function videoOutputs(
  request: RunRequest,
  renditions: readonly VideoRendition[],
  provider: TranscodingProvider,
): string[] {
  const [first] = renditions;
  if (first === undefined) return [];
  const { plan, from, to } = request;
  const boundaries = gridFrames(plan.grid);
  const startFrame = boundaries[from - 1];
  const endFrame = boundaries[to];
  if (startFrame === undefined || endFrame === undefined) throw badRange(request);
  const onGrid = gridFilters(
    plan.grid,
    {
      startFrame,
      endFrame,
      originMicroseconds: plan.source.originMicroseconds,
      holdSeconds: request.holdForEver ? Infinity : first.holdSeconds,
      isBeforePictures: beginsEarly(plan, beginSeconds(plan, from), request.seekTraits),
    },
    first.recipe.treatment,
  ).join(",");
  const shaped = (rendition: VideoRendition): string =>
    [...shapeFilters(rendition.recipe), ...provider.outputFilters(rendition.recipe)].join(",");
  const output = (rendition: VideoRendition): string[] => [
    ...videoEncoderArgs(rendition.recipe, provider),
    ...outputArgs(request, rendition, renditionTimeline(plan, rendition)),
  ];
  if (renditions.length === 1) {
    const filters = `${onGrid},${shaped(first)}`;
    return ["-map", `0:${first.track}`, "-vf", filters, ...output(first)];
  }
  const branches = renditions.map((rendition) => `[s${rendition.id}]`).join("");
  const graph = [
    `[0:${first.track}]${onGrid},split=${renditions.length}${branches}`,
    ...renditions.map((rendition) => `[s${rendition.id}]${shaped(rendition)}[${rendition.id}]`),
  ].join(";");
  return [
    ...["-filter_complex", graph],
    ...renditions.flatMap((rendition) => ["-map", `[${rendition.id}]`, ...output(rendition)]),
  ];
}

/** `fedInput`: the input that its sound comes from, decoded; null where it is decoded here. */
function audioOutput(
  request: RunRequest,
  rendition: AudioRendition,
  fedInput: number | null,
): string[] {
  const { recipe, track } = rendition;
  const range = soundRange(request, rendition);
  const first = fedInput === null ? sourceFilters(rendition, range) : [fedFilter];
  return [
    ...["-map", fedInput === null ? `0:${track}` : `${fedInput}:0`],
    ...["-af", [...first, ...timelineFilters(recipe, range)].join(",")],
    ...audioEncoderArgs(recipe),
    ...["-bsf:a", packetDrop(recipe, range.endFrame - range.startFrame)],
  ];
}

function soundRange(request: RunRequest, rendition: AudioRendition): SoundRange {
  const timeline = renditionTimeline(request.plan, rendition);
  return {
    startFrame: segmentSpan(timeline, request.from).start / timeline.frameTicks,
    endFrame: segmentSpan(timeline, request.to).end / timeline.frameTicks,
    originMicroseconds: request.plan.source.originMicroseconds,
    holdSeconds: request.holdForEver ? Infinity : rendition.holdSeconds,
  };
}

/** The segment muxer: one plain MP4 a segment, cut half a frame before each boundary of the timeline. */
function outputArgs(request: RunRequest, rendition: Rendition, timeline: Timeline): string[] {
  const { from, to, outDir } = request;
  const cuts: string[] = [];
  for (let n = from + 1; n <= to; n++) {
    const ticks = segmentSpan(timeline, n).start - timeline.frameTicks / 2;
    cuts.push((ticks / timeline.timescale).toFixed(6));
  }
  const track = rendition.kind === "video" ? `video_track_timescale=${timeline.timescale}:` : "";
  return [
    // Plain MP4 keeps the time offset in its edit list; negative time stamps must not move anything.
    ...["-avoid_negative_ts", "disabled", "-f", "segment"],
    // Without a list the muxer would cut every two seconds.
    ...(cuts.length > 0 ? ["-segment_times", cuts.join(",")] : ["-segment_time", "1000000"]),
    ...["-segment_format", "mp4", "-segment_start_number", String(from)],
    // The edit list is written in movie_timescale: at its default of 1000 it would round.
    ...["-segment_format_options", `${track}movie_timescale=${timeline.timescale}`],
    ...["-segment_list", "pipe:1", "-segment_list_type", "csv"],
    `${outDir}/${rendition.id}.%d.mp4`,
  ];
}

function badRange({ from, to }: RunRequest): ViewraError {
  return new ViewraError("INTERNAL", `expected a range of segments, got ${from} to ${to}`);
}
