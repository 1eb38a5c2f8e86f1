import type { z } from "@hono/zod-openapi";
import { manifestNames } from "../media/object-name.ts";
import { planSeconds, streamFacts } from "../rendition/plan.ts";
import { contentUrl } from "../playback/session-view.ts";
import type { ContentInfo, RenditionInfo } from "../content/content-service.ts";
import type * as schemas from "./schemas/content-schemas.ts";

type ContentBody = z.infer<typeof schemas.contentInfoSchema>;

export function contentBody(content: ContentInfo, baseUrl: string): ContentBody {
  const { hash, plan, objects, bytes, remade } = content;
  const url = contentUrl(baseUrl, hash);
  const renditions = content.renditions.map(renditionBody);
  return {
    content_hash: hash,
    content_url: url,
    manifests: { dash: url + manifestNames.dash, hls: url + manifestNames.hls },
    fingerprint: plan.source.fingerprint,
    duration: planSeconds(plan),
    renditions,
    segments_ready: sum(renditions.map((rendition) => rendition.segments_ready)),
    segments_total: sum(renditions.map((rendition) => rendition.segments_total)),
    ...{ objects, bytes, remade },
    media_file_ids: [...content.mediaFileIds],
  };
}

function renditionBody({
  rendition,
  segmentsReady,
  segmentsTotal,
  costMs,
}: RenditionInfo): ContentBody["renditions"][number] {
  const { codec, bitrateBps, width, height, channels } = streamFacts(rendition);
  const { id, kind, method } = rendition;
  const isSound = kind === "audio";
  return {
    ...{ id, kind, method, codec, width, height, channels },
    language: isSound ? rendition.language : null,
    label: isSound ? rendition.label : null,
    bitrate: bitrateBps,
    segments_ready: segmentsReady,
    segments_total: segmentsTotal,
    cost_seconds: costMs === null ? null : costMs / 1000,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
