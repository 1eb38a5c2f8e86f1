import { Breather } from "../breather.ts";
import { openReadableFile, unreadable } from "../readable-file.ts";
import { readCuedBlocks, type WholeBlock } from "./cued-blocks.ts";
import { ids } from "./element-ids.ts";
import { readSegment, type Segment } from "./segment.ts";
import type { MatroskaTrack } from "./tracks.ts";
import { ebmlElement, ebmlUint, sizeBytes } from "./write-ebml.ts";

/**
 * A Matroska file of one track alone, as it stands in a film: its description, blocks and times, compressed where they
 * are. Only looks where the film's cues lead to; null where those may not lead to every block of the track. Absolute
 * path, stream index. MEDIA_MISSING, and MEDIA_UNREADABLE for what is no Matroska or contradicts itself.
 */
export async function readExcerpt(
  path: string,
  streamIndex: number,
  signal?: AbortSignal,
): Promise<Uint8Array | null> {
  const file = await openReadableFile(path);
  try {
    const segment = await readSegment(file);
    const own = segment.tracks[streamIndex];
    if (own === undefined) throw unreadable(`The file has no track of the index ${streamIndex}`);
    const isAlone = segment.tracks.every((track) => track === own || track.number !== own.number);
    const isOnClock = own.track.obstacles.every(({ code }) => code !== "time-stamps");
    if (!isAlone || !isOnClock) return null;
    const blocks = await readCuedBlocks(segment, own, new Breather(signal));
    // FFmpeg has times before the clock's zero for none.
    if (blocks === null || blocks.some(({ ticks }) => ticks < 0)) return null;
    return excerpt(segment, own, blocks);
  } finally {
    await file.close();
  }
}

function excerpt(
  { timestampScale }: Segment,
  own: MatroskaTrack,
  blocks: readonly WholeBlock[],
): Uint8Array {
  const docType = ebmlElement(ids.docType, new TextEncoder().encode("matroska"));
  const info = ebmlElement(ids.timestampScale, ebmlUint(timestampScale));
  return Buffer.concat([
    ebmlElement(ids.ebmlHead, docType),
    ebmlElement(
      ids.segment,
      ebmlElement(ids.info, info),
      ebmlElement(ids.tracks, ebmlElement(ids.trackEntry, own.entry)),
      ...blocks.map(cluster),
    ),
  ]);
}

/** Each block has a cluster to itself: its time is the cluster's. */
function cluster({ track, ticks, lacing, payload, durationTicks }: WholeBlock): Uint8Array {
  const head = Uint8Array.of(...sizeBytes(track), 0, 0, lacing << 1);
  const duration =
    durationTicks === null ? [] : [ebmlElement(ids.blockDuration, ebmlUint(durationTicks))];
  return ebmlElement(
    ids.cluster,
    ebmlElement(ids.timestamp, ebmlUint(ticks)),
    ebmlElement(ids.blockGroup, ebmlElement(ids.block, head, payload), ...duration),
  );
}
