import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { runTool } from "./run-tool.ts";

export interface StaticRung {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export interface StaticOptions {
  readonly rate: string;
  readonly rungs: readonly StaticRung[];
  readonly framesPerSegment: number;
  readonly segmentSeconds: number;
  /** Put into FFmpeg's filter or options to make a stream that is wrong on purpose. */
  readonly videoFilter?: string;
  readonly soundFilter?: string;
}

const packager = join(import.meta.dir, "../../node_modules/shaka-packager/bin/packager-linux-x64");

/**
 * The reference that the instruments are tried on: a whole film encoded at once by FFmpeg and packaged
 * at once by Shaka Packager, laid out as the server names its objects.
 */
export async function packageStatic(
  film: string,
  folder: string,
  options: StaticOptions,
): Promise<void> {
  const gop = String(options.framesPerSegment);
  const outputs = options.rungs.flatMap((rung) => [
    ...["-map", "0:v:0", "-vf", videoFilter(rung, options), "-c:v", "libx264"],
    ...["-preset", "superfast", "-crf", "23", "-bf", "2", "-g", gop, "-keyint_min", gop],
    ...["-sc_threshold", "0", "-flags", "+cgop", join(folder, `${rung.id}.mp4`)],
  ]);
  const soundFilter = options.soundFilter ? ["-af", options.soundFilter] : [];
  const sound = ["-map", "0:a:0", ...soundFilter, "-ac", "2", "-c:a", "aac", "-b:a", "160k"];
  await mkdir(folder, { recursive: true });
  const encode = ["ffmpeg", "-nostdin", "-y", "-v", "error", "-i", film];
  await runTool([...encode, ...outputs, ...sound, "-ar", "48000", join(folder, "a1.mp4")]);
  const tracks = [
    ...options.rungs.map(({ id }) => ({ id, stream: "video" })),
    { id: "a1", stream: "audio" },
  ];
  const descriptors = tracks.map(({ id, stream }) => {
    const parts = [`in=${join(folder, `${id}.mp4`)}`, `stream=${stream}`];
    parts.push(`init_segment=${join(folder, id, "init.mp4")}`);
    parts.push(`segment_template=${join(folder, id, "$Number$.m4s")}`);
    parts.push(`playlist_name=${id}.m3u8`);
    if (stream === "audio") parts.push("hls_group_id=audio", "hls_name=Audio");
    return parts.join(",");
  });
  const manifests = ["--generate_static_live_mpd", "--mpd_output", join(folder, "manifest.mpd")];
  manifests.push("--hls_master_playlist_output", join(folder, "master.m3u8"));
  const length = ["--segment_duration", String(options.segmentSeconds)];
  await runTool([packager, ...descriptors, ...length, ...manifests]);
}

function videoFilter(rung: StaticRung, options: StaticOptions): string {
  const wanted = options.videoFilter ? `${options.videoFilter},` : "";
  return `${wanted}fps=fps=${options.rate}:start_time=0,scale=${rung.width}:${rung.height},setsar=1`;
}
