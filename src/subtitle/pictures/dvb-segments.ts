import { u16At, u8At } from "./bytes-at.ts";
import type { PicturePacket } from "./picture-events.ts";

export interface DvbSegment {
  readonly type: number;
  readonly pageId: number;
  readonly body: Uint8Array;
}

/** The segments of a packet, with the two bytes before them that transport streams have or without. */
export function* dvbSegments(data: Uint8Array): Generator<DvbSegment> {
  const isHeaded = u8At(data, 0) === 0x20 && u8At(data, 2) === 0x0f;
  for (let at = isHeaded ? 2 : 0; at + 6 <= data.length && data[at] === 0x0f;) {
    const end = at + 6 + u16At(data, at + 4);
    if (end > data.length) return;
    yield {
      type: u8At(data, at + 1),
      pageId: u16At(data, at + 2),
      body: data.subarray(at + 6, end),
    };
    at = end;
  }
}

/**
 * Which segments count: those of the composition page and the ancillary page that the container names first. Where no
 * packet is of the composition page, the names are wrong and all count.
 */
export function pagesOf(
  packets: readonly PicturePacket[],
  privateData: Uint8Array | null,
): (segment: DvbSegment) => boolean {
  if (privateData === null || privateData.length < 4) return () => true;
  const [composition, ancillary] = [u16At(privateData, 0), u16At(privateData, 2)];
  const isNamed = packets.some(({ data }) =>
    dvbSegments(data).some(({ pageId }) => pageId === composition),
  );
  return ({ pageId }) => !isNamed || pageId === composition || pageId === ancillary;
}
