import { readExactly, unreadable } from "../readable-file.ts";
import type { Breather } from "../breather.ts";
import { elements, uintOf, type Element } from "./ebml.ts";
import { ids } from "./element-ids.ts";
import type { Segment } from "./segment.ts";

/** An entry of the file's own index (RFC 9559, 5.1.5). */
export interface Cue {
  readonly ticks: number;
  readonly track: number;
  /** Byte of the cluster. */
  readonly cluster: number;
  /** How far behind the cluster's head the block is; null where the file does not say. */
  readonly relative: number | null;
}

const cueLimit = 2_000_000;

/** Those cues that lead into the file, in order of time. */
export async function readCues(segment: Segment, breather: Breather): Promise<Cue[]> {
  const { bodyStart, file } = segment;
  const cues = await readAllCues(segment, breather);
  return cues.filter(({ cluster }) => cluster >= bodyStart && cluster < file.sizeBytes);
}

/** All cues in order of time, wherever they lead; none in a file without. */
export async function readAllCues(segment: Segment, breather: Breather): Promise<Cue[]> {
  if (segment.cues === null) return [];
  const { start, end } = segment.cues;
  const bytes = await readExactly(segment.file, start, end - start);
  const cues: Cue[] = [];
  for (const point of elements(bytes)) {
    if (point.id === ids.cuePoint) cues.push(...readPoint(bytes, point, segment));
    if (cues.length > cueLimit) throw unreadable("The file has more cues than any film");
    const pause = breather.turn();
    if (pause) await pause;
  }
  return cues.toSorted((a, b) => a.ticks - b.ticks || a.cluster - b.cluster);
}

function readPoint(bytes: Uint8Array, point: Element, segment: Segment): Cue[] {
  let ticks: number | null = null;
  const positions: Element[] = [];
  for (const element of elements(bytes, point.bodyStart, point.end)) {
    if (element.id === ids.cueTime) ticks = uintOf(bytes, element);
    if (element.id === ids.cueTrackPositions) positions.push(element);
  }
  if (ticks === null) return [];
  const time = ticks;
  return positions.map((position): Cue => {
    let [track, cluster] = [0, -1];
    let relative: number | null = null;
    for (const element of elements(bytes, position.bodyStart, position.end)) {
      if (element.id === ids.cueTrack) track = uintOf(bytes, element);
      if (element.id === ids.cueClusterPosition) {
        cluster = segment.bodyStart + uintOf(bytes, element);
      }
      if (element.id === ids.cueRelativePosition) relative = uintOf(bytes, element);
    }
    return { ticks: time, track, cluster, relative };
  });
}
