import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { runTool } from "./timed-command.ts";

/** A source of known shape. */
export interface Film {
  readonly fileName: string;
  readonly height: number;
  readonly seconds: number;
}

const rate = 25;
const minuteSeconds = 60;

export const films = {
  hd1: { fileName: "720p 1 minute.mp4", height: 720, seconds: minuteSeconds },
  hd10: { fileName: "720p 10 minutes.mp4", height: 720, seconds: minuteSeconds * 10 },
  fhd1: { fileName: "1080p 1 minute.mp4", height: 1080, seconds: minuteSeconds },
  fhd10: { fileName: "1080p 10 minutes.mp4", height: 1080, seconds: minuteSeconds * 10 },
} as const satisfies Record<string, Film>;

/** Still clouds with detail of all sizes, larger than the picture: what the camera moves over. */
const still = [
  ...["-f", "lavfi", "-i", "color=gray:s=60x34,noise=alls=100:all_seed=1,scale=2880:1620"],
  ...["-f", "lavfi", "-i", "color=gray:s=320x180,noise=alls=100:all_seed=2,scale=2880:1620"],
  ...["-f", "lavfi", "-i", "color=gray:s=1440x810,noise=alls=60:all_seed=3,scale=2880:1620"],
  "-filter_complex",
  "[0][1]blend=all_expr='A+(B-128)*0.5'[a];[a][2]blend=all_expr='A+(B-128)*0.3',hue=s=0.4,setsar=1,format=yuv420p",
  ...["-frames:v", "1"],
];

/** A moving camera, a cut every seven seconds and film grain: as costly to encode as an ordinary film. */
const camera = [
  `loop=-1:1,setpts=N/${rate}/TB,fps=${rate}`,
  "crop=1920:1080:x='(iw-ow)*(0.5+0.5*sin(t/3+2*floor((t+1)/7)))':y='(ih-oh)*(0.5+0.5*cos(t/4+3*floor((t+1)/7)))'",
].join(",");
const grain = "noise=c0s=6:c0f=t:c0_seed=4";
const x264 = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "21", "-g", "250"];
const sound =
  "anoisesrc=r=48000:c=pink:a=0.2:seed=5[n];sine=f=220:r=48000[s];[n][s]amix=2,aformat=channel_layouts=stereo";

/**
 * Makes the films where they are missing and answers with their folder. The long ones are the short ones
 * ten times over, so that the same pictures stand at their start: what differs is the length alone.
 */
export async function makeFilms(cacheDir: string, say: (line: string) => void): Promise<string> {
  const recipe = JSON.stringify([films, still, camera, grain, x264, sound]);
  const version = createHash("sha256").update(recipe).digest("hex").slice(0, 8);
  const folder = join(cacheDir, `films-${version}`);
  if ((await readdir(folder).catch(() => [])).length === Object.keys(films).length) return folder;
  await mkdir(cacheDir, { recursive: true });
  const draft = await mkdtemp(join(cacheDir, "making-"));
  const scratch = await mkdtemp(join(cacheDir, "scratch-"));
  try {
    say("making the films, once: a few minutes");
    const stillPath = join(scratch, "still.png");
    await ffmpeg([...still, stillPath]);
    for (const height of [720, 1080]) {
      const pictures = join(scratch, `${height}.mp4`);
      const shape = `${camera},scale=-2:${height},${grain},format=yuv420p`;
      const length = ["-frames:v", String(minuteSeconds * rate)];
      await ffmpeg(["-i", stillPath, "-vf", shape, ...x264, ...length, pictures]);
      say(`the pictures at ${height} lines are there`);
      for (const film of Object.values(films).filter((each) => each.height === height)) {
        await combine(pictures, film, join(draft, film.fileName));
      }
    }
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
    return folder;
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The minute of pictures as often as it takes, with sound. */
function combine(pictures: string, { seconds }: Film, path: string): Promise<void> {
  const repeats = Math.round(seconds / minuteSeconds) - 1;
  return ffmpeg([
    ...["-stream_loop", String(repeats), "-i", pictures, "-f", "lavfi", "-i", sound],
    ...["-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "aac", "-b:a", "160k"],
    ...["-t", String(seconds), "-movflags", "+faststart", path],
  ]);
}

async function ffmpeg(args: readonly string[]): Promise<void> {
  await runTool(["ffmpeg", "-nostdin", "-v", "error", "-y", ...args]);
}
