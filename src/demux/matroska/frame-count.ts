import { readExactly } from "../readable-file.ts";
import { elements, textOf, type Element } from "./ebml.ts";
import { ids } from "./element-ids.ts";
import type { Segment } from "./segment.ts";
import type { MatroskaTrack } from "./tracks.ts";

/** Some KB in most films, more where covers are put there. */
const longestTagsBytes = 4 * 1024 * 1024;

/**
 * How many frames a track has, as mkvmerge and MakeMKV write it into the tags (NUMBER_OF_FRAMES); null where nobody
 * says. The largest, where it is told more than once.
 */
export async function readFrameCount(
  { file, tags }: Segment,
  track: MatroskaTrack,
): Promise<number | null> {
  if (tags === null || tags.end - tags.start > longestTagsBytes) return null;
  const bytes = await readExactly(file, tags.start, tags.end - tags.start);
  const uid = uidIn(track.entry, ids.trackUid);
  if (uid === null) return null;
  const counts = [...elements(bytes)]
    .filter((tag) => tag.id === ids.tag)
    .flatMap((tag) => countsOf(bytes, tag, uid));
  return counts.length === 0 ? null : Math.max(...counts);
}

function countsOf(bytes: Uint8Array, tag: Element, uid: string): number[] {
  const parts = [...elements(bytes, tag.bodyStart, tag.end)];
  const isOwn = parts.some(({ id, bodyStart, end }) => {
    return id === ids.targets && uidIn(bytes.subarray(bodyStart, end), ids.tagTrackUid) === uid;
  });
  if (!isOwn) return [];
  return parts.flatMap((part) => {
    if (part.id !== ids.simpleTag) return [];
    const inner = [...elements(bytes, part.bodyStart, part.end)];
    const of = (name: number): string => {
      const found = inner.find(({ id }) => id === name);
      return found === undefined ? "" : textOf(bytes, found);
    };
    const value = of(ids.tagString);
    return of(ids.tagName) === "NUMBER_OF_FRAMES" && /^\d+$/.test(value) ? [Number(value)] : [];
  });
}

/** 64 bits at random: more than a number holds. */
function uidIn(bytes: Uint8Array, name: number): string | null {
  const found = [...elements(bytes)].find(({ id }) => id === name);
  if (found === undefined) return null;
  return Buffer.from(bytes.subarray(found.bodyStart, found.end)).toString("hex").replace(/^0+/, "");
}
