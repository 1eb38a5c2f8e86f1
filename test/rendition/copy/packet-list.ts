import * as v from "valibot";
import { runTool } from "../../support/run-tool.ts";

/** A packet as ffprobe sees it. */
export interface ListedPacket {
  readonly pts: number;
  readonly duration: number | null;
  /** MD5 of the payload. */
  readonly digest: string;
}

const listSchema = v.object({
  packets: v.array(
    v.object({
      pts: v.optional(v.number()),
      duration: v.optional(v.number()),
      data_hash: v.string(),
    }),
  ),
  streams: v.array(v.object({ time_base: v.string() })),
});

/** Every packet of a stream in the order of the file, and the ticks a second of its clock. */
export async function listPackets(
  path: string,
  stream: number,
): Promise<{ readonly packets: ListedPacket[]; readonly timescale: number }> {
  const { stdout } = await runTool([
    ...["ffprobe", "-v", "error", "-select_streams", String(stream), "-show_data_hash", "MD5"],
    ...["-show_entries", "packet=pts,duration,data_hash:stream=time_base", "-of", "json", path],
  ]);
  const listed = v.parse(listSchema, JSON.parse(new TextDecoder().decode(stdout)));
  const [num = 1, den = 1] = (listed.streams[0]?.time_base ?? "1/1").split("/").map(Number);
  const packets = listed.packets.map(({ pts, duration, data_hash }) => ({
    pts: pts ?? Number.NaN,
    duration: duration ?? null,
    digest: data_hash,
  }));
  return { packets, timescale: den / num };
}
