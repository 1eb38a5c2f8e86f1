import { rm } from "node:fs/promises";
import { frameCodeFilter } from "./frame-code.ts";
import { writeNoise } from "./noise.ts";
import { runTool } from "./run-tool.ts";

export interface SoundOptions {
  readonly channels?: 1 | 2 | 6;
  readonly sampleRateHz?: 44_100 | 48_000;
  /** FFmpeg encoder; `aac` where the container does not ask for another. */
  readonly encoder?: string;
  readonly language?: string;
  /** Seconds from the film's start to the first sample: sound that starts late. */
  readonly startSeconds?: number;
  /** Seconds from the film's start to the last sample: sound that ends early. */
  readonly endSeconds?: number;
}

export interface FilmOptions {
  /** `24000/1001`, `25`, …; `vfr` is 30 pictures a second with three of ten missing. */
  readonly rate?: string;
  readonly durationSeconds?: number;
  readonly width?: number;
  readonly height?: number;
  /** FFmpeg encoder, libx264 unless told; null makes a film of sound alone. */
  readonly videoEncoder?: string | null;
  /** Seconds from the film's start to its first and last picture, where they leave out some of it. */
  readonly pictures?: { readonly startSeconds: number; readonly endSeconds: number };
  readonly sound?: readonly SoundOptions[];
  /** Clock value of the film's start; kept by MPEG-TS and Matroska. */
  readonly startSeconds?: number;
  /** Written as a display matrix: the picture is stored lying on its side. */
  readonly rotationDegrees?: 0 | 90 | 180 | 270;
  /** Coded as interlaced; both fields show the same moment, so that picture numbers stay legible. */
  readonly interlaced?: boolean;
}

/**
 * Makes a film at `path`, the container by its extension: a scrolling test card that carries its
 * picture number (see frame-code.ts), and noise without repetition that differs in every channel.
 * The same options give the same pictures and sound.
 */
export async function makeSource(path: string, options: FilmOptions = {}): Promise<void> {
  const { durationSeconds = 10, sound = [{}], startSeconds = 0 } = options;
  const inputs: string[] = [];
  const outputs: string[] = [];
  const noises: string[] = [];
  let inputCount = 0;
  if (options.videoEncoder !== null) {
    const { startSeconds: from, endSeconds: to } = options.pictures ?? {
      ...{ startSeconds: 0, endSeconds: durationSeconds },
    };
    if (from !== 0) inputs.push("-itsoffset", String(from));
    inputs.push("-f", "lavfi", "-i", pictureGraph(options, to - from));
    outputs.push("-map", `${inputCount++}:v`, ...videoArgs(options));
  }
  for (const [i, track] of sound.entries()) {
    const { channels = 2, sampleRateHz = 48_000, startSeconds: late = 0 } = track;
    const noise = `${path}.noise${i}`;
    const seconds = (track.endSeconds ?? durationSeconds) - late;
    await writeNoise(noise, { channels, sampleRateHz, seconds, seed: i * 16 + 1 });
    noises.push(noise);
    if (late !== 0) inputs.push("-itsoffset", String(late));
    const layout = { 1: "mono", 2: "stereo", 6: "5.1" }[channels];
    inputs.push("-f", "s16le", "-ar", String(sampleRateHz), "-ac", String(channels));
    inputs.push("-channel_layout", layout, "-i", noise);
    const encoder = track.encoder ?? soundEncoder(path);
    outputs.push("-map", `${inputCount++}:a`, `-c:a:${i}`, encoder);
    // A third of the time, for sound that is as good to compare with.
    if (encoder === "aac") outputs.push(`-aac_coder:a:${i}`, "fast");
    outputs.push(`-b:a:${i}`, `${96 * channels}k`);
    if (track.language) outputs.push(`-metadata:s:a:${i}`, `language=${track.language}`);
  }
  if (startSeconds !== 0) outputs.push("-output_ts_offset", String(startSeconds));
  try {
    await runTool(["ffmpeg", "-nostdin", "-y", "-v", "error", ...inputs, ...outputs, path]);
  } finally {
    await Promise.all(noises.map((noise) => rm(noise, { force: true })));
  }
  if (options.rotationDegrees) await turn(path, options.rotationDegrees);
}

function pictureGraph(options: FilmOptions, durationSeconds: number): string {
  const { width = 426, height = 240, rate = "25" } = options;
  const isVariable = rate === "vfr";
  const steady = isVariable ? "30" : rate;
  const card = `testsrc2=size=${width}x${height}:rate=${steady}:duration=${durationSeconds}`;
  const thinning = isVariable ? ",select='gt(mod(n*17,10),2)'" : "";
  const fields = options.interlaced ? ",setfield=tff" : "";
  const overlay = frameCodeFilter(width, height, steady);
  // A scroll of 1 % a picture: every part of the card changes from one picture to the next.
  return `${card},scroll=horizontal=0.01[card];${overlay}[code];[card][code]overlay=shortest=1,format=yuv420p${thinning}${fields}`;
}

function videoArgs(options: FilmOptions): string[] {
  const encoder = options.videoEncoder ?? "libx264";
  const args = ["-c:v", encoder, "-fps_mode", "passthrough"];
  if (encoder === "libx264") {
    // Open GOPs longer than a segment: seeks of the server must be exact in spite of them.
    args.push("-preset", "ultrafast", "-crf", "16", "-bf", "2", "-g", "90");
    if (options.interlaced) args.push("-flags", "+ildct+ilme");
  } else {
    args.push("-q:v", "3");
  }
  return args;
}

function soundEncoder(path: string): string {
  if (path.endsWith(".avi")) return "pcm_s16le";
  if (path.endsWith(".mkv")) return "flac";
  return "aac";
}

async function turn(path: string, degrees: number): Promise<void> {
  const turned = path.replace(/(\.\w+)$/, ".turned$1");
  const args = ["-map", "0", "-c", "copy", "-metadata:s:v:0", `rotate=${degrees}`];
  await runTool(["ffmpeg", "-nostdin", "-y", "-v", "error", "-i", path, ...args, turned]);
  await runTool(["mv", turned, path]);
}
