import { copiedCodecs } from "../copied-codecs.ts";
import type {
  CodecConfiguration,
  ContainerColour,
  CopyObstacle,
  DemuxedTrack,
} from "../demuxer.ts";
import { unreadable } from "../readable-file.ts";
import { readColour } from "./colour.ts";
import { readContentEncodings } from "./content-encodings.ts";
import { elements, floatOf, textOf, uintOf, type Element } from "./ebml.ts";
import { ids } from "./element-ids.ts";

export interface MatroskaTrack {
  readonly track: DemuxedTrack;
  /** By which blocks name it. */
  readonly number: number;
  /** What header stripping took from the beginning of every frame; most often nothing. */
  readonly strippedHeader: Uint8Array;
  /** What block times are put earlier by. */
  readonly delayTicks: number;
  /** As it stands in the file; null where the track has none. */
  readonly codecPrivate: Uint8Array | null;
  /** All that the file says of the track: the body of its TrackEntry. */
  readonly entry: Uint8Array;
}

const kinds: Readonly<Record<number, DemuxedTrack["kind"]>> = { 1: "video", 2: "audio" };
/** Types of which FFmpeg makes streams, with the first letters of their codec ids; other tracks have no index. */
const streamTypes: Readonly<Record<number, string>> = { 1: "V", 2: "A", 17: "DS", 33: "" };

/** The tracks of which FFmpeg makes streams, in its order (RFC 9559, 5.1.4; matroskadec.c, matroska_parse_tracks). */
export function readTracks(bytes: Uint8Array, timestampScale: number): MatroskaTrack[] {
  const tracks: MatroskaTrack[] = [];
  for (const entry of elements(bytes)) {
    if (entry.id !== ids.trackEntry) continue;
    const fields = readFields(bytes, entry);
    const letters = streamTypes[fields.type];
    if (tracks.length === trackLimit) throw unreadable("The file claims too many tracks");
    const isStream = letters !== undefined && fields.codecId !== "";
    if (!isStream || (letters !== "" && !letters.includes(fields.codecId.charAt(0)))) continue;
    const described = describe(fields, tracks.length, timestampScale);
    tracks.push({ ...described, entry: bytes.subarray(entry.bodyStart, entry.end) });
  }
  return tracks;
}

/** All languages of a disc, with their subtitles, are some 70. */
const trackLimit = 256;

interface TrackFields {
  number: number;
  type: number;
  codecId: string;
  codecPrivate: Uint8Array | null;
  codecDelayNanoseconds: number;
  defaultDurationNanoseconds: number | null;
  timestampScale: number;
  width: number;
  height: number;
  colour: ContainerColour | null;
  channels: number;
  sampleRateHz: number;
  encodings: ReturnType<typeof readContentEncodings>;
}

function readFields(bytes: Uint8Array, entry: Element): TrackFields {
  const fields: TrackFields = {
    ...{ number: 0, type: 0, codecId: "", codecPrivate: null, codecDelayNanoseconds: 0 },
    ...{ defaultDurationNanoseconds: null, timestampScale: 1, width: 0, height: 0 },
    colour: null,
    ...{ channels: 0, sampleRateHz: 0 },
    encodings: { strippedHeader: new Uint8Array(0), obstacle: null },
  };
  for (const element of elements(bytes, entry.bodyStart, entry.end)) {
    readField(bytes, element, fields);
  }
  if (fields.type === 2) {
    fields.channels ||= 1;
    fields.sampleRateHz ||= 8000;
  }
  return fields;
}

function readField(bytes: Uint8Array, element: Element, fields: TrackFields): void {
  switch (element.id) {
    case ids.trackNumber:
      fields.number = uintOf(bytes, element);
      return;
    case ids.trackType:
      fields.type = uintOf(bytes, element);
      return;
    case ids.codecId:
      fields.codecId = textOf(bytes, element);
      return;
    case ids.codecPrivate:
      fields.codecPrivate = bytes.slice(element.bodyStart, element.end);
      return;
    case ids.codecDelay:
      fields.codecDelayNanoseconds = uintOf(bytes, element);
      return;
    case ids.defaultDuration:
      fields.defaultDurationNanoseconds = uintOf(bytes, element) || null;
      return;
    case ids.trackTimestampScale:
      fields.timestampScale = floatOf(bytes, element);
      return;
    case ids.contentEncodings:
      fields.encodings = readContentEncodings(bytes, element);
      return;
    case ids.video:
    case ids.audio:
      for (const inner of elements(bytes, element.bodyStart, element.end)) {
        readShape(bytes, inner, fields);
      }
      return;
    default:
  }
}

function readShape(bytes: Uint8Array, element: Element, fields: TrackFields): void {
  if (element.id === ids.pixelWidth) fields.width = uintOf(bytes, element);
  else if (element.id === ids.pixelHeight) fields.height = uintOf(bytes, element);
  else if (element.id === ids.colour) fields.colour = readColour(bytes, element);
  else if (element.id === ids.channels) fields.channels = uintOf(bytes, element);
  else if (element.id === ids.samplingFrequency) fields.sampleRateHz = floatOf(bytes, element);
}

function describe(
  fields: TrackFields,
  streamIndex: number,
  timestampScale: number,
): Omit<MatroskaTrack, "entry"> {
  const codec = codecOf(fields.codecId);
  const timescale = 1e9 / timestampScale;
  const delayTicks = Math.round(fields.codecDelayNanoseconds / timestampScale);
  const { strippedHeader, obstacle } = fields.encodings;
  const obstacles: CopyObstacle[] = obstacle === null ? [] : [obstacle];
  const kind = kinds[fields.type] ?? "other";
  if (kind !== "other" && (codec === null || !copiedCodecs.has(codec))) {
    obstacles.push({ code: "codec", message: `Packets of ${fields.codecId} are not copied` });
  }
  if (fields.timestampScale !== 1) {
    const message = "The track has a clock of its own (TrackTimestampScale)";
    obstacles.push({ code: "time-stamps", message });
  }
  const { width, height, colour, channels, sampleRateHz, defaultDurationNanoseconds } = fields;
  return {
    track: {
      ...{ streamIndex, kind, codec, timescale, sampleEntryType: null, sampleEntry: null },
      configuration: configurationOf(codec, fields.codecPrivate),
      ...{ width, height, colour, channels, sampleRateHz, defaultDurationNanoseconds },
      ...{ primingTicks: delayTicks, obstacles },
    },
    ...{ number: fields.number, strippedHeader, delayTicks, codecPrivate: fields.codecPrivate },
  };
}

/** By prefix, longest first where one begins with another: IETF, draft-ietf-cellar-codec. */
const codecIds: readonly (readonly [string, string])[] = [
  ...([
    ["V_MPEG4/ISO/AVC", "h264"],
    ["V_MPEGH/ISO/HEVC", "hevc"],
    ["V_AV1", "av1"],
  ] as const),
  ...([
    ["V_VP9", "vp9"],
    ["V_VP8", "vp8"],
    ["V_MPEG4/ISO/", "mpeg4"],
  ] as const),
  ...([
    ["V_MPEG2", "mpeg2video"],
    ["V_MPEG1", "mpeg1video"],
    ["A_AAC", "aac"],
  ] as const),
  ...([
    ["A_AC3", "ac3"],
    ["A_EAC3", "eac3"],
    ["A_MPEG/L3", "mp3"],
    ["A_MPEG/L2", "mp2"],
  ] as const),
  ...([
    ["A_OPUS", "opus"],
    ["A_FLAC", "flac"],
    ["A_VORBIS", "vorbis"],
    ["A_DTS", "dts"],
  ] as const),
  ["A_TRUEHD", "truehd"],
];

function codecOf(codecId: string): string | null {
  return codecIds.find(([prefix]) => codecId.startsWith(prefix))?.[1] ?? null;
}

const forms: Readonly<Record<string, string>> = {
  ...{ h264: "avcC", hevc: "hvcC", av1: "av1C", mpeg4: "esds", aac: "esds" },
  ...{ opus: "OpusHead", flac: "fLaC" },
};

function configurationOf(
  codec: string | null,
  bytes: Uint8Array | null,
): CodecConfiguration | null {
  const form = codec === null ? undefined : forms[codec];
  return form === undefined || bytes === null ? null : { form, bytes };
}
