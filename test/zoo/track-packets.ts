import * as v from "valibot";
import { runTool } from "../support/run-tool.ts";

/** A packet as ffprobe reads it. */
export interface TimedPacket {
  /** When it is shown or heard, seconds on the clock of the file or manifest. */
  readonly at: number;
  /** MD5 of the payload. */
  readonly digest: string;
}

export interface TrackPackets {
  /** In the order of the file. */
  readonly packets: readonly TimedPacket[];
  /** One tick of its clock. */
  readonly tickSeconds: number;
}

const listSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    packets: v.array(v.object({ pts: v.optional(v.number()), data_hash: v.string() })),
    streams: v.array(v.object({ time_base: v.string() })),
  }),
);

/** Every packet of one stream (`v:0`, `2`, …) of a file or manifest. */
export async function readPackets(input: string, stream: string): Promise<TrackPackets> {
  const { stdout } = await runTool([
    ...["ffprobe", "-v", "error", "-select_streams", stream, "-show_data_hash", "MD5"],
    ...["-show_entries", "packet=pts,data_hash:stream=time_base", "-of", "json", input],
  ]);
  const listed = v.parse(listSchema, new TextDecoder().decode(stdout));
  const [num = 1, den = 1] = (listed.streams[0]?.time_base ?? "1/1").split("/").map(Number);
  const packets = listed.packets.map(({ pts = Number.NaN, data_hash }) => ({
    at: (pts * num) / den,
    digest: data_hash,
  }));
  return { packets, tickSeconds: num / den };
}

/** A digest of every decoded picture of one stream, in the order in which they are shown. */
export async function pictureDigests(input: string, stream: string): Promise<string[]> {
  const { stdout } = await runTool([
    ...[
      "ffmpeg",
      "-nostdin",
      "-v",
      "error",
      "-noautorotate",
      "-copyts",
      "-i",
      input,
      "-map",
      `0:${stream}`,
    ],
    ...["-fps_mode", "passthrough", "-f", "framehash", "-hash", "md5", "-"],
  ]);
  const lines = new TextDecoder().decode(stdout).split("\n");
  return lines.flatMap((line) => (/^\d/.test(line) ? [line.split(",").at(-1)?.trim() ?? ""] : []));
}
