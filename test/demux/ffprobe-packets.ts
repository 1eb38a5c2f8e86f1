import * as v from "valibot";
import { runTool } from "../support/run-tool.ts";

/** What ffprobe says of a packet. */
export interface ProbedPacket {
  readonly stream: number;
  readonly pts: number | null;
  readonly dts: number | null;
  readonly duration: number | null;
  readonly size: number;
  readonly isKey: boolean;
  readonly md5: string;
}

const ticks = v.optional(v.number());

const outputSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    packets: v.optional(
      v.array(
        v.object({
          stream_index: v.number(),
          pts: ticks,
          dts: ticks,
          duration: ticks,
          size: v.string(),
          flags: v.string(),
          data_hash: v.string(),
        }),
      ),
      [],
    ),
    streams: v.array(
      v.object({
        index: v.number(),
        codec_type: v.string(),
        codec_name: v.optional(v.string()),
        time_base: v.string(),
      }),
    ),
    format: v.object({ format_name: v.string() }),
  }),
);

export interface Probed {
  readonly container: string;
  readonly streams: readonly {
    readonly index: number;
    readonly kind: string;
    readonly codec: string | undefined;
    readonly timescale: number;
  }[];
  readonly packets: readonly ProbedPacket[];
}

/** ffprobe's own view of a file's packets, in file order; payloads by their MD5. */
export async function probePackets(path: string): Promise<Probed> {
  const entries =
    "packet=stream_index,pts,dts,duration,size,flags,data_hash:stream=index,codec_type,codec_name,time_base:format=format_name";
  const { stdout } = await runTool([
    ...["ffprobe", "-v", "error", "-of", "json", "-show_packets", "-show_data_hash", "MD5"],
    ...["-show_entries", entries, `file:${path}`],
  ]);
  const { packets, streams, format } = v.parse(outputSchema, new TextDecoder().decode(stdout));
  return {
    container: format.format_name,
    streams: streams.map((stream) => ({
      index: stream.index,
      kind: stream.codec_type,
      codec: stream.codec_name,
      timescale: Number(stream.time_base.split("/")[1]) / Number(stream.time_base.split("/")[0]),
    })),
    packets: packets.map((packet) => ({
      stream: packet.stream_index,
      pts: packet.pts ?? null,
      dts: packet.dts ?? null,
      duration: packet.duration ?? null,
      size: Number(packet.size),
      isKey: packet.flags.startsWith("K"),
      md5: packet.data_hash.replace("MD5:", ""),
    })),
  };
}
