/** A media file opened for its packets. Tracks are in the order in which ffprobe numbers streams. */
export interface Demuxer {
  readonly tracks: readonly DemuxedTrack[];
  /**
   * Where a track can be cut, and from when to when it lasts. Reads tables and block headers, and of Matroska the
   * first bytes of some packets; no media data is read over. Throws MEDIA_UNREADABLE for a file that contradicts
   * itself, MEDIA_UNSUPPORTED for a track that has obstacles.
   */
  index(track: DemuxedTrack, cuts: Cuts, signal?: AbortSignal): Promise<TrackIndex>;
  /**
   * The track's packets in decode order from one point, inclusive, to another, exclusive; null: to the end.
   * Points are those of `index`, of this or an earlier opening of the same file. MEDIA_CHANGED when the file does
   * not hold there what the point says; MEDIA_UNREADABLE when what is read contradicts the index.
   */
  packets(
    track: DemuxedTrack,
    from: RandomAccessPoint,
    to: RandomAccessPoint | null,
    signal?: AbortSignal,
  ): AsyncIterable<Packet>;
  /** The first bytes of a point's packet, as many as that or all it has. Throws as `packets` does. */
  head(track: DemuxedTrack, point: RandomAccessPoint, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Which points are wanted: such as are at least so far apart (0: all), or for each time the first point at or after
 * it. A time behind the last point has none. Times ascend.
 */
export type Cuts =
  { readonly spacingSeconds: number } | { readonly atOrAfterTicks: readonly number[] };

/** One track. Ticks are those of `timescale` and count on the clock of ffprobe's `pts`. */
export interface DemuxedTrack {
  readonly streamIndex: number;
  readonly kind: "video" | "audio" | "other";
  /** FFmpeg's name; null for one that is not told apart here. */
  readonly codec: string | null;
  /** Ticks a second, as FFmpeg's `time_base` of the stream. */
  readonly timescale: number;
  /** The sample description's type in MP4, e.g. `hev1`; null in Matroska. */
  readonly sampleEntryType: string | null;
  /** The whole sample entry in MP4, with all its boxes; null in Matroska. */
  readonly sampleEntry: Uint8Array | null;
  readonly configuration: CodecConfiguration | null;
  /** Of pictures, where the container says it apart from `sampleEntry` (Matroska's Colour); else null. */
  readonly colour: ContainerColour | null;
  /** Coded size as the container has it; 0 for sound. */
  readonly width: number;
  readonly height: number;
  /** As the container has it; 0 for pictures. For AAC the configuration is right where they differ. */
  readonly channels: number;
  readonly sampleRateHz: number;
  /** Duration of a frame where the container states one for all (Matroska's DefaultDuration). */
  readonly defaultDurationNanoseconds: number | null;
  /** Ticks at the beginning of the sound that are decoded and not heard (edit list, CodecDelay). */
  readonly primingTicks: number;
  /** Why its packets cannot be taken as they are; none for most tracks. */
  readonly obstacles: readonly CopyObstacle[];
}

/** Numbers of ISO/IEC 23091-2; 2 where nothing is said. */
export interface ContainerColour {
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
  /** null where nothing is said. */
  readonly isFullRange: boolean | null;
}

/** What a decoder needs to know before the first packet. */
export interface CodecConfiguration {
  /**
   * `avcC`, `hvcC`, `av1C`, `vpcC`, `dac3`, `dec3`, `dOps`, `dfLa`: the content of that box. `esds`: the
   * DecoderSpecificInfo alone, for AAC the AudioSpecificConfig. `OpusHead`, `fLaC`: as Matroska has them, the
   * latter being the marker and its metadata blocks.
   */
  readonly form: string;
  readonly bytes: Uint8Array;
}

export interface CopyObstacle {
  readonly code:
    | "codec"
    | "configuration"
    | "edit-list"
    | "encryption"
    | "compression"
    | "sample-descriptions"
    | "tables"
    | "time-stamps"
    | "beginning"
    | "random-access"
    | "parameter-sets"
    | "uneven-sound";
  /** A sentence for the person who owns the film. */
  readonly message: string;
}

export interface TrackIndex {
  readonly points: readonly RandomAccessPoint[];
  /** First and last moment of any packet. */
  readonly startTicks: number;
  readonly endTicks: number;
  /** Of a sound whose packets are all of one length; null for the rest. */
  readonly frame: SoundFrame | null;
  readonly obstacles: readonly CopyObstacle[];
}

/** `samples` at `rateHz` a packet; the packets' exact times are the first's plus whole multiples of it. */
export interface SoundFrame {
  readonly samples: number;
  readonly rateHz: number;
}

/**
 * A packet where decoding can begin and the track can be cut: everything before it in decode order is shown
 * before everything from it on. Plain data; valid as long as the file does not change.
 */
export interface RandomAccessPoint {
  readonly ptsTicks: number;
  /** Of all packets from this one on: less than `ptsTicks` where leading pictures follow in decode order. */
  readonly earliestPtsTicks: number;
  /** null in Matroska, which has none. */
  readonly dtsTicks: number | null;
  /** No packet from this one on is shown before it. */
  readonly isClean: boolean;
  /** Number of the packet in decode order, from 0; null where the file does not tell without being read over. */
  readonly packet: number | null;
  readonly handle: PacketHandle;
}

/**
 * MP4: the sample's number. Matroska: the cluster's byte, how far behind it the block is, and which frame of the
 * block; sound on an even grid is looked for by its time from the cluster on, and `inner` is 0.
 */
export type PacketHandle = readonly [position: number, inner: number, lace: number];

/** One frame as the container has it, header stripping undone. */
export interface Packet {
  readonly ptsTicks: number;
  /** null in Matroska. */
  readonly dtsTicks: number | null;
  /** As the container states it for this very packet; null where it does not. */
  readonly durationTicks: number | null;
  readonly isSync: boolean;
  readonly data: Uint8Array;
}
