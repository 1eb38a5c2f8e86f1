import type { FfprobePacket } from "./ffprobe-output.ts";

/** What the last packets of one stream tell, in seconds on the file's clock. */
export interface StreamTail {
  /** Latest end of a packet that has a presentation time. */
  readonly presentationEnd: number | undefined;
  /** The same without the last packet of the file, which may be half a packet in a truncated one. */
  readonly completeEnd: number | undefined;
  /** Latest end in decoding order, for containers that store no presentation times (AVI, some MPEG-PS). */
  readonly decodingEnd: number | undefined;
  /** Samples at the end of the last packet that are decoded and not heard. */
  readonly paddingSamples: number;
  /** Where that packet begins, and how long the longest one lasts. */
  readonly lastTime: number | undefined;
  readonly longestPacketSeconds: number;
  /** Duration of the last packet that has one; 0 when none has. */
  readonly packetSeconds: number;
  /** Of the first packet that has a presentation time. */
  readonly firstTime: number | undefined;
  /** Presentation times in file order, the last few hundred. */
  readonly times: readonly number[];
  /** How many packets had no presentation time. */
  readonly untimedPackets: number;
  /** Where the stream seemed to end before its time stamps made a leap; undefined when they made none. */
  readonly endBeforeLeap: number | undefined;
}

export type Tails = ReadonlyMap<number, StreamTail>;

export interface TailRecorder {
  readonly packets: number;
  add(packet: FfprobePacket): void;
  /** Of the packet that was added last, samples. */
  addPadding(samples: number): void;
  tails(): Tails;
}

type Recording = { -readonly [Key in keyof StreamTail]: StreamTail[Key] } & { times: number[] };

const keptTimes = 600;

/** From one packet to the next: more than any pause in sound that is stored as a pause. */
const leapSeconds = 60;

/** Gathers packets, however many, in constant memory. */
export function createTailRecorder(): TailRecorder {
  const streams = new Map<number, Recording>();
  let packets = 0;
  let last: Recording | undefined;
  return {
    get packets() {
      return packets;
    },
    add(packet) {
      packets++;
      last = undefined;
      // Flag D: outside the edit list, decoded but never shown.
      if (packet.flags.includes("D")) return;
      const stream = streams.get(packet.stream_index) ?? emptyRecording();
      streams.set(packet.stream_index, stream);
      record(stream, packet);
      last = stream;
    },
    addPadding(samples) {
      if (last !== undefined) last.paddingSamples = samples;
    },
    tails: () => streams,
  };
}

function record(stream: Recording, packet: FfprobePacket): void {
  const duration = Math.max(0, packet.duration_time ?? 0);
  if (duration > 0) stream.packetSeconds = duration;
  stream.longestPacketSeconds = Math.max(stream.longestPacketSeconds, duration);
  stream.paddingSamples = 0;
  stream.lastTime = packet.pts_time;
  if (packet.dts_time !== undefined) {
    stream.decodingEnd = later(stream.decodingEnd, packet.dts_time + duration);
  }
  if (packet.pts_time === undefined) {
    stream.untimedPackets++;
    return;
  }
  const previous = stream.times.at(-1);
  if (previous !== undefined && packet.pts_time - previous > leapSeconds) {
    // Some containers make the packet before it last as long.
    const lastsLong = (stream.presentationEnd ?? 0) - previous > leapSeconds;
    stream.endBeforeLeap ??= lastsLong ? (stream.completeEnd ?? previous) : stream.presentationEnd;
  }
  // Reordered pictures come after a stray stamp in the file, and before it in the film.
  if (stream.endBeforeLeap !== undefined && packet.pts_time < stream.endBeforeLeap + leapSeconds) {
    stream.endBeforeLeap = later(stream.endBeforeLeap, packet.pts_time + duration);
  }
  stream.firstTime ??= packet.pts_time;
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
    paddingSamples: 0,
    lastTime: undefined,
    longestPacketSeconds: 0,
    firstTime: undefined,
    times: [],
    untimedPackets: 0,
    endBeforeLeap: undefined,
  };
}

function later(a: number | undefined, b: number): number {
  return a === undefined ? b : Math.max(a, b);
}
