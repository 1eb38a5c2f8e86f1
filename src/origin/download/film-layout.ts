import { readMediaFragment, type MediaFragment } from "../../iso/media-fragment.ts";
import { createPlainMovie } from "../../iso/movie/plain-movie.ts";
import { initName, segmentName } from "../../media/object-name.ts";
import { ViewraError } from "../../errors/viewra-error.ts";
import type { ContentStore, StoredObject } from "../../store/content-store.ts";
import type { ChosenTrack } from "./chosen-tracks.ts";

/** A stretch of the file: bytes of its own, or `[start, end)` of an object. */
type LayoutPart =
  | { readonly bytes: Uint8Array }
  | { readonly name: string; readonly start: number; readonly end: number };

/** Which bytes stand where in a film file whose segments are all stored. */
export interface FilmLayout {
  readonly sizeBytes: number;
  /** The stretches that make up `[start, end)`, in order. */
  parts(start: number, end: number): Iterable<LayoutPart>;
}

export type OpenObject = (name: string) => Promise<StoredObject>;

/** Opens objects of a content. The promise rejects with OBJECT_NOT_READY for one that is not there. */
export function openerOf(store: Pick<ContentStore, "open">, hash: string): OpenObject {
  return async (name) => {
    const object = await store.open(hash, name);
    if (object === null) throw new ViewraError("OBJECT_NOT_READY");
    return object;
  };
}

/** Names of the segments n of all tracks; null for a track that has no such segment. */
export function groupNames(tracks: readonly ChosenTrack[], n: number): (string | null)[] {
  return tracks.map(({ rendition, segments }) =>
    n <= segments ? segmentName(rendition.id, n) : null,
  );
}

export const groupCount = (tracks: readonly ChosenTrack[]): number =>
  Math.max(0, ...tracks.map(({ segments }) => segments));

export const initNames = (tracks: readonly ChosenTrack[]): string[] =>
  tracks.map(({ rendition }) => initName(rendition.id));

export async function bytesOf(object: StoredObject): Promise<Uint8Array> {
  return new Uint8Array(await object.body().arrayBuffer());
}

/** Reads the heads of all segments. Errors: as `open`; VERIFY_FAILED where segments do not fit together. */
export async function layOutFilm(
  tracks: readonly ChosenTrack[],
  open: OpenObject,
): Promise<FilmLayout> {
  const inits = await Promise.all(initNames(tracks).map(async (name) => bytesOf(await open(name))));
  const movie = createPlainMovie(inits);
  const parts: LayoutPart[] = [{ bytes: movie.head }];
  for (let n = 1; n <= groupCount(tracks); n++) {
    const names = groupNames(tracks, n);
    const fragments = await Promise.all(
      names.map(async (name) => (name === null ? null : readHead(await open(name)))),
    );
    const { header, pieces } = movie.addGroup(fragments);
    parts.push({ bytes: header });
    for (const { track, start, end } of pieces)
      parts.push({ name: names[track] ?? "", start, end });
  }
  parts.push({ bytes: movie.end() });
  return indexed(parts);
}

/** What most segments' heads fit into. */
const headBytes = 16 * 1024;

async function readHead(object: StoredObject): Promise<MediaFragment> {
  const { sizeBytes } = object.record;
  const head = await object.body(0, Math.min(headBytes, sizeBytes)).arrayBuffer();
  try {
    return readMediaFragment(new Uint8Array(head), sizeBytes);
  } catch {
    return readMediaFragment(await bytesOf(object));
  }
}

function indexed(parts: readonly LayoutPart[]): FilmLayout {
  const ends: number[] = [];
  for (const part of parts) ends.push((ends.at(-1) ?? 0) + lengthOf(part));
  return {
    sizeBytes: ends.at(-1) ?? 0,
    *parts(start, end) {
      for (let i = firstBeyond(ends, start); i < parts.length; i++) {
        const part = parts[i];
        const partEnd = ends[i] ?? 0;
        if (part === undefined) return;
        const partStart = partEnd - lengthOf(part);
        if (partStart >= end) return;
        yield cut(part, Math.max(0, start - partStart), Math.min(partEnd, end) - partStart);
      }
    },
  };
}

const lengthOf = (part: LayoutPart): number =>
  "bytes" in part ? part.bytes.byteLength : part.end - part.start;

function cut(part: LayoutPart, from: number, to: number): LayoutPart {
  if ("bytes" in part) return { bytes: part.bytes.subarray(from, to) };
  return { name: part.name, start: part.start + from, end: part.start + to };
}

/** Index of the first part that reaches beyond a position. */
function firstBeyond(ends: readonly number[], position: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}
