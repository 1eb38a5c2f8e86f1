import { FieldReader, onlyBox, openFullBox, type Box } from "../../iso/iso-boxes.ts";
import type { CodecConfiguration, CopyObstacle } from "../demuxer.ts";
import { unreadable } from "../readable-file.ts";
import { readDecoderConfig } from "./decoder-config.ts";
import { innerBoxes } from "./movie-boxes.ts";

/** How a track's packets are coded: ISO/IEC 14496-12, 8.5.2 and 12; QuickTime File Format, "Sound Sample Descriptions". */
export interface SampleEntry {
  readonly type: string;
  /** Number of the data reference that says in which file the packets are (8.7.2). */
  readonly dataReference: number;
  readonly bytes: Uint8Array;
  readonly codec: string | null;
  readonly configuration: CodecConfiguration | null;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly obstacles: readonly CopyObstacle[];
}

const codecs: Readonly<Record<string, string>> = {
  ...{ avc1: "h264", avc2: "h264", avc3: "h264", avc4: "h264", dva1: "h264", dvav: "h264" },
  ...{ hvc1: "hevc", hev1: "hevc", dvh1: "hevc", dvhe: "hevc", hvc2: "hevc", hev2: "hevc" },
  ...{ av01: "av1", dav1: "av1", vp08: "vp8", vp09: "vp9" },
  ...{ "ac-3": "ac3", sac3: "ac3", "ec-3": "eac3", Opus: "opus", fLaC: "flac", ".mp3": "mp3" },
  ...{ alac: "alac", dtsc: "dts", dtsh: "dts", dtsl: "dts", dtse: "dts", mlpa: "truehd" },
};

/** objectTypeIndication of an `esds` (ISO/IEC 14496-1, 7.2.6.6; mp4ra.org). */
const objectTypes: Readonly<Record<number, string>> = {
  ...{
    0x20: "mpeg4",
    0x40: "aac",
    0x66: "aac",
    0x67: "aac",
    0x68: "aac",
    0x69: "mp3",
    0x6b: "mp3",
  },
  ...{ 0x60: "mpeg2video", 0x61: "mpeg2video", 0x62: "mpeg2video", 0x63: "mpeg2video" },
  ...{ 0x64: "mpeg2video", 0x65: "mpeg2video", 0x6a: "mpeg1video", 0x6c: "mjpeg" },
  ...{ 0xa5: "ac3", 0xa6: "eac3", 0xa9: "dts", 0xad: "opus", 0xdd: "vorbis" },
};

/** Boxes of a sample entry that hold the codec's configuration, by their type. */
const configurationBoxes: ReadonlySet<string> = new Set([
  "avcC",
  "hvcC",
  "av1C",
  "vpcC",
  "dac3",
  "dec3",
  "dOps",
  "dfLa",
]);

/** The first sample entry of a track. MEDIA_UNREADABLE or VERIFY_FAILED where there is none. */
export function readSampleEntry(
  bytes: Uint8Array,
  stbl: Box,
  kind: "video" | "audio",
): SampleEntry {
  const stsd = onlyBox(innerBoxes(bytes, stbl), "stsd");
  const { version } = openFullBox(bytes, stsd);
  const entries = innerBoxes(bytes, stsd, 8);
  const [entry] = entries;
  if (entry === undefined) throw unreadable("The track has no sample description");
  const fields = new FieldReader(bytes, entry.bodyStart, entry.end, `sample entry ${entry.type}`);
  fields.skip(6);
  const dataReference = fields.uint16();
  const shape = kind === "video" ? readVisual(fields) : readSound(fields, version);
  const skip = fields.position - entry.bodyStart;
  const boxes = configuringBoxes(bytes, entry, skip);
  const coding = readCoding(bytes, entry.type, boxes);
  const obstacles: CopyObstacle[] = [];
  if (entries.length > 1) {
    const message = `The track has ${entries.length} sample descriptions`;
    obstacles.push({ code: "sample-descriptions", message });
  }
  if (/^enc[avt]$/.test(entry.type) || boxes.some(({ type }) => type === "sinf")) {
    obstacles.push({ code: "encryption", message: "The track is encrypted" });
  }
  return {
    type: entry.type,
    dataReference,
    bytes: bytes.slice(entry.start, entry.end),
    ...coding,
    ...shape,
    obstacles,
  };
}

const nothing = { width: 0, height: 0, channels: 0, sampleRateHz: 0 };

/** VisualSampleEntry, 12.1.3: 78 bytes of which the size is of interest. */
function readVisual(fields: FieldReader): typeof nothing {
  fields.skip(16);
  const [width, height] = [fields.uint16(), fields.uint16()];
  fields.skip(50);
  return { ...nothing, width, height };
}

/** AudioSampleEntry, 12.2.3; QuickTime's versions 1 and 2 have further fields. */
function readSound(fields: FieldReader, descriptionVersion: number): typeof nothing {
  const soundVersion = fields.uint16();
  fields.skip(6);
  const channels = fields.uint16();
  fields.skip(6);
  const sampleRateHz = fields.uint32() / 0x10000;
  const isQuickTime = descriptionVersion === 0;
  if (isQuickTime && soundVersion === 1) fields.skip(16);
  if (isQuickTime && soundVersion === 2) {
    fields.skip(4);
    const rate = Math.round(fields.float64());
    const wide = fields.uint32();
    fields.skip(20);
    return { ...nothing, channels: wide, sampleRateHz: rate };
  }
  return { ...nothing, channels, sampleRateHz };
}

/** QuickTime keeps a sound's configuration in a `wave` box of its own. */
function configuringBoxes(bytes: Uint8Array, entry: Box, skip: number): Box[] {
  const boxes = innerBoxes(bytes, entry, skip);
  const wave = boxes.find(({ type }) => type === "wave");
  return wave === undefined ? boxes : [...boxes, ...innerBoxes(bytes, wave)];
}

function readCoding(
  bytes: Uint8Array,
  type: string,
  boxes: readonly Box[],
): Pick<SampleEntry, "codec" | "configuration"> {
  const esds = boxes.find((box) => box.type === "esds");
  if (esds !== undefined) {
    const config = readDecoderConfig(bytes, esds);
    const codec = objectTypes[config.objectType] ?? null;
    const { specificInfo } = config;
    return {
      codec,
      configuration: specificInfo === null ? null : { form: "esds", bytes: specificInfo },
    };
  }
  const box = boxes.find((box) => configurationBoxes.has(box.type));
  const configuration =
    box === undefined ? null : { form: box.type, bytes: bytes.slice(box.bodyStart, box.end) };
  return { codec: codecs[type] ?? null, configuration };
}
