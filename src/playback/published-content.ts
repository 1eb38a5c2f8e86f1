import { toViewraError, ViewraError } from "../errors/viewra-error.ts";
import { buildPlan } from "../rendition/build-plan.ts";
import type { Plan } from "../rendition/plan.ts";
import type { TranscodingProvider } from "../plugin/sdk.ts";
import type { DeviceProfile } from "./device-profile.ts";
import type { PlayableMedia } from "./media-lookup.ts";
import { createRecent } from "./recent.ts";
import type { Clock, PlaybackPipeline } from "./ports.ts";
import type { ResolvedOptions, ResolvedRequest } from "./start-request.ts";

/** A content whose manifests are in the store. */
export interface PublishedContent {
  readonly hash: string;
  readonly plan: Plan;
  readonly provider: string;
  /** It was there before anybody asked for it this time. */
  readonly known: boolean;
}

export interface Publisher {
  /**
   * The content of a file for a request. The first provider that can do it does; TRANSCODING_UNAVAILABLE
   * with what each said when none can, or when the device plays nothing that is made here.
   */
  publish(media: PlayableMedia, request: ResolvedRequest): Promise<PublishedContent>;
  /** To be called when a content was deleted: the next start publishes it anew. */
  forget(hash: string): void;
}

/** How long a published content is taken to be still in the store without asking. */
const believedMs = 1000;
const kept = 1000;

/**
 * Plans contents and publishes them, once for all who ask for the same within a second. `providers` are
 * asked in their order.
 */
export function createPublisher(
  pipeline: Pick<PlaybackPipeline, "publish">,
  providers: readonly TranscodingProvider[],
  clock: Clock,
): Publisher {
  const recent = createRecent<PublishedContent>(clock, believedMs, kept);
  return {
    async publish(media, request) {
      checkCodecs(media, request.profile);
      let isFirst = false;
      const published = await recent.get(contentKey(media, request.options), () => {
        isFirst = true;
        return publishWithAny(pipeline, providers, media, request);
      });
      return isFirst ? published : { ...published, known: true };
    },
    forget: (hash) => recent.forget((content) => content.hash === hash),
  };
}

/** The plan for a file with one provider. Pure. TRANSCODING_UNAVAILABLE when the device plays nothing made here. */
export function planContent(
  media: PlayableMedia,
  { options, profile }: ResolvedRequest,
  provider: TranscodingProvider,
): Plan {
  checkCodecs(media, profile);
  return buildPlan(media.source, {
    ...options,
    provider,
  });
}

async function publishWithAny(
  pipeline: Pick<PlaybackPipeline, "publish">,
  providers: readonly TranscodingProvider[],
  media: PlayableMedia,
  request: ResolvedRequest,
): Promise<PublishedContent> {
  const tried: { provider: string; code: string; message: string }[] = [];
  let cause: unknown;
  for (const provider of providers) {
    try {
      const { hash, known, plan } = await pipeline.publish(planContent(media, request, provider));
      return { hash, known, plan, provider: provider.id };
    } catch (thrown) {
      const error = toViewraError(thrown);
      if (error.code !== "TRANSCODING_UNAVAILABLE" && error.code !== "ENCODE_FAILED") throw error;
      tried.push({ provider: provider.id, code: error.code, message: error.message });
      cause = error;
    }
  }
  const said = tried.map(({ provider, message }) => `${provider}: ${message}`).join("; ");
  const message = tried.length === 0 ? "No encoder plugin is there" : `No encoder can: ${said}`;
  throw new ViewraError("TRANSCODING_UNAVAILABLE", message, {
    cause,
    details: { tried },
    retryAfterSeconds: 30,
  });
}

/** What is made here. Another codec arrives with its provider. */
const made = { video: "h264", audio: "aac" } as const;

function checkCodecs({ source }: PlayableMedia, profile: DeviceProfile): void {
  const lacks = (codec: string, codecs: ReadonlySet<string>): void => {
    if (codecs.has(codec)) return;
    const message = `The device plays ${[...codecs].join(", ")}, this server makes ${codec}`;
    throw new ViewraError("TRANSCODING_UNAVAILABLE", message);
  };
  if (source.video !== null) lacks(made.video, profile.videoCodecs);
  if (source.audio.length > 0) lacks(made.audio, profile.audioCodecs);
}

function contentKey({ file, source }: PlayableMedia, options: ResolvedOptions): string {
  const { segmentSeconds, quality, adaptive, maxAudioChannels, maxHeight, maxBitrateBps } = options;
  const shape = `${segmentSeconds} ${quality} ${adaptive} ${maxAudioChannels} ${maxHeight}`;
  return `${file.id} ${file.modifiedMs} ${source.fingerprint} ${shape} ${maxBitrateBps}`;
}
