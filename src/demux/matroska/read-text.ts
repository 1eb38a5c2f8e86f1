import { Breather } from "../breather.ts";
import { ByteWindow } from "../byte-window.ts";
import { openReadableFile } from "../readable-file.ts";
import { walkBlocks } from "./block-walk.ts";
import { readSegment } from "./segment.ts";

/** A track of subtitles as a Matroska file has it. */
export interface SubtitleBlocks {
  /** What stands before its first packet; null for nothing. */
  readonly codecPrivate: Uint8Array | null;
  /** In file order. */
  readonly blocks: readonly SubtitleBlock[];
}

export interface SubtitleBlock {
  readonly startMs: number;
  /** null where the file states none. */
  readonly durationMs: number | null;
  readonly bytes: Uint8Array;
}

/** A track of text as a Matroska file has it. */
export interface TextBlocks {
  /** What stands before its first packet: of ASS the script up to its events. Empty for none. */
  readonly header: string;
  /** In file order. */
  readonly blocks: readonly TextBlock[];
}

export interface TextBlock {
  readonly startMs: number;
  /** null where the file states none. */
  readonly durationMs: number | null;
  readonly text: string;
}

const windowBytes = 256 * 1024;

/** All tracks of a Matroska file that holds text alone, as of `readSubtitleBlocks`. */
export async function readTextBlocks(path: string): Promise<TextBlocks[]> {
  const decoder = new TextDecoder();
  return (await readSubtitleBlocks(path)).map(({ codecPrivate, blocks }) => ({
    header: codecPrivate === null ? "" : decoder.decode(codecPrivate),
    blocks: blocks.map(({ bytes, ...times }) => ({ ...times, text: decoder.decode(bytes) })),
  }));
}

/**
 * All tracks of a Matroska file that holds subtitles alone, in its order, read over once: what FFmpeg wrote of a film's
 * subtitles. MEDIA_UNREADABLE for a file that contradicts itself.
 */
export async function readSubtitleBlocks(
  path: string,
  signal?: AbortSignal,
): Promise<SubtitleBlocks[]> {
  const found: { codecPrivate: Uint8Array | null; blocks: SubtitleBlock[] }[] = [];
  await eachBlock(
    path,
    (tracks) => found.push(...tracks.map((track) => ({ ...track, blocks: [] }))),
    (track, block) => found[track]?.blocks.push(block),
    signal,
  );
  return found;
}

/**
 * Reads a Matroska file over once: `onTracks` is told of its tracks, in the file's order, then `onBlock` of each block
 * by its track's place in that order. MEDIA_UNREADABLE for a file that contradicts itself.
 */
export async function eachBlock(
  path: string,
  onTracks: (tracks: readonly Pick<SubtitleBlocks, "codecPrivate">[]) => void,
  onBlock: (track: number, block: SubtitleBlock) => void,
  signal?: AbortSignal,
): Promise<void> {
  const file = await openReadableFile(path);
  try {
    const { tracks, firstCluster, timestampScale } = await readSegment(file);
    onTracks(tracks.map(({ codecPrivate }) => ({ codecPrivate })));
    if (firstCluster === null) return;
    const places = new Map(tracks.map(({ number }, i) => [number, i]));
    const window = new ByteWindow(file, windowBytes);
    const toMs = (ticks: number): number => Math.round((ticks * timestampScale) / 1e6);
    const from = { cluster: firstCluster, inner: 0 };
    for await (const block of walkBlocks(window, from, new Breather(signal))) {
      const bytes = await window.bytes(block.payloadStart, block.end - block.payloadStart);
      const place = places.get(block.track);
      if (place === undefined) continue;
      onBlock(place, {
        startMs: toMs(block.ticks),
        durationMs: block.durationTicks === null ? null : toMs(block.durationTicks),
        bytes,
      });
    }
  } finally {
    await file.close();
  }
}
