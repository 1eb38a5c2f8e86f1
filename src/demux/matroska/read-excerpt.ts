import { Breather } from "../breather.ts";
import { openReadableFile, unreadable } from "../readable-file.ts";
import { readCuedBlocks } from "./cued-blocks.ts";
import { readSegment } from "./segment.ts";
import { matroskaFile } from "./write-matroska.ts";

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
    return matroskaFile(segment.timestampScale, [own.entry], blocks);
  } finally {
    await file.close();
  }
}
