import {
  isOfWholeGroup,
  tripletsOfMessage,
  tripletsOfUserData,
  type CaptionedCodec,
  type CaptionTriplets,
} from "../../media/caption-data.ts";
import { withoutEmulation } from "../../media/nal-payload.ts";
import { nalUnits, type NalCodec } from "./nal-units.ts";

/** Captions in a packet of pictures. */
export interface PacketCaptions {
  readonly triplets: CaptionTriplets;
  /** Whether they are those of all pictures up to the next packet that has some, a pair a field and picture. */
  readonly isOfWholeGroup: boolean;
}

/** `lengthBytes`: of the length before each NAL unit; MPEG-2 has none. Nothing found: no triplets. */
export function packetCaptions(
  codec: CaptionedCodec,
  lengthBytes: number,
  packet: Uint8Array,
): PacketCaptions {
  if (codec === "mpeg2video") return userDataCaptions(packet);
  const found: CaptionTriplets[] = [];
  for (const { type, bytes } of nalUnits(codec, lengthBytes, packet)) {
    if (!messageTypes[codec].has(type)) continue;
    for (const message of messages(codec, bytes)) {
      const triplets = tripletsOfMessage(message);
      if (triplets.length > 0) found.push(triplets);
    }
  }
  return { triplets: joined(found), isOfWholeGroup: false };
}

/** NAL units of supplemental enhancement information; HEVC has those before and those behind a picture. */
const messageTypes: Readonly<Record<NalCodec, ReadonlySet<number>>> = {
  h264: new Set([6]),
  hevc: new Set([39, 40]),
};

/** User data registered by ITU-T T.35 (ITU-T H.264, D.1.6). */
const registeredUserData = 4;

/** The registered user data in a unit (ITU-T H.264, 7.3.2.3); of one that is cut off, what is whole. */
function* messages(codec: NalCodec, unit: Uint8Array): Generator<Uint8Array> {
  const bytes = withoutEmulation(unit.subarray(codec === "h264" ? 1 : 2));
  let at = 0;
  const number = (): number => {
    let value = 0;
    while (bytes[at] === 0xff) [value, at] = [value + 0xff, at + 1];
    value += bytes[at] ?? 0;
    at += 1;
    return value;
  };
  // What ends a unit is a byte with a bit set.
  while (at + 2 < bytes.length) {
    const type = number();
    const length = number();
    if (type === registeredUserData) yield bytes.subarray(at, at + length);
    at += length;
  }
}

const userDataStart = Buffer.from([0, 0, 1, 0xb2]);
const anyStart = Buffer.from([0, 0, 1]);

/** ISO/IEC 13818-2, 6.3.4.1: user data ends where anything else begins. */
function userDataCaptions(packet: Uint8Array): PacketCaptions {
  const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.length);
  const found: CaptionTriplets[] = [];
  const older: CaptionTriplets[] = [];
  let ofGroup = false;
  for (let at = bytes.indexOf(userDataStart); at >= 0; at = bytes.indexOf(userDataStart, at + 4)) {
    const end = bytes.indexOf(anyStart, at + 4);
    const data = bytes.subarray(at + 4, end < 0 ? bytes.length : end);
    const triplets = tripletsOfUserData(data);
    if (triplets.length === 0) continue;
    ofGroup ||= isOfWholeGroup(data);
    // Cable networks send the same in SCTE 20's way beside ATSC's.
    (data[0] === 3 ? older : found).push(triplets);
  }
  return { triplets: joined(found.length > 0 ? found : older), isOfWholeGroup: ofGroup };
}

function joined(parts: readonly CaptionTriplets[]): CaptionTriplets {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return Uint8Array.from(Buffer.concat(parts));
}
