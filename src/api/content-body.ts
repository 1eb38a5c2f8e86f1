import type { z } from "@hono/zod-openapi";
import { manifestNames } from "../media/plan.ts";
import { contentUrl } from "../playback/session-view.ts";
import type { ContentInfo, RenditionInfo } from "../content/content-service.ts";
import type * as schemas from "./schemas/content-schemas.ts";

type ContentBody = z.infer<typeof schemas.contentInfoSchema>;

export function contentBody(content: ContentInfo, baseUrl: string): ContentBody {
  const { hash, plan, objects, bytes, remade } = content;
  const url = contentUrl(baseUrl, hash);
  const { totalFrames, frameRate } = plan.grid;
  const renditions = content.renditions.map(renditionBody);
  return {
    content_hash: hash,
    content_url: url,
    manifests: { dash: url + manifestNames.dash, hls: url + manifestNames.hls },
    fingerprint: plan.source.fingerprint,
    duration: (totalFrames * frameRate.den) / frameRate.num,
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
}: RenditionInfo): ContentBody["renditions"][number] {
  const counts = { segments_ready: segmentsReady, segments_total: segmentsTotal };
  if (rendition.kind === "video") {
    const { codec, width, height, maxBitrateBps } = rendition.recipe;
    const sound = { channels: null, language: null, label: null };
    return {
      id: rendition.id,
      kind: "video",
      codec,
      width,
      height,
      ...sound,
      bitrate: maxBitrateBps,
      ...counts,
    };
  }
  const { id, language, label } = rendition;
  const { codec, channels, bitrateBps } = rendition.recipe;
  const picture = { width: null, height: null };
  return {
    id,
    kind: "audio",
    codec,
    ...picture,
    channels,
    language,
    label,
    bitrate: bitrateBps,
    ...counts,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
