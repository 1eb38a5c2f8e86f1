import { runTool, tryTool } from "./run-tool.ts";

export interface Encoder {
  readonly name: string;
  readonly kind: "video" | "audio";
  /** The codec it writes, as ffprobe names it. */
  readonly codec: string;
}

/** The encoders of pictures and sound that this FFmpeg has, those of devices included. */
export async function listEncoders(): Promise<Encoder[]> {
  const { stdout } = await runTool(["ffmpeg", "-v", "error", "-codecs"]);
  const lines = new TextDecoder().decode(stdout).split("\n");
  return lines.flatMap((line): Encoder[] => {
    const [, letter, codec] = /^ .E([VA])... (\S+) /.exec(line) ?? [];
    if (letter === undefined || codec === undefined) return [];
    const names = /\(encoders: ([^)]*)\)/.exec(line)?.[1]?.trim().split(/\s+/) ?? [codec];
    return names.map((name) => ({ name, codec, kind: letter === "V" ? "video" : "audio" }));
  });
}

/** Shapes that some encoder insists on, the usual first. */
const shapes: Readonly<Record<Encoder["kind"], readonly (readonly string[])[]>> = {
  video: [
    ["-s", "176x144"],
    ["-s", "320x240", "-profile:v", "dnxhr_lb", "-pix_fmt", "yuv422p"],
    ["-s", "720x576", "-pix_fmt", "yuv420p"],
    ["-s", "720x486", "-pix_fmt", "uyvy422"],
    ["-s", "256x256", "-r", "30"],
  ],
  audio: [
    ["-ar", "48000", "-ac", "2"],
    ["-ar", "44100", "-ac", "1"],
    ["-ar", "8000", "-ac", "1"],
    ["-ar", "16000", "-ac", "1"],
    ["-ar", "22050", "-ac", "1"],
    ["-ar", "96000", "-ac", "6"],
  ],
};

const inAHurry: Readonly<Record<string, readonly string[]>> = {
  "libaom-av1": ["-cpu-used", "8", "-usage", "realtime"],
  librav1e: ["-speed", "10"],
  libsvtav1: ["-preset", "12"],
  libvpx: ["-deadline", "realtime", "-cpu-used", "8"],
  "libvpx-vp9": ["-deadline", "realtime", "-cpu-used", "8"],
  libx265: ["-preset", "ultrafast"],
};

const containers = ["mkv", "mov", "nut", "avi", "wav", "caf", "mxf", "ogg", "rm", "flv", "ts"];

/** Makes three seconds with an encoder in the first container that keeps its codec; null when none does. */
export async function makeWithEncoder(
  { name, kind, codec }: Encoder,
  pathWithoutEnding: string,
): Promise<string | null> {
  const input = kind === "video" ? "testsrc2=s=176x144:r=25:d=3" : "sine=f=440:r=48000:d=3";
  const make = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", input];
  const encode = [kind === "video" ? "-c:v" : "-c:a", name, "-strict", "-2"];
  for (const shape of shapes[kind]) {
    const options = [...encode, ...shape, ...(inAHurry[name] ?? [])];
    const tried = await tryTool([...make, ...options, "-frames", "2", "-f", "null", "-"]);
    if (tried.exitCode !== 0) continue;
    for (const container of containers) {
      const path = `${pathWithoutEnding}.${container}`;
      const made = await tryTool([...make, ...options, path]);
      if (made.exitCode === 0 && (await codecOf(path)) === codec) return path;
    }
    return null;
  }
  return null;
}

/** AVI and others take anything, and nobody can tell afterwards what it was. */
async function codecOf(path: string): Promise<string> {
  const show = ["-show_entries", "stream=codec_name", "-of", "csv=p=0"];
  const { stdout } = await tryTool(["ffprobe", "-v", "error", "-strict", "-2", ...show, path]);
  return new TextDecoder().decode(stdout).trim();
}
