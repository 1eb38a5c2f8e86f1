import type { FfprobePacket } from "./ffprobe-output.ts";

/** What the last packets of one stream tell, in seconds on the file's clock. */
export interface StreamTail {
  /** Latest end of a packet that has a presentation time. */
  readonly presentationEnd: number | undefined;
  /** The same without the last packet of the file, which may be half a packet in a truncated one. */
  readonly completeEnd: number | undefined;
  /** Latest end in decoding order, for containers that store no presentation times (AVI, some MPEG-PS). */
  readonly decodingEnd: number | undefined;
  /** Duration of the last packet that has one; 0 when none has. */
  readonly packetSeconds: number;
  /** Presentation times in file order, the last few hundred. */
  readonly times: readonly number[];
  /** How many packets had no presentation time. */
  readonly untimedPackets: number;
}

export type Tails = ReadonlyMap<number, StreamTail>;

export interface TailRecorder {
  readonly packets: number;
  add(packet: FfprobePacket): void;
  tails(): Tails;
}

type Recording = { -readonly [Key in keyof StreamTail]: StreamTail[Key] } & { times: number[] };

const keptTimes = 600;

/** Gathers packets, however many, in constant memory. */
export function createTailRecorder(): TailRecorder {
  const streams = new Map<number, Recording>();
  let packets = 0;
  return {
    get packets() {
      return packets;
    },
    add(packet) {
      packets++;
      // Flag D: outside the edit list, decoded but never shown.
      if (packet.flags.includes("D")) return;
      const stream = streams.get(packet.stream_index) ?? emptyRecording();
      streams.set(packet.stream_index, stream);
      record(stream, packet);
    },
    tails: () => streams,
  };
}

function record(stream: Recording, packet: FfprobePacket): void {
  const duration = Math.max(0, packet.duration_time ?? 0);
  if (duration > 0) stream.packetSeconds = duration;
  if (packet.dts_time !== undefined) {
    stream.decodingEnd = later(stream.decodingEnd, packet.dts_time + duration);
  }
  if (packet.pts_time === undefined) {
    stream.untimedPackets++;
    return;
  }
  stream.completeEnd = stream.presentationEnd;
  stream.presentationEnd = later(stream.presentationEnd, packet.pts_time + duration);
  stream.times.push(packet.pts_time);
  if (stream.times.length > 2 * keptTimes) stream.times = stream.times.slice(-keptTimes);
}

function emptyRecording(): Recording {
  return {
    presentationEnd: undefined,
    completeEnd: undefined,
    decodingEnd: undefined,
    packetSeconds: 0,
    times: [],
    untimedPackets: 0,
  };
}

function later(a: number | undefined, b: number): number {
  return a === undefined ? b : Math.max(a, b);
}
