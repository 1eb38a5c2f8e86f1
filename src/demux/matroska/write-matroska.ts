import { ids } from "./element-ids.ts";
import { ebmlElement, ebmlUint, sizeBytes } from "./write-ebml.ts";

/** A block to be written. */
export interface BlockToWrite {
  /** Number of its track. */
  readonly track: number;
  readonly ticks: number;
  readonly durationTicks: number | null;
  /** 0 none, 1 Xiph, 2 fixed, 3 EBML. */
  readonly lacing: number;
  /** Behind the block's own head. */
  readonly payload: Uint8Array;
}

/**
 * A whole Matroska file without cues. `entries`: the bodies of its tracks' descriptions; `timestampScale`: nanoseconds
 * a tick. Blocks stand as they are given.
 */
export function matroskaFile(
  timestampScale: number,
  entries: readonly Uint8Array[],
  blocks: readonly BlockToWrite[],
): Uint8Array {
  const docType = ebmlElement(ids.docType, new TextEncoder().encode("matroska"));
  const info = ebmlElement(ids.timestampScale, ebmlUint(timestampScale));
  const described = entries.map((entry) => ebmlElement(ids.trackEntry, entry));
  return Buffer.concat([
    ebmlElement(ids.ebmlHead, docType),
    ebmlElement(
      ids.segment,
      ebmlElement(ids.info, info),
      ebmlElement(ids.tracks, ...described),
      ...blocks.map(cluster),
    ),
  ]);
}

/** Each block has a cluster to itself: its time is the cluster's. */
function cluster({ track, ticks, lacing, payload, durationTicks }: BlockToWrite): Uint8Array {
  const head = Uint8Array.of(...sizeBytes(track), 0, 0, lacing << 1);
  const duration =
    durationTicks === null ? [] : [ebmlElement(ids.blockDuration, ebmlUint(durationTicks))];
  return ebmlElement(
    ids.cluster,
    ebmlElement(ids.timestamp, ebmlUint(ticks)),
    ebmlElement(ids.blockGroup, ebmlElement(ids.block, head, payload), ...duration),
  );
}

const text = new TextEncoder();

/** What describes the only track of a file, of text as ASS has it; `header`: the script up to its events. */
export function assTrackEntry(header: string): Uint8Array {
  return Buffer.concat([
    ...identity(17, "S_TEXT/ASS"),
    ebmlElement(ids.codecPrivate, text.encode(header)),
  ]);
}

/** The same of one of PNG pictures of one size. */
export function pngTrackEntry(width: number, height: number): Uint8Array {
  // Video for Windows: what Matroska has no name of its own for goes by the four letters of a BITMAPINFOHEADER.
  const head = new DataView(new ArrayBuffer(40));
  head.setUint32(0, 40, true);
  head.setInt32(4, width, true);
  head.setInt32(8, height, true);
  head.setUint16(12, 1, true);
  head.setUint16(14, 32, true);
  new Uint8Array(head.buffer).set(text.encode("MPNG"), 16);
  return Buffer.concat([
    ...identity(1, "V_MS/VFW/FOURCC"),
    ebmlElement(ids.codecPrivate, new Uint8Array(head.buffer)),
    ebmlElement(
      ids.video,
      ebmlElement(ids.pixelWidth, ebmlUint(width)),
      ebmlElement(ids.pixelHeight, ebmlUint(height)),
    ),
  ]);
}

function identity(type: number, codecId: string): Uint8Array[] {
  return [
    ebmlElement(ids.trackNumber, ebmlUint(1)),
    ebmlElement(ids.trackUid, ebmlUint(1)),
    ebmlElement(ids.trackType, ebmlUint(type)),
    ebmlElement(ids.codecId, text.encode(codecId)),
  ];
}
