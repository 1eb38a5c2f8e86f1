import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { films } from "./films.ts";
import { runTool } from "./timed-command.ts";

export const hostileFilms = {
  /** Two hours of a minute over and over: more segments than anybody waits for. */
  long: "two hours.mp4",
  /** A minute with 200 sound tracks. */
  manyTracks: "200 sound tracks.mp4",
  honest: films.hd1.fileName,
} as const;

/** Tracks of the film that has many. */
export const soundTracks = 200;

/** A library of the films that hostile clients ask for, and the one that the honest viewer watches. */
export async function makeHostileFilms(filmsDir: string, workDir: string): Promise<string> {
  const folder = join(workDir, "films");
  await mkdir(folder);
  await copyFile(join(filmsDir, hostileFilms.honest), join(folder, hostileFilms.honest));
  const minute = join(workDir, "minute.mp4");
  await ffmpeg([
    ...[
      "-f",
      "lavfi",
      "-i",
      "testsrc2=s=320x180:r=25:d=60",
      "-f",
      "lavfi",
      "-i",
      "sine=r=48000:d=60",
    ],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", minute],
  ]);
  const twoHours = [
    "-stream_loop",
    "119",
    "-i",
    minute,
    "-c",
    "copy",
    join(folder, hostileFilms.long),
  ];
  await ffmpeg(twoHours);
  const tracks = Array.from({ length: soundTracks }, () => ["-map", "0:a"]).flat();
  const many = ["-i", minute, "-map", "0:v", ...tracks, "-c", "copy"];
  await ffmpeg([...many, join(folder, hostileFilms.manyTracks)]);
  return folder;
}

async function ffmpeg(args: readonly string[]): Promise<void> {
  await runTool(["ffmpeg", "-nostdin", "-v", "error", "-y", ...args]);
}
