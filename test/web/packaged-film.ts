import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { runTool } from "../support/run-tool.ts";

const packager = join(import.meta.dir, "../../node_modules/shaka-packager/bin/packager-linux-x64");

export const filmSeconds = 24;

/**
 * A film with two rungs and two audio tracks, packaged whole as DASH and HLS, laid out as the server
 * names its objects. Moving pictures, so that a screenshot shows whether it plays.
 */
export async function packageFilm(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const film = join(folder, "film.mp4");
  const pictures = `testsrc2=s=320x180:r=24:d=${filmSeconds}`;
  const tone = (hz: number): string => `sine=f=${hz}:r=48000:d=${filmSeconds}`;
  const inputs = [pictures, tone(330), tone(660)].flatMap((graph) => ["-f", "lavfi", "-i", graph]);
  const video = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
  const grid = ["-g", "48", "-keyint_min", "48", "-sc_threshold", "0"];
  const small = ["-map", "0:v", "-vf", "scale=160:90", ...video, ...grid, "-b:v", "60k"];
  const large = ["-map", "0:v", ...video, ...grid, "-b:v", "300k"];
  const sound = (input: number): string[] => ["-map", `${input}:a`, "-c:a", "aac", "-b:a", "64k"];
  const file = (id: string): string => join(folder, `${id}.mp4`);
  await runTool([
    ...["ffmpeg", "-nostdin", "-y", "-v", "error", ...inputs],
    ...[...small, file("v90"), ...large, file("v180")],
    ...[...sound(1), file("a1"), ...sound(2), file("a2")],
    ...["-map", "0:v", "-map", "1:a", "-c:v", "libx264", "-preset", "ultrafast", film],
  ]);
  const tracks = ["v90", "v180", "a1", "a2"].map((id) => {
    const parts = [`in=${file(id)}`, `stream=${id.startsWith("v") ? "video" : "audio"}`];
    parts.push(`init_segment=${join(folder, id, "init.mp4")}`);
    parts.push(`segment_template=${join(folder, id, "$Number$.m4s")}`, `playlist_name=${id}.m3u8`);
    const name = id === "a1" ? "English" : "German";
    const language = id === "a1" ? "en" : "de";
    if (id.startsWith("a")) {
      parts.push(`language=${language}`, "hls_group_id=audio", `hls_name=${name}`);
      parts.push(`dash_label=${name}`);
    }
    return parts.join(",");
  });
  const manifests = ["--generate_static_live_mpd", "--mpd_output", join(folder, "manifest.mpd")];
  manifests.push("--hls_master_playlist_output", join(folder, "master.m3u8"));
  const length = ["--segment_duration", "2", "--default_language", "en"];
  await runTool([packager, ...tracks, ...length, ...manifests]);
}
