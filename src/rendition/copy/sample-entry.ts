import { esdsBox } from "../../demux/configuration/esds-box.ts";
import type { ContainerColour, DemuxedTrack } from "../../demux/demuxer.ts";
import { box, u16, u32, zeros } from "../../iso/write-box.ts";
import { hdrBoxes } from "../hdr-boxes.ts";
import type { CutTrack } from "./film-packets.ts";
import type { Rational } from "../../media/rational.ts";
import { innerBoxes } from "../../demux/mp4/movie-boxes.ts";
import type { HdrMetadata } from "../../media/hdr-metadata.ts";
import type { DolbyVision } from "../../media/source.ts";

/**
 * Sample entries whose decoder configuration, parameter sets among it, stands in them and nowhere else
 * (ISO/IEC 14496-15): for those that may have it in the packets as well there is one of the same form that
 * may not.
 */
const outOfBand: Readonly<Record<string, string>> = {
  avc3: "avc1",
  hev1: "hvc1",
  dvhe: "dvh1",
  dvav: "dva1",
};

const videoTypes: Readonly<Record<string, string>> = {
  ...{ avcC: "avc1", hvcC: "hvc1", av1C: "av01", vpcC: "vp09" },
};
const audioTypes: Readonly<Record<string, string>> = {
  ...{ esds: "mp4a", dac3: "ac-3", dec3: "ec-3", dOps: "Opus", dfLa: "fLaC" },
};

/** Of the sounds that an `esds` describes AAC alone is copied; Shaka measures bit rates by itself. */
const aacFacts = { objectType: 0x40, isSound: true, largestBitrateBps: 0, averageBitrateBps: 0 };

/** What players are told of pictures beside their codec's configuration. */
export interface PictureFacts {
  readonly sampleAspectRatio: Rational;
  readonly dolbyVision?: DolbyVision | null;
  readonly hdrMetadata?: HdrMetadata | null;
}

/**
 * The sample entry with which a track's packets can be decoded: of an MP4 its own, else made of the codec's
 * configuration. null where that does not say enough.
 */
export function sampleEntry(
  { track, configuration }: Pick<CutTrack, "track" | "configuration">,
  facts: PictureFacts | null,
): Uint8Array | null {
  const { sampleAspectRatio, dolbyVision = null, hdrMetadata = null } = facts ?? {};
  if (track.kind === "video" && track.sampleEntry !== null) {
    return ownEntry(track.sampleEntry, dolbyVision, hdrMetadata);
  }
  if (configuration === null) return null;
  const { form, bytes } = configuration;
  const details = box(form, form === "esds" ? esdsBox(aacFacts, bytes) : bytes);
  if (track.kind === "video") {
    const type = videoTypes[configuration.form];
    if (type === undefined) return null;
    const light = hdrBoxes(hdrMetadata).values();
    const told = Buffer.concat([details, ...dolbyVisionBoxes(dolbyVision), ...light]);
    return videoEntry(typeFor(type, dolbyVision), track, told, sampleAspectRatio ?? null);
  }
  const type = audioTypes[configuration.form];
  return type === undefined ? null : audioEntry(type, track, details);
}

/** What a box in the entry says of the light stays: it is nearer to the pictures than what others say. */
function ownEntry(
  entry: Uint8Array,
  dolbyVision: DolbyVision | null,
  hdrMetadata: HdrMetadata | null,
): Uint8Array {
  const type = new TextDecoder().decode(entry.subarray(4, 8));
  const whole = { type, start: 0, bodyStart: 8, end: entry.byteLength };
  const own = innerBoxes(entry, whole, visualFieldBytes);
  const missing = [...hdrBoxes(hdrMetadata)]
    .filter(([name]) => !own.some((box) => box.type === name))
    .map(([, bytes]) => bytes);
  const end = own.at(-1)?.end ?? 8 + visualFieldBytes;
  // QuickTime's list of boxes may end in four zeros, which ISO's has not.
  return box(typeFor(outOfBand[type] ?? type, dolbyVision), entry.subarray(8, end), ...missing);
}
/** Fields of a VisualSampleEntry before its boxes. */
const visualFieldBytes = 78;

/** Sample entries that tell decoders of the codec alone to leave the pictures to those of Dolby Vision. */
const dolbyTypes: Readonly<Record<string, string>> = { hvc1: "dvh1", avc1: "dva1", av01: "dav1" };

/** Pictures that only Dolby Vision shows rightly must not look like such as others show (Dolby Vision in ISOBMFF, 3.3). */
function typeFor(type: string, dolbyVision: DolbyVision | null): string {
  return dolbyVision?.compatibilityId === 0 ? (dolbyTypes[type] ?? type) : type;
}

/**
 * The configuration of Dolby Vision (3.1 and 3.2) where a container has it elsewhere. Profiles with an enhancement layer
 * are left to be what their base layer is: half of them would be told wrongly.
 */
function dolbyVisionBoxes(dolbyVision: DolbyVision | null): Uint8Array[] {
  if (dolbyVision === null || !singleLayer.has(dolbyVision.profile)) return [];
  const { profile, level, compatibilityId } = dolbyVision;
  // Seven bits of profile, six of level; metadata and base layer are there, no enhancement.
  const record = Buffer.alloc(24);
  record.writeUInt8(1, 0);
  record.writeUInt16BE((profile << 9) | (level << 3) | 0b101, 2);
  record.writeUInt8(compatibilityId << 4, 4);
  return [box(profile > 7 ? "dvvC" : "dvcC", record)];
}
const singleLayer: ReadonlySet<number> = new Set([5, 8, 9, 10]);

/** VisualSampleEntry (ISO/IEC 14496-12, 12.1.3), with the shape of its samples where they are not square. */
function videoEntry(
  type: string,
  { width, height, colour }: DemuxedTrack,
  configuration: Uint8Array,
  sampleAspectRatio: Rational | null,
): Uint8Array {
  const { num, den } = sampleAspectRatio ?? { num: 1, den: 1 };
  const shape = num === den ? [] : [box("pasp", u32(num), u32(den))];
  return box(
    type,
    ...[zeros(6), u16(1), zeros(16), u16(width), u16(height), u32(0x480000), u32(0x480000)],
    ...[u32(0), u16(1), zeros(32), u16(24), u16(0xffff), configuration],
    ...[...shape, ...colourBoxes(colour)],
  );
}

/**
 * ColourInformationBox (12.1.5). It cannot leave the range open: where the container does, none is written, as a player
 * believes it more than the pictures.
 */
function colourBoxes(colour: ContainerColour | null): Uint8Array[] {
  if (colour === null || colour.isFullRange === null) return [];
  const { primaries, transfer, matrix, isFullRange } = colour;
  const type = new TextEncoder().encode("nclx");
  const range = Uint8Array.of(isFullRange ? 0x80 : 0);
  return [box("colr", type, u16(primaries), u16(transfer), u16(matrix), range)];
}

/** AudioSampleEntry (12.2.3). A rate that does not fit its field is 0 there: the configuration has it. */
function audioEntry(
  type: string,
  { channels, sampleRateHz }: DemuxedTrack,
  configuration: Uint8Array,
): Uint8Array {
  const rate = sampleRateHz > 0xffff ? 0 : sampleRateHz;
  return box(
    type,
    ...[zeros(6), u16(1), zeros(8), u16(channels), u16(16), u32(0), u16(rate), u16(0)],
    configuration,
  );
}
