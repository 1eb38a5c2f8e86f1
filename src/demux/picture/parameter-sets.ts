import type { CodecConfiguration } from "../demuxer.ts";
import { nalLengthBytes, nalUnits } from "./nal-units.ts";

/** Parameter sets of the configuration of a track: SPS and PPS of H.264, VPS, SPS and PPS of HEVC. */
function configuredSets({ form, bytes }: CodecConfiguration): Uint8Array[] {
  return form === "avcC" ? avcSets(bytes) : form === "hvcC" ? hevcSets(bytes) : [];
}

/**
 * The parameter sets in a packet, or its beginning, that the configuration does not have: a player that reads only
 * the latter would decode with others than were meant. None for codecs without.
 */
export function foreignSets(
  codec: string | null,
  configuration: CodecConfiguration | null,
  packet: Uint8Array,
): Uint8Array[] {
  if (configuration === null || (codec !== "h264" && codec !== "hevc")) return [];
  const isSet =
    codec === "h264"
      ? (type: number) => type === 7 || type === 8
      : (type: number) => type >= 32 && type <= 34;
  const known = new Set(configuredSets(configuration).map((set) => set.toHex()));
  const foreign: Uint8Array[] = [];
  for (const unit of nalUnits(codec, nalLengthBytes(configuration), packet)) {
    if (!isSet(unit.type) || !unit.isWhole) continue;
    if (!known.has(withoutTrailingZeros(unit.bytes).toHex())) foreign.push(unit.bytes);
  }
  return foreign;
}

/** ISO/IEC 14496-15, 5.3.3.1. */
function avcSets(bytes: Uint8Array): Uint8Array[] {
  const sets: Uint8Array[] = [];
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    const count = (bytes[at] ?? 0) & mask;
    at += 1;
    for (let i = 0; i < count; i++) at = takeSet(bytes, at, sets);
  }
  return sets;
}

/** ISO/IEC 14496-15, 8.3.3.1. */
function hevcSets(bytes: Uint8Array): Uint8Array[] {
  const sets: Uint8Array[] = [];
  const arrays = bytes[22] ?? 0;
  let at = 23;
  for (let array = 0; array < arrays && at < bytes.length; array++) {
    const count = ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    at += 3;
    for (let i = 0; i < count && at < bytes.length; i++) at = takeSet(bytes, at, sets);
  }
  return sets;
}

function takeSet(bytes: Uint8Array, at: number, sets: Uint8Array[]): number {
  const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  const set = bytes.subarray(at + 2, at + 2 + length);
  if (set.length > 0) sets.push(withoutTrailingZeros(set));
  return at + 2 + length;
}

/** Writers leave zeros behind a unit, which mean nothing. */
function withoutTrailingZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}
