import { segmentName } from "../media/object-name.ts";
import type { SegmentTrace } from "../pipeline/ports.ts";

export type SegmentFacts = Readonly<Record<string, string | number | undefined>>;

/** What there is to say of a segment's try beside its times, for logs and spans alike. */
export function segmentFacts({
  rendition,
  n,
  attempt,
  wanted,
  sizeBytes,
  code,
}: SegmentTrace): SegmentFacts {
  const recipe = rendition.method === "encode" ? rendition.recipe : undefined;
  return {
    object: segmentName(rendition.id, n),
    rendition: rendition.id,
    segment: n,
    method: rendition.method,
    provider: recipe?.kind === "video" ? recipe.provider.id : undefined,
    encoder: recipe?.encoder,
    attempt,
    wanted: wanted ?? "by nobody",
    bytes: sizeBytes ?? undefined,
    code: code ?? undefined,
  };
}
