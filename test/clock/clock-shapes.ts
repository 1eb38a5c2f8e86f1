import { rm } from "node:fs/promises";
import { frameCodeFilter } from "../support/frame-code.ts";
import { runTool } from "../support/run-tool.ts";

/**
 * Films made from lists of properties: containers × clocks. Every picture carries its number, and a tone
 * of a tenth of a second begins with every 25th, from the 12th on: what is shown and heard when can be read back.
 */
export interface Container {
  readonly name: string;
  readonly extension: string;
  readonly codecs: readonly string[];
  /** May be joined byte by byte, and keeps any clock. */
  readonly isMpeg: boolean;
  /** Keeps a start that is not zero. */
  readonly keepsStart: boolean;
  /** What codec or container keep to themselves about the sound's beginning: no program can tell. */
  readonly soundBlurSeconds: number;
}

const h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "25", "-crf", "20"];
const mpeg2 = ["-c:v", "mpeg2video", "-bf", "2", "-g", "12", "-q:v", "3"];
const of = (
  name: string,
  codecs: readonly string[],
  traits: Partial<Container> = {},
): Container => ({
  ...{ name, extension: name, codecs, isMpeg: false, keepsStart: false, soundBlurSeconds: 0 },
  ...traits,
});

export const containers: readonly Container[] = [
  of("ts", [...h264, "-c:a", "aac"], { isMpeg: true, keepsStart: true }),
  of("m2ts", [...mpeg2, "-c:a", "ac3"], { isMpeg: true, keepsStart: true }),
  of("mpg", [...mpeg2, "-c:a", "mp2", "-f", "vob"], { isMpeg: true, keepsStart: true }),
  of("mkv", [...h264, "-c:a", "aac"], { keepsStart: true }),
  of("mp4", [...h264, "-c:a", "aac"], { keepsStart: true }),
  of("fragmented", [...h264, "-c:a", "aac", "-movflags", "frag_keyframe+empty_moov"], {
    extension: "frag.mp4",
    keepsStart: true,
  }),
  of("ticks", [...h264, "-c:a", "aac", "-video_track_timescale", "1000000"], {
    extension: "ticks.mp4",
  }),
  of("avi", [...h264, "-bf", "0", "-c:a", "pcm_s16le"]),
  of("packed", ["-c:v", "mpeg4", "-bf", "2", "-q:v", "3", "-c:a", "pcm_s16le"], {
    extension: "packed.avi",
    // AVI has no presentation times: by how much B-frames delay the pictures is not told.
    soundBlurSeconds: 0.05,
  }),
  of("flv", [...h264, "-c:a", "aac"]),
  of("ogv", ["-c:v", "libtheora", "-q:v", "8", "-c:a", "libvorbis"]),
  // The encoder's delay of a frame is not told.
  of("wmv", ["-c:v", "wmv2", "-q:v", "3", "-c:a", "wmav2"], { soundBlurSeconds: 2048 / 48_000 }),
  of("webm", ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"]),
];

export interface Clock {
  readonly name: string;
  readonly suits: (container: Container) => boolean;
  /** The seconds that each part's clock begins at; parts are joined byte by byte. */
  readonly startsSeconds: readonly number[];
  /** Applied to the pictures after they are numbered. */
  readonly pictureFilter?: string;
  /** How much later than the pictures the sound's stamps are. */
  readonly soundLateSeconds?: number;
  /** Where the sound stops in a part. */
  readonly soundSeconds?: number;
  /** A whole film of one part only, at such a rate. */
  readonly isVariable?: boolean;
}

const wrapSeconds = 2 ** 33 / 90_000;
const mpeg = ({ isMpeg }: Container): boolean => isMpeg;
const any = (): boolean => true;
/** AVI counts each track from the file's beginning. */
const keepsLateness = ({ extension }: Container): boolean => !extension.endsWith("avi");
const keepsStart = (container: Container): boolean => container.keepsStart;

/** Of each part. */
export const partSeconds = 4;
export const rate = 25;
/** In each second of film. */
export const toneAtSeconds = 12 / rate;

export const clocks: readonly Clock[] = [
  { name: "from zero", suits: any, startsSeconds: [0] },
  { name: "from 26 hours", suits: mpeg, startsSeconds: [26 * 3600] },
  { name: "from 90 minutes", suits: keepsStart, startsSeconds: [5400] },
  { name: "wrapping in mid-file", suits: mpeg, startsSeconds: [wrapSeconds - 3.3] },
  { name: "an hour forward", suits: mpeg, startsSeconds: [0, 3600] },
  { name: "a minute forward", suits: mpeg, startsSeconds: [0, 64] },
  { name: "back to where it began", suits: mpeg, startsSeconds: [0, 0] },
  { name: "an hour back", suits: mpeg, startsSeconds: [3600, 0] },
  { name: "forth and back", suits: mpeg, startsSeconds: [10, 5000, 10, 5000] },
  { name: "a wrap, then a jump", suits: mpeg, startsSeconds: [wrapSeconds - 3.3, 70_000] },
  { name: "a jump, then a wrap", suits: mpeg, startsSeconds: [0, wrapSeconds - 3.3] },
  { name: "a jump that looks like a wrap", suits: mpeg, startsSeconds: [95_000, 0] },
  {
    name: "sound half a second late",
    suits: keepsLateness,
    startsSeconds: [0],
    soundLateSeconds: 0.5,
  },
  { name: "sound that ends early", suits: any, startsSeconds: [0], soundSeconds: 2.5 },
  {
    name: "a gap of two seconds",
    suits: mpeg,
    startsSeconds: [0],
    pictureFilter: "select='lt(t,1)+gte(t,3)'",
  },
];

export interface Shape {
  readonly container: Container;
  readonly clock: Clock;
}

export const shapes: readonly Shape[] = containers.flatMap((container) =>
  clocks.filter((clock) => clock.suits(container)).map((clock) => ({ container, clock })),
);

export const shapeName = ({ container, clock }: Shape): string =>
  `${container.name}: ${clock.name}`;

/** Pictures in the whole film, counted on its clock: a gap counts as what it lasts. */
export const shapeFrames = ({ clock }: Shape): number =>
  clock.startsSeconds.length * partSeconds * rate;

/** Makes the film of a shape. */
export async function makeShape(shape: Shape, path: string): Promise<void> {
  const { container, clock } = shape;
  const parts: string[] = [];
  for (const [i, start] of clock.startsSeconds.entries()) {
    const part = clock.startsSeconds.length === 1 ? path : `${path}.${i}.${container.extension}`;
    await makePart(shape, i, start, part);
    parts.push(part);
  }
  if (parts.length === 1) return;
  const bytes = await Promise.all(parts.map((part) => Bun.file(part).bytes()));
  await Bun.write(path, Buffer.concat(bytes));
  await Promise.all(parts.map((part) => rm(part)));
}

async function makePart({ container, clock }: Shape, part: number, start: number, path: string) {
  const [width, height] = [160, 90];
  const code = frameCodeFilter(width, height, String(rate));
  const from = part * partSeconds * rate;
  const thinned = clock.pictureFilter === undefined ? "" : `,${clock.pictureFilter}`;
  const graph =
    `color=gray:s=${width}x${height}:r=${rate}[card];` +
    `${code},trim=start_frame=${from}:end_frame=${from + partSeconds * rate},setpts=PTS-STARTPTS[code];` +
    `[card][code]overlay=shortest=1,format=yuv420p${thinned}`;
  const sound = `aevalsrc='0.5*sin(2*PI*1000*t)*lt(mod(t+1-${toneAtSeconds},1),0.1)':s=48000:d=${clock.soundSeconds ?? partSeconds}`;
  const late = clock.soundLateSeconds ?? 0;
  await runTool([
    ...["ffmpeg", "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", graph],
    ...(late === 0 ? [] : ["-itsoffset", String(late)]),
    ...["-f", "lavfi", "-i", sound, "-fps_mode", "passthrough", ...container.codecs],
    ...(start === 0 ? [] : ["-output_ts_offset", String(start)]),
    path,
  ]);
}
