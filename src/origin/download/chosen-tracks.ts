import { ViewraError } from "../../errors/viewra-error.ts";
import { segmentCount } from "../../media/timeline.ts";
import { isMedia, type MediaRendition } from "../../rendition/methods.ts";
import { renditionTimeline, streamFacts, type Plan } from "../../rendition/plan.ts";

/** A track of the file, and how many segments it is made of. */
export interface ChosenTrack {
  readonly rendition: MediaRendition;
  readonly segments: number;
}

/**
 * The renditions that `rendition=…` names, pictures first; the best pictures and the default sound where none is named.
 * OBJECT_NOT_FOUND for one that the content does not have, INVALID_REQUEST for what is no track of a film file.
 */
export function chooseTracks(plan: Plan, query: URLSearchParams): ChosenTrack[] {
  const unknown = [...query.keys()].find((key) => key !== "rendition");
  if (unknown !== undefined) {
    const message = `Expected only rendition=… in the query, got ${JSON.stringify(unknown.slice(0, 40))}`;
    throw new ViewraError("INVALID_REQUEST", message);
  }
  const asked = [...new Set(query.getAll("rendition"))];
  const media = plan.renditions.filter(isMedia);
  const chosen = asked.length === 0 ? usual(media) : asked.map((id) => named(plan, media, id));
  const pictures = chosen.filter(({ kind }) => kind === "video");
  if (pictures.length > 1) {
    const ids = pictures.map(({ id }) => id).join(", ");
    throw new ViewraError("INVALID_REQUEST", `Expected one rendition with pictures, got ${ids}`);
  }
  const sounds = chosen.filter(({ kind }) => kind === "audio");
  return [...pictures, ...sounds].map((rendition) => ({
    rendition,
    segments: segmentCount(renditionTimeline(plan, rendition)),
  }));
}

function named(plan: Plan, media: readonly MediaRendition[], id: string): MediaRendition {
  const found = media.find((rendition) => rendition.id === id);
  if (found !== undefined) return found;
  const expected = media.map((rendition) => rendition.id);
  const isText = plan.renditions.some((rendition) => rendition.id === id);
  const what = isText ? "is none that a film file holds" : "is no rendition of it";
  const message = `Expected rendition to be of ${expected.join(", ")}; ${JSON.stringify(id.slice(0, 40))} ${what}`;
  throw new ViewraError(isText ? "INVALID_REQUEST" : "OBJECT_NOT_FOUND", message, {
    details: { expected },
  });
}

function usual(media: readonly MediaRendition[]): MediaRendition[] {
  const pictures = media.filter(({ kind }) => kind === "video").toSorted(byQuality);
  const sounds = media.flatMap((each) => (each.kind === "audio" ? [each] : []));
  const sound = sounds.find(({ isDefault }) => isDefault) ?? sounds[0];
  return [pictures[0], sound].flatMap((rendition) => rendition ?? []);
}

/** The best first: the larger; of equal size the original, which nothing was lost of. */
function byQuality(a: MediaRendition, b: MediaRendition): number {
  const [left, right] = [streamFacts(a), streamFacts(b)];
  const size = (right.height ?? 0) - (left.height ?? 0);
  if (size !== 0) return size;
  const original = Number(b.method === "copy") - Number(a.method === "copy");
  return original === 0 ? right.bitrateBps - left.bitrateBps : original;
}
