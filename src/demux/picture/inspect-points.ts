import type { CopyObstacle, DemuxedTrack, Demuxer, RandomAccessPoint } from "../demuxer.ts";
import { nalLengthBytes } from "./nal-units.ts";
import { foreignSets } from "./parameter-sets.ts";
import { randomAccessKind, type RandomAccessKind } from "./random-access-kind.ts";

export interface Inspection {
  /** Of each point; null for a codec that is not looked into. */
  readonly kinds: readonly (RandomAccessKind | null)[];
  readonly obstacles: readonly CopyObstacle[];
}

/** Access unit delimiter, parameter sets and messages: what stands before the first slice is rarely longer. */
const headBytes = 4096;
const looksAtOnce = 6;

/** Reads the first bytes of the packets of these points: whether they are what the container calls them. */
export async function inspectPoints(
  demuxer: Demuxer,
  track: DemuxedTrack,
  points: readonly RandomAccessPoint[],
  signal?: AbortSignal,
): Promise<Inspection> {
  const kinds: (RandomAccessKind | null)[] = points.map(() => null);
  let [changes, next] = [0, 0];
  const { codec, configuration } = track;
  const lengthBytes = configuration === null ? 4 : nalLengthBytes(configuration);
  const look = async (): Promise<void> => {
    for (let i = next++; i < points.length; i = next++) {
      signal?.throwIfAborted();
      const point = points[i];
      if (point === undefined) return;
      const head = await demuxer.head(track, point, headBytes);
      kinds[i] = randomAccessKind(codec, lengthBytes, head);
      if (foreignSets(codec, configuration, head).length > 0) changes += 1;
    }
  };
  await Promise.all(Array.from({ length: looksAtOnce }, look));
  return { kinds, obstacles: [...changeObstacle(changes), ...kindObstacle(kinds)] };
}

function changeObstacle(changes: number): CopyObstacle[] {
  if (changes === 0) return [];
  const message = "Parameter sets in the film differ from those of its header";
  return [{ code: "parameter-sets", message }];
}

function kindObstacle(kinds: Inspection["kinds"]): CopyObstacle[] {
  const wrong = kinds.filter((kind) => kind !== null && !beginnings.has(kind)).length;
  if (wrong === 0) return [];
  const message = `Of ${kinds.length} pictures called random access points ${wrong} are none`;
  return [{ code: "random-access", message }];
}

const beginnings: ReadonlySet<RandomAccessKind> = new Set([
  ...(["idr", "idr-leading", "cra", "bla", "recovery", "key"] as const),
]);
