import { manifestNames, type Container } from "../media/object-name.ts";
import { planSeconds, type Plan } from "../rendition/plan.ts";
import type { Decision } from "./delivery.ts";
import type { FilePlace } from "./direct-play.ts";
import type { PlayableMedia } from "./media-lookup.ts";
import type { PublishedContent } from "./published-content.ts";

/** What a session plays: a content, or the film's file as it is. */
export type Delivered = DeliveredContent | DeliveredFile;

interface DeliveredTitle {
  readonly hash: string;
  /** What a player is given under the hash: a manifest, or the file. */
  readonly entry: string;
  readonly fingerprint: string;
  readonly durationSeconds: number;
  readonly decision: Decision;
  /** Who encodes it. */
  readonly provider: string;
  /** It was there before anybody asked for it this time. */
  readonly known: boolean;
}

export interface DeliveredContent extends DeliveredTitle {
  readonly kind: "content";
  readonly container: Container;
  readonly plan: Plan;
}

export interface DeliveredFile extends DeliveredTitle {
  readonly kind: "file";
  /** The file's extension. */
  readonly container: string;
}

/** The provider of what nobody encodes. */
const nobody = "none";

export function deliveredContent(
  { hash, plan, decision, provider, known }: PublishedContent,
  container: Container,
): DeliveredContent {
  return {
    kind: "content",
    ...{ hash, plan, decision, provider, known, container },
    entry: manifestNames[container],
    fingerprint: plan.source.fingerprint,
    durationSeconds: planSeconds(plan),
  };
}

export function deliveredFile(
  { source }: PlayableMedia,
  { hash, name, extension }: FilePlace,
  decision: Decision,
): DeliveredFile {
  const { fingerprint, durationSeconds } = source;
  return {
    kind: "file",
    ...{ hash, decision, fingerprint, durationSeconds },
    entry: name,
    container: extension,
    provider: nobody,
    known: true,
  };
}
