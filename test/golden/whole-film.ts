import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { encodedTimeline } from "../../src/rendition/encode/frame-timeline.ts";
import type { EncodedPlan } from "../../src/rendition/build-plan.ts";
import type {
  EncodedAudio,
  EncodedRendition,
  EncodedVideo,
} from "../../src/rendition/encode/encoded-rendition.ts";
import { formatRational } from "../../src/media/rational.ts";
import { totalTicks } from "../../src/media/timeline.ts";
import { runTool } from "../support/run-tool.ts";

export const packagerPath = join(
  import.meta.dir,
  "../../node_modules/shaka-packager/bin/packager-linux-x64",
);

/** Encodes `frames` codec frames of a test picture or tone as one plain MP4. */
export async function encodeRendition(
  rendition: EncodedRendition,
  frames: number,
  path: string,
): Promise<void> {
  const { timescale, input } = encoding(rendition, frames);
  const scale = ["-movie_timescale", timescale];
  if (rendition.kind === "video") scale.push("-video_track_timescale", timescale);
  await runTool([...input, ...scale, "-f", "mp4", `file:${path}`]);
}

/** The same, as one plain MP4 a segment: `<folder>/<id>.<n>.mp4`. */
export async function encodeSegments(
  plan: EncodedPlan,
  rendition: EncodedRendition,
  folder: string,
): Promise<void> {
  const { timescale, input } = encoding(rendition, frameCount(plan, rendition));
  const { boundaries, frameTicks } = encodedTimeline(plan, rendition);
  const cuts = boundaries
    .slice(1, -1)
    .map((ticks) => ((ticks - frameTicks / 2) / Number(timescale)).toFixed(6));
  const track = rendition.kind === "video" ? `video_track_timescale=${timescale}:` : "";
  await runTool([
    ...[...input, "-f", "segment", "-segment_times", cuts.join(","), "-segment_format", "mp4"],
    ...["-segment_format_options", `${track}movie_timescale=${timescale}`],
    ...["-segment_start_number", "1", join(folder, `${rendition.id}.%d.mp4`)],
  ]);
}

function encoding(
  rendition: EncodedRendition,
  frames: number,
): { timescale: string; input: string[] } {
  const { recipe } = rendition;
  return {
    timescale: String(recipe.kind === "video" ? recipe.timescale : recipe.sampleRateHz),
    input: [
      ...["ffmpeg", "-nostdin", "-v", "error", "-y"],
      ...(rendition.kind === "video" ? videoArgs(rendition, frames) : audioArgs(rendition, frames)),
      ...["-avoid_negative_ts", "disabled"],
    ],
  };
}

function videoArgs({ recipe }: EncodedVideo, frames: number): string[] {
  const rate = formatRational(recipe.frameRate);
  const bitrate = String(recipe.maxBitrateBps);
  const gop = String(recipe.gopFrames);
  return [
    ...["-f", "lavfi", "-i", `testsrc2=s=${recipe.width}x${recipe.height}:r=${rate}`],
    ...["-vf", "setsar=1", "-frames:v", String(frames), "-c:v", "libx264", "-preset", "superfast"],
    ...["-crf", "30", "-maxrate", bitrate, "-bufsize", bitrate, "-profile:v", "high"],
    ...["-level", recipe.level, "-pix_fmt", "yuv420p", "-g", gop, "-keyint_min", gop],
    ...[
      "-sc_threshold",
      "0",
      "-threads",
      "1",
      "-bf",
      "2",
      "-flags",
      "+cgop",
      "-colorspace",
      "smpte170m",
    ],
    ...["-color_primaries", "smpte170m", "-color_trc", "smpte170m", "-color_range", "tv"],
  ];
}

function audioArgs({ recipe }: EncodedAudio, frames: number): string[] {
  const { sampleRateHz, frameSamples, prerollFrames } = recipe;
  const lead = prerollFrames * frameSamples;
  const samples = frames * frameSamples + lead;
  return [
    ...["-f", "lavfi", "-i", `sine=f=440:r=${sampleRateHz}`],
    ...["-af", `atrim=end_sample=${samples}`, "-ac", String(recipe.channels), "-c:a", "aac"],
    ...["-b:a", String(recipe.bitrateBps), "-bsf:a", `noise=drop=lt(n\\,${prerollFrames + 1})`],
    ...["-output_ts_offset", String(-lead / sampleRateHz)],
  ];
}

/** Codec frames of a whole rendition. */
export function frameCount(plan: EncodedPlan, rendition: EncodedRendition): number {
  const timeline = encodedTimeline(plan, rendition);
  return totalTicks(timeline) / timeline.frameTicks;
}

/**
 * Shaka Packager over whole encodes with the options written out as its manual has them: what the
 * described and stretched manifests are held against.
 */
export async function packageWhole(
  plan: EncodedPlan,
  pathOf: (rendition: EncodedRendition) => string,
  folder: string,
  segmentSeconds: number,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const rank = (rendition: EncodedRendition): number =>
    rendition.kind === "video" ? 0 : rendition.isDefault ? 1 : 2;
  const ordered = plan.renditions.toSorted((a, b) => rank(a) - rank(b));
  const descriptors = ordered.map((rendition) => {
    const { id, kind } = rendition;
    const common = [
      `in=${pathOf(rendition)},stream=${kind},init_segment=${id}/init.mp4`,
      `segment_template=${id}/$Number$.m4s,playlist_name=${id}.m3u8`,
    ];
    if (rendition.kind === "video") return common.join(",");
    const { language, label, role } = rendition;
    const names = `lang=${language},hls_group_id=audio,hls_name=${label}`;
    return [...common, names, `dash_label=${label},dash_roles=${role}`].join(",");
  });
  await runTool([
    ...["env", "-C", folder, packagerPath, ...descriptors],
    ...["--segment_duration", String(segmentSeconds), "--use_fake_clock_for_muxer"],
    ...["--single_threaded", "--default_language", "fr", "--generate_static_live_mpd"],
    ...["--mpd_output", "manifest.mpd", "--hls_master_playlist_output", "master.m3u8"],
  ]);
}
