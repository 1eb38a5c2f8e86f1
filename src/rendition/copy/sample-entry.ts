import type { CodecConfiguration, DemuxedTrack } from "../../demux/demuxer.ts";
import { box, u16, u32, zeros, type Part } from "../../iso/write-box.ts";
import type { Rational } from "../../media/rational.ts";

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

/**
 * The sample entry with which a track's packets can be decoded: of an MP4 its own, else made of the codec's
 * configuration. null where that does not say enough.
 */
export function sampleEntry(
  track: DemuxedTrack,
  sampleAspectRatio: Rational | null,
): Uint8Array | null {
  if (track.kind === "video" && track.sampleEntry !== null) return ownEntry(track.sampleEntry);
  const { configuration } = track;
  if (configuration === null) return null;
  const details = box(configuration.form, ...configurationParts(track, configuration));
  if (track.kind === "video") {
    const type = videoTypes[configuration.form];
    return type === undefined ? null : videoEntry(type, track, details, sampleAspectRatio);
  }
  const type = audioTypes[configuration.form];
  return type === undefined ? null : audioEntry(type, track, details);
}

function ownEntry(entry: Uint8Array): Uint8Array {
  const type = new TextDecoder().decode(entry.subarray(4, 8));
  const renamed = outOfBand[type];
  if (renamed === undefined) return entry;
  const copy = new Uint8Array(entry);
  copy.set(new TextEncoder().encode(renamed), 4);
  return copy;
}

function configurationParts(track: DemuxedTrack, { form, bytes }: CodecConfiguration): Part[] {
  return form === "esds" ? [u32(0), esDescriptor(track.codec, bytes)] : [bytes];
}

/** VisualSampleEntry (ISO/IEC 14496-12, 12.1.3), with the shape of its samples where they are not square. */
function videoEntry(
  type: string,
  { width, height }: DemuxedTrack,
  configuration: Uint8Array,
  sampleAspectRatio: Rational | null,
): Uint8Array {
  const { num, den } = sampleAspectRatio ?? { num: 1, den: 1 };
  const shape = num === den ? [] : [box("pasp", u32(num), u32(den))];
  return box(
    type,
    ...[zeros(6), u16(1), zeros(16), u16(width), u16(height), u32(0x480000), u32(0x480000)],
    ...[u32(0), u16(1), zeros(32), u16(24), u16(0xffff), configuration, ...shape],
  );
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

/** Object type indications of ISO/IEC 14496-1, table 5. */
const objectTypes: Readonly<Record<string, number>> = { aac: 0x40, mp3: 0x6b };

/** ES_Descriptor of one elementary stream of sound (ISO/IEC 14496-1, 7.2.6.5). */
function esDescriptor(codec: string | null, specificInfo: Uint8Array): Uint8Array {
  const type = objectTypes[codec ?? ""] ?? 0x40;
  const specific = specificInfo.length === 0 ? [] : [descriptor(5, specificInfo)];
  // Stream type 5 (audio), buffer size and bit rates not told.
  const config = descriptor(4, [type, 0x15, ...zeros(11)], ...specific);
  return descriptor(3, [0, 1, 0], config, descriptor(6, [2]));
}

function descriptor(tag: number, ...parts: readonly (Uint8Array | readonly number[])[]) {
  const body = parts.flatMap((part) => [...part]);
  const size = body.length;
  const length = [21, 14, 7, 0].map((shift) => ((size >> shift) & 0x7f) | (shift > 0 ? 0x80 : 0));
  return Uint8Array.from([tag, ...length, ...body]);
}
