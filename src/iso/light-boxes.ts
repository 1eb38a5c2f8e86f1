import { childBoxes, onlyBox, readBoxes, type Box } from "./iso-boxes.ts";

/** What a visual sample entry says of the light pictures were made for (ISO/IEC 14496-12, 12.1.6 and 12.1.7). */
const lightTypes = ["mdcv", "clli"];
/** Fields of a VisualSampleEntry (12.1.3) before its boxes. */
const visualFieldBytes = 78;
/** Version, flags and count of `stsd` (8.5.2) before its entries. */
const listFieldBytes = 8;

/** The boxes `mdcv` and `clli` in an MP4's first sample entry, by type. VERIFY_FAILED for bytes that are no MP4. */
export function lightBoxes(mp4: Uint8Array): Map<string, Uint8Array> {
  const boxes = sampleEntryBoxes(mp4).filter(({ type }) => lightTypes.includes(type));
  return new Map(boxes.map(({ type, start, end }) => [type, mp4.slice(start, end)]));
}

/**
 * An MP4 with more boxes, by type, in the sample entry of its first track, but for those that are there. Nothing that
 * counts from its beginning may lie behind them: a whole file has its index last. VERIFY_FAILED for bytes that are no MP4.
 */
export function withEntryBoxes(
  mp4: Uint8Array,
  boxes: ReadonlyMap<string, Uint8Array>,
): Uint8Array {
  const path = pathToEntry(mp4);
  const entry = path.at(-1);
  if (entry === undefined) return mp4;
  const own = childBoxes(mp4, entry, visualFieldBytes).map(({ type }) => type);
  const added = [...boxes].flatMap(([type, bytes]) => (own.includes(type) ? [] : [bytes]));
  const more = added.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (more === 0) return mp4;
  const parts = [mp4.subarray(0, entry.end), ...added, mp4.subarray(entry.end)];
  const whole = new Uint8Array(mp4.byteLength + more);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  const view = new DataView(whole.buffer);
  for (const { start, end } of path) view.setUint32(start, end - start + more);
  return whole;
}

/** The boxes of the first track's sample entry. */
function sampleEntryBoxes(bytes: Uint8Array): Box[] {
  const entry = pathToEntry(bytes).at(-1);
  return entry === undefined ? [] : childBoxes(bytes, entry, visualFieldBytes);
}

/** From `moov` down to the sample entry of the first track; none where it has no entry. */
function pathToEntry(bytes: Uint8Array): Box[] {
  const path = [onlyBox(readBoxes(bytes), "moov")];
  for (const type of ["trak", "mdia", "minf", "stbl", "stsd"]) {
    const inside = path.at(-1);
    const box = inside && childBoxes(bytes, inside).find((child) => child.type === type);
    if (box === undefined) return [];
    path.push(box);
  }
  const list = path.at(-1);
  const [entry] = list === undefined ? [] : childBoxes(bytes, list, listFieldBytes);
  return entry === undefined ? [] : [...path, entry];
}
