import { childBoxes, onlyBox, openFullBox, readBoxes, type Box } from "./iso-boxes.ts";
import { maskHeader } from "./init-mask.ts";

/**
 * A copy of a described init segment that states the whole duration, as it would if the whole
 * had been packaged: in `mehd`; the other headers' durations are 0 in a fragmented file and stay so
 * (ISO/IEC 14496-12, 8.8.2). Throws VERIFY_FAILED for bytes that are not an init segment.
 */
export function withDuration(init: Uint8Array, durationSeconds: number): Uint8Array {
  const moov = movieBoxes(init);
  const header = openFullBox(init, onlyBox(moov, "mvhd"));
  header.fields.skip(header.version === 1 ? 16 : 8);
  const movieTimescale = header.fields.uint32();
  const mehd = childBoxes(init, onlyBox(moov, "mvex")).find(({ type }) => type === "mehd");
  if (mehd === undefined) return init;
  const ticks = Math.round(durationSeconds * movieTimescale);
  const { version, fields } = openFullBox(init, mehd);
  const position = fields.position;
  // Reading the field first proves that it lies inside the box.
  if (version === 1) fields.uint64();
  else fields.uint32();
  const copy = new Uint8Array(init);
  const view = new DataView(copy.buffer);
  if (version === 1) view.setBigUint64(position, BigInt(ticks));
  else view.setUint32(position, Math.min(ticks, 0xffffffff));
  return copy;
}

/**
 * Media time at which the presentation begins, in ticks of the track: how far pictures are shown behind
 * their decoding (edit list, 8.6.6); 0 without an edit list.
 */
export function presentationDelay(init: Uint8Array): number {
  const track = childBoxes(init, onlyBox(movieBoxes(init), "trak"));
  const edits = track.find(({ type }) => type === "edts");
  if (edits === undefined) return 0;
  const { version, fields } = openFullBox(init, onlyBox(childBoxes(init, edits), "elst"));
  if (fields.uint32() === 0) return 0;
  fields.skip(version === 1 ? 8 : 4);
  return version === 1 ? fields.uint64() : fields.int32();
}

/**
 * In what a real init segment differs from the described one, as sentences; none when segments of the
 * real one play with the described one. What follows the content's length, language or measured bit
 * rate is left out. Never throws.
 */
export function initDifferences(described: Uint8Array, real: Uint8Array): string[] {
  try {
    return compare(maskHeader(described), maskHeader(real), "");
  } catch (thrown) {
    return [thrown instanceof Error ? thrown.message : String(thrown)];
  }
}

function movieBoxes(init: Uint8Array): Box[] {
  return childBoxes(init, onlyBox(readBoxes(init), "moov"));
}

/** How many frames Opus needs to settle (8.9.3) is not written of sound that is shorter than that. */
function isCompared({ type }: Box): boolean {
  return type !== "sgpd";
}

const containers = new Set(["moov", "trak", "mdia", "minf", "stbl", "dinf", "edts", "mvex"]);

function compare(a: Uint8Array, b: Uint8Array, path: string): string[] {
  const boxesA = readBoxes(a).filter(isCompared);
  const boxesB = readBoxes(b).filter(isCompared);
  const names = (boxes: readonly Box[]): string => boxes.map(({ type }) => type).join(" ");
  if (names(boxesA) !== names(boxesB)) {
    return [`${path || "file"}: expected boxes ${names(boxesA)}, got ${names(boxesB)}`];
  }
  return boxesA.flatMap((boxA, i) => {
    const boxB = boxesB[i] ?? boxA;
    const bodyA = a.subarray(boxA.bodyStart, boxA.end);
    const bodyB = b.subarray(boxB.bodyStart, boxB.end);
    const inner = path === "" ? boxA.type : `${path}/${boxA.type}`;
    if (containers.has(boxA.type)) return compare(bodyA, bodyB, inner);
    const [hexA, hexB] = [bodyA.toHex(), bodyB.toHex()];
    return hexA === hexB ? [] : [`${inner}: expected ${hexA}, got ${hexB}`];
  });
}
