import { boundaryTicks } from "../../media/boundaries.ts";
import { inputLimitArgs } from "../../media/ffmpeg-limits.ts";
import { toNumber } from "../../media/rational.ts";
import { sourceInput, type SourceInput } from "../../media/source-pieces.ts";
import { segmentSpan } from "../../media/timeline.ts";
import type { DeviceEncoder, DevicePath } from "../../plugin/sdk.ts";
import type { SeekTraits } from "../located-source.ts";
import type { SegmentRun } from "../segment-run.ts";
import {
  packetDrop,
  readAheadSeconds,
  shortened,
  sourceFilters,
  timelineFilters,
  type SoundRange,
} from "./audio-filters.ts";
import {
  overlayFilters,
  textFilters,
  type PicturesToBurn,
  type SubtitlesToBurn,
} from "./burnt/burn-filters.ts";
import type { EncodedAudio, EncodedRendition, EncodedVideo } from "./encoded-rendition.ts";
import { audioEncoderArgs, videoEncoderArgs } from "./encoder-args.ts";
import { frameRange } from "./frame-range.ts";
import { encodedTimeline, frameCount, frameNumbers, type FrameTimeline } from "./frame-timeline.ts";
import { isBeforePictures, pictureSeek, soundSeek } from "./seek.ts";
import { fedFilter, fedInputArgs, isFed, soundFeedArgs, type SoundFeed } from "./sound-feed.ts";
import { gridFilters, shapeFilters } from "./video-filters.ts";

/** What one FFmpeg process is to make. */
export interface EncodeRunRequest extends SegmentRun<EncodedRendition> {
  /** Existing folder for `<rendition>.<n>.mp4`. */
  readonly outDir: string;
  /** What is drawn into its pictures; null where nothing is to be seen in any of them. */
  readonly burnt?: SubtitlesToBurn | null;
  /** How a device decodes its pictures; null, or left out, where the processor does. */
  readonly path?: DevicePath | null;
}

/**
 * FFmpeg's arguments for a run; `encoder` writes its pictures, null where it has none. Standard output carries a CSV line for each finished file, as
 * `parseRunLine` reads it, mixed with `-progress` lines.
 */
export function runArgs(request: EncodeRunRequest, encoder: DeviceEncoder | null): string[] {
  const { renditions } = request;
  const video = renditions.filter((rendition) => rendition.kind === "video");
  const audio = renditions.filter((rendition) => rendition.kind === "audio");
  const feeds = soundFeeds(request);
  const readsSource = video.length > 0 || feeds.length === 0;
  return [
    ...["-nostdin", "-v", "error", "-nostats", "-progress", "pipe:1", "-stats_period", "0.5"],
    ...(encoder?.globalArgs ?? []),
    ...(request.path?.globalArgs ?? []),
    ...(readsSource ? filmArgs(request) : []),
    ...feeds.flatMap(({ fifoPath }) => fedInputArgs(fifoPath)),
    ...(request.burnt?.of === "pictures" ? ["-copyts", "-i", `file:${request.burnt.path}`] : []),
    ...["-map_metadata", "-1", "-map_chapters", "-1"],
    ...(encoder === null ? [] : videoOutputs(request, video, encoder)),
    ...audio.flatMap((rendition, i) => [
      ...audioOutput(request, rendition, feeds.length > 0 ? i + (readsSource ? 1 : 0) : null),
      ...outputArgs(request, rendition, encodedTimeline(request.frame, rendition)),
    ]),
  ];
}

/** The processes whose output `runArgs` reads, one an audio rendition; none where it decodes by itself. */
export function soundFeeds(request: EncodeRunRequest): SoundFeed[] {
  const { renditions, outDir, source, attempt } = request;
  if (!isFed(source, attempt)) return [];
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
function filmInput({ frame, source }: EncodeRunRequest): SourceInput {
  const { joined } = frame.source;
  return sourceInput(source.path, joined?.container ?? "", joined?.pieces);
}

function filmArgs(request: EncodeRunRequest): string[] {
  const input = filmInput(request);
  return [
    ...inputLimitArgs,
    ...(request.path?.inputArgs ?? []),
    // -copyts and -noaccurate_seek: the filters alone decide, on absolute time, what belongs to the run.
    ...["-copyts", "-noaccurate_seek", ...seekArgs(request)],
    // The filters take pictures that change in mid-film; set up anew they would begin at zero again. How
    // pictures are turned the plan says.
    ...["-reinit_filter:v", "0", "-autorotate", "0", ...input.options, "-i", input.url],
  ];
}

function seekArgs(request: EncodeRunRequest): string[] {
  const { from, renditions, source, attempt } = request;
  if (from === 1) return [];
  const begin = beginSeconds(request);
  // -ss counts from the source's start time, which differs from the origin by less than half a frame.
  const targets = renditions.map((rendition) => {
    if (rendition.kind === "video") return pictureSeek(begin, source, attempt);
    return soundSeek(begin - readAheadSeconds(rendition.recipe), source, attempt);
  });
  const target = Math.min(...targets);
  const isFromStart =
    target <= 0 ||
    renditions.some((each) => each.kind === "video" && beginsEarly(each, begin, source));
  return isFromStart || isBeforePictures(target, source) ? [] : ["-ss", target.toFixed(6)];
}

/** Where a run begins, seconds of the title. */
function beginSeconds({ frame, from }: EncodeRunRequest): number {
  return (boundaryTicks(frame.boundaries)[from - 1] ?? 0) / frame.boundaries.timescale;
}

/** Whether the first picture comes after a moment, by less than a frame at least where it stands beside the grid. */
function beginsEarly({ recipe }: EncodedVideo, seconds: number, traits: SeekTraits): boolean {
  if (traits.firstPictureSeconds === 0) return false;
  return isBeforePictures(seconds - 1 / toNumber(recipe.frameRate), traits);
}

/** One decode for all rungs: the grid filters run once, then the pictures are split and shaped. */
function videoOutputs(
  request: EncodeRunRequest,
  renditions: readonly EncodedVideo[],
  encoder: DeviceEncoder,
): string[] {
  const [first] = renditions;
  if (first === undefined) return [];
  const { frame, source } = request;
  const { startFrame, endFrame, frameRate } = frameRange(request, first);
  const device = request.path?.filters ?? null;
  const onGrid = gridFilters(
    frameRate,
    {
      startFrame,
      endFrame,
      originMicroseconds: frame.source.originMicroseconds,
      holdSeconds: request.holdForEver ? Infinity : first.holdSeconds,
      isBeforePictures: beginsEarly(first, beginSeconds(request), source),
    },
    first.recipe.treatment,
    device,
  ).join(",");
  const burnt = request.burnt ?? null;
  const shaped = (rendition: EncodedVideo): string => {
    if (device !== null) return [...device.scale(rendition.recipe), "setsar=1"].join(",");
    return [
      ...shapeFilters(rendition.recipe),
      ...(burnt?.of === "text" ? textFilters(burnt) : []),
      ...encoder.outputFilters(rendition.recipe),
    ].join(",");
  };
  const output = (rendition: EncodedVideo): string[] => [
    ...videoEncoderArgs(rendition.recipe, device ?? encoder),
    ...keyFrameArgs(request, rendition),
    ...outputArgs(request, rendition, encodedTimeline(frame, rendition)),
  ];
  if (burnt?.of === "pictures") {
    const graph = overlaidGraph(
      // The film and the sound that is fed stand before it.
      { film: `0:${first.track}`, subtitles: `${1 + soundFeeds(request).length}:v` },
      onGrid,
      renditions,
      burnt,
      encoder,
    );
    return [
      ...["-filter_complex", graph],
      ...renditions.flatMap((rendition) => ["-map", `[${rendition.id}]`, ...output(rendition)]),
    ];
  }
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

/** A filter graph that lays the pictures of one input over those of each rung. */
function overlaidGraph(
  inputs: { readonly film: string; readonly subtitles: string },
  onGrid: string,
  renditions: readonly EncodedVideo[],
  burnt: PicturesToBurn,
  encoder: DeviceEncoder,
): string {
  const count = renditions.length;
  const split = (name: string): string =>
    `split=${count}${renditions.map(({ id }) => `[${name}${id}]`).join("")}`;
  return [
    `[${inputs.film}]${onGrid},${split("s")}`,
    `[${inputs.subtitles}]${split("p")}`,
    ...renditions.flatMap(({ id, recipe }) => {
      const { prepare, overlay } = overlayFilters(burnt, recipe, recipe.color.matrix);
      const rest = [overlay, "format=yuv420p", ...encoder.outputFilters(recipe)].join(",");
      return [
        `[s${id}]${shapeFilters(recipe).join(",")}[f${id}]`,
        `[p${id}]${prepare.join(",")}[o${id}]`,
        `[f${id}][o${id}]${rest}[${id}]`,
      ];
    }),
  ].join(";");
}

/** `fedInput`: the input that its sound comes from, decoded; null where it is decoded here. */
function audioOutput(
  request: EncodeRunRequest,
  rendition: EncodedAudio,
  fedInput: number | null,
): string[] {
  const { recipe, track } = rendition;
  const range = soundRange(request, rendition);
  const frames = range.endFrame - range.startFrame;
  const { frameTicks, boundaries } = encodedTimeline(request.frame, rendition);
  const lastTicks = (boundaries[request.to] ?? 0) % frameTicks;
  const first = fedInput === null ? sourceFilters(rendition, range) : [fedFilter];
  return [
    ...["-map", fedInput === null ? `0:${track}` : `${fedInput}:0`],
    ...["-af", [...first, ...timelineFilters(recipe, range)].join(",")],
    ...audioEncoderArgs(recipe),
    ...["-bsf:a", [packetDrop(recipe, frames), ...shortened(frames, lastTicks)].join(",")],
  ];
}

function soundRange(request: EncodeRunRequest, rendition: EncodedAudio): SoundRange {
  const timeline = encodedTimeline(request.frame, rendition);
  return {
    startFrame: segmentSpan(timeline, request.from).start / timeline.frameTicks,
    endFrame: frameCount(timeline, segmentSpan(timeline, request.to).end),
    originMicroseconds: request.frame.source.originMicroseconds,
    holdSeconds: request.holdForEver ? Infinity : rendition.holdSeconds,
  };
}

/** The segment muxer: one plain MP4 a segment, cut half a frame before each boundary of the timeline. */
function outputArgs(
  request: EncodeRunRequest,
  rendition: EncodedRendition,
  timeline: FrameTimeline,
): string[] {
  const { from, to, outDir } = request;
  const cuts: string[] = [];
  for (let n = from + 1; n <= to; n++) {
    const ticks = segmentSpan(timeline, n).start - timeline.frameTicks / 2;
    cuts.push((ticks / timeline.timescale).toFixed(6));
  }
  const track = rendition.kind === "video" ? `video_track_timescale=${timeline.timescale}:` : "";
  const isFlac = rendition.kind === "audio" && rendition.recipe.codec === "flac";
  return [
    // Plain MP4 keeps the time offset in its edit list; negative time stamps must not move anything.
    ...["-avoid_negative_ts", "disabled", "-f", "segment"],
    // Without a list the muxer would cut every two seconds.
    ...(cuts.length > 0 ? ["-segment_times", cuts.join(",")] : ["-segment_time", "1000000"]),
    ...["-segment_format", "mp4", "-segment_start_number", String(from)],
    // The edit list is written in movie_timescale: at its default of 1000 it would round.
    ...[
      "-segment_format_options",
      `${track}${isFlac ? "strict=experimental:" : ""}movie_timescale=${timeline.timescale}`,
    ],
    ...["-segment_list", "pipe:1", "-segment_list_type", "csv"],
    // The muxer takes a per cent sign for a number to be put there.
    `${outDir.replaceAll("%", "%%")}/${rendition.id}.%d.mp4`,
  ];
}

/**
 * Where key frames are to be: told to an encoder where it would not find them by counting. One that counts is
 * left to it, since x264 decides otherwise about what is told.
 */
function keyFrameArgs(request: EncodeRunRequest, { recipe }: EncodedVideo): string[] {
  const { frame, from, to } = request;
  const frames = frameNumbers(frame.boundaries, recipe.frameRate).slice(from - 1, to);
  const isCounted = frames.every(
    (at, i) => i === 0 || at - (frames[i - 1] ?? 0) === recipe.gopFrames,
  );
  if (isCounted) return [];
  const { num, den } = recipe.frameRate;
  // A quarter of a frame early: FFmpeg rounds to whole frames, and takes the first one not before.
  const times = frames.slice(1).map((at) => (((at - 0.25) * den) / num).toFixed(6));
  return ["-force_key_frames", times.join(",")];
}
