import * as v from "valibot";
import type {
  PictureCanvas,
  PicturePacket,
} from "../../../src/subtitle/pictures/picture-events.ts";
import { runTool } from "../../support/run-tool.ts";

export interface PictureTrack {
  readonly packets: readonly PicturePacket[];
  readonly privateData: Uint8Array | null;
}

const probeSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    packets: v.array(
      v.object({
        pts_time: v.string(),
        duration_time: v.optional(v.string()),
        size: v.string(),
      }),
    ),
    streams: v.array(v.object({ extradata: v.optional(v.string()) })),
  }),
);

/** The one track of a file as FFmpeg's demuxer hands it out. */
export async function readTrack(path: string): Promise<PictureTrack> {
  const entries = "packet=pts_time,duration_time,size:stream=extradata";
  const probe = await runTool([
    ...["ffprobe", "-v", "error", "-of", "json", "-show_packets", "-show_streams", "-show_data"],
    ...["-show_entries", entries, path],
  ]);
  const { packets, streams } = v.parse(probeSchema, new TextDecoder().decode(probe.stdout));
  const all = await runTool([
    ...["ffmpeg", "-v", "error", "-i", path, "-map", "0:s", "-c", "copy", "-f", "data", "-"],
  ]);
  let at = 0;
  return {
    packets: packets.map(({ pts_time, duration_time, size }) => ({
      timeSeconds: Number(pts_time),
      durationSeconds: duration_time === undefined ? null : Number(duration_time),
      data: all.stdout.subarray(at, (at += Number(size))),
    })),
    privateData: bytesOfDump(streams[0]?.extradata ?? ""),
  };
}

/** Of ffprobe's dump: a place, 16 bytes in hexadecimal, and what they look like. */
function bytesOfDump(dump: string): Uint8Array | null {
  const digits = dump
    .split("\n")
    .map((line) => /^[0-9a-f]{8}: (.{39})/.exec(line)?.[1]?.replaceAll(" ", "") ?? "")
    .join("");
  return digits === "" ? null : Uint8Array.fromHex(digits);
}

/**
 * What FFmpeg has on its canvas from each moment on, by the MD5 of the RGBA pixels. It makes a frame whenever something
 * comes or goes; of several of one moment (clocks have 25 ticks a second) the last one stays.
 */
export async function drawnByFfmpeg(
  path: string,
  canvas: PictureCanvas,
  options: readonly string[] = [],
): Promise<Map<number, string>> {
  const { stdout } = await runTool([
    ...["ffmpeg", "-v", "error", "-copyts", "-canvas_size", `${canvas.width}x${canvas.height}`],
    ...[...options, "-i", path, "-filter_complex", "[0:s]null", "-fps_mode", "passthrough"],
    ...["-pix_fmt", "rgba", "-f", "framemd5", "-"],
  ]);
  const frames = new Map<number, string>();
  for (const line of new TextDecoder().decode(stdout).split("\n")) {
    const [, , pts, , , md5] = line.split(",").map((field) => field.trim());
    if (md5 !== undefined) frames.set(Number(pts) / 25, md5);
  }
  return frames;
}

export const md5Of = (pixels: Uint8Array): string =>
  new Bun.CryptoHasher("md5").update(pixels).digest("hex");

/** What a canvas is that nothing stands on. */
export const emptyMd5 = ({ width, height }: PictureCanvas): string =>
  md5Of(new Uint8Array(4 * width * height));
