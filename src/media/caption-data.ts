/**
 * Closed captions as pictures carry them: cc_data of CTA-708-E, 4.4, in threes of bytes. The first holds, behind five
 * bits of ones, whether the other two count (4) and of what they are: 0 and 1 line 21's two fields (CTA-608-E), 2 and
 * 3 a packet of CTA-708 that goes on or begins.
 */
export type CaptionTriplets = Uint8Array;

/** Codecs of pictures in which captions are looked for, as FFmpeg names them. */
export const captionedCodecs = ["h264", "hevc", "mpeg2video"] as const;
export type CaptionedCodec = (typeof captionedCodecs)[number];

export function isCaptionedCodec(codec: string): codec is CaptionedCodec {
  return captionedCodecs.some((known) => known === codec);
}

/** The bits of ones, with the one that says that a triplet counts. */
const validTriplet = 0xfc;

/** Whether a triplet's two bytes count; what has not even the bits of ones is none. */
export function isValidTriplet(first: number): boolean {
  return (first & validTriplet) === validTriplet;
}

/** Whether all triplets have their bits of ones: of what something else was cut into, hardly ever all have. */
export function isWholeCaptionData(triplets: CaptionTriplets): boolean {
  for (let i = 0; i < triplets.length; i += 3) if ((triplets[i] ?? 0) >> 3 !== 0x1f) return false;
  return triplets.length > 0;
}

/** `GA94` and the type of user data (ATSC A/53 part 4, 6.2.3). */
const atscMark = [0x47, 0x41, 0x39, 0x34, 3] as const;
/** Country and provider of ITU-T T.35 that stand before it in messages of H.264 and HEVC. */
const atscProvider = [0xb5, 0x00, 0x31] as const;
const processCaptions = 0x40;

/** The triplets of a message of ITU-T T.35, without its country's byte taken off; nothing for another's message. */
export function tripletsOfMessage(message: Uint8Array): CaptionTriplets {
  if (!beginsWith(message, atscProvider)) return nothing;
  return tripletsOfUserData(message.subarray(atscProvider.length));
}

/**
 * The triplets of user data of MPEG-2, by what it begins with: ATSC's; SCTE 20's (`isTopFirst`: of the picture's fields);
 * a DVD's, which holds those of a whole group of pictures. Nothing for other user data; of what is cut off, what is there.
 */
export function tripletsOfUserData(data: Uint8Array, isTopFirst = true): CaptionTriplets {
  if (beginsWith(data, atscMark)) {
    const flags = data[atscMark.length] ?? 0;
    if ((flags & processCaptions) === 0) return nothing;
    const start = atscMark.length + 2;
    const length = Math.min(3 * (flags & 0x1f), data.length - start);
    // A copy: what it was read from is far larger.
    return length < 3
      ? nothing
      : Uint8Array.from(data.subarray(start, start + length - (length % 3)));
  }
  if (data[0] === 3 && ((data[1] ?? 0) & 0x7f) === 1) return tripletsOfScte20(data, isTopFirst);
  if (beginsWith(data, [0x43, 0x43, 1, 0xf8])) return tripletsOfDisc(data);
  return nothing;
}

const nothing: CaptionTriplets = new Uint8Array();

/** ANSI/SCTE 20, 5: bits of a pair come the lowest first, and a pair need not begin on a byte. */
function tripletsOfScte20(data: Uint8Array, isTopFirst: boolean): CaptionTriplets {
  const bits = (at: number, count: number): number => {
    let value = 0;
    for (let i = at; i < at + count; i++) {
      value = value * 2 + (((data[i >> 3] ?? 0) >> (7 - (i & 7))) & 1);
    }
    return value;
  };
  const found: number[] = [];
  const [pairBits, headBits] = [26, 21];
  const count = bits(16, 5);
  for (let i = 0; i < count; i++) {
    const at = headBits + i * pairBits;
    if (at + pairBits > 8 * data.length) break;
    const field = bits(at + 2, 2);
    if (field === 0) continue;
    const isSecond = (field === 2) === isTopFirst;
    found.push(
      validTriplet | (isSecond ? 1 : 0),
      reversed(bits(at + 9, 8)),
      reversed(bits(at + 17, 8)),
    );
  }
  return Uint8Array.from(found);
}

function reversed(byte: number): number {
  let value = 0;
  for (let i = 0; i < 8; i++) value |= ((byte >> i) & 1) << (7 - i);
  return value;
}

/** Fields in turn, from that on which the head names: some discs call each of them the first. */
function tripletsOfDisc(data: Uint8Array): CaptionTriplets {
  const [headBytes, flags] = [5, data[4] ?? 0];
  const count = 2 * ((flags >> 1) & 0x1f) + (flags & 1);
  let isSecond = (flags & 0x80) === 0;
  const found: number[] = [];
  for (let i = 0; i < count; i++, isSecond = !isSecond) {
    const at = headBytes + 3 * i;
    const [head, first, second] = [data[at], data[at + 1], data[at + 2]];
    if (head === undefined || second === undefined || head >> 1 !== 0x7f) break;
    found.push(validTriplet | (isSecond ? 1 : 0), first ?? 0, second);
  }
  return Uint8Array.from(found);
}

/** Whether user data holds the captions of a whole group of pictures, a pair a field and frame. */
export function isOfWholeGroup(data: Uint8Array): boolean {
  return beginsWith(data, [0x43, 0x43, 1, 0xf8]);
}

function beginsWith(data: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, i) => data[i] === byte);
}
