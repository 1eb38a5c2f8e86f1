import type { ErrorCode } from "../errors/catalogue.ts";
import { toViewraError, ViewraError } from "../errors/viewra-error.ts";
import type { Plan } from "../rendition/plan.ts";
import type { TranscodingProvider } from "../plugin/sdk.ts";
import type { Device } from "../device/device.ts";
import type { Verdict } from "../device/judge-tracks.ts";
import type { FilmOpener } from "../rendition/copy/film-packets.ts";
import { encodeAll, planAnyDelivery } from "../rendition/plan-delivery.ts";
import { burntTrackOf, decisionFrom, requireWished, wishesOf, type Decision } from "./delivery.ts";
import type { PictureCodec } from "../media/picture-codecs.ts";
import type { MadePictures } from "../rendition/encode/made-pictures.ts";
import { soundCodecs } from "../rendition/encode/sound-encoders.ts";
import { choosePictures, h264Alone, madeCodecs, type EncodingSpeed } from "./picture-codecs.ts";
import { playedSound } from "./sound-codecs.ts";
import type { PlayableMedia } from "./media-lookup.ts";
import { createRecent } from "./recent.ts";
import type { Clock, PlaybackPipeline } from "./ports.ts";
import type { ResolvedRequest } from "./start-request.ts";

/** A content whose manifests are in the store. */
export interface PublishedContent {
  readonly hash: string;
  readonly plan: Plan;
  readonly provider: string;
  readonly decision: Decision;
  /** It was there before anybody asked for it this time. */
  readonly known: boolean;
}

export interface Publisher {
  /**
   * The content of a file for a request. The first provider that can do it does; TRANSCODING_UNAVAILABLE
   * with what each said when none can, or when the device plays nothing that is made here.
   */
  publish(
    media: PlayableMedia,
    request: ResolvedRequest,
    verdict: Verdict,
  ): Promise<PublishedContent>;
  /** To be called when a content was deleted: the next start publishes it anew. */
  forget(hash: string): void;
}

/** How long a published content is taken to be still in the store without asking. */
const believedMs = 1000;
const kept = 1000;

/**
 * Plans contents and publishes them, once for all who ask for the same within a second. `providers`: those that encode here
 * now, the preferred first; `onProviderFailure` hears of each that did not encode what it was asked to.
 */
export function createPublisher(
  pipeline: Pick<PlaybackPipeline, "publish">,
  providers: () => readonly TranscodingProvider[],
  films: FilmOpener,
  clock: Clock,
  speed: EncodingSpeed,
  onProviderFailure: (provider: string) => void,
): Publisher {
  const recent = createRecent<PublishedContent>(clock, believedMs, kept);
  const told = new WeakMap<Verdict, string>();
  /** The decision is kept with the content, and says why. */
  const whyOf = (verdict: Verdict): string => {
    const { tracks, audioIndex, reasons } = verdict;
    const why = told.get(verdict) ?? JSON.stringify([tracks, audioIndex, reasons]);
    told.set(verdict, why);
    return why;
  };
  return {
    async publish(media, asked, verdict) {
      const request = withPictures(asked, media, speed);
      checkCodecs(verdict, request.device, codecsOf(request), request.made);
      let isFirst = false;
      const those = providers();
      const by = those.map(({ id }) => id).join();
      const key = `${contentKey(media, request, whyOf(verdict))} ${by}`;
      const published = await recent.get(key, () => {
        isFirst = true;
        return publishWithAny(
          ...([pipeline, those, media, request, verdict, films, onProviderFailure] as const),
        );
      });
      return isFirst ? published : { ...published, known: true };
    },
    forget: (hash) => recent.forget((content) => content.hash === hash),
  };
}

/** What a request comes to for a file: how it is delivered, and the plan of it. */
export interface PlannedContent {
  readonly plan: Plan;
  readonly decision: Decision;
}

/**
 * The plan for a file with some providers. DELIVERY_IMPOSSIBLE; TRANSCODING_UNAVAILABLE when the device plays
 * nothing that is made here, or none of them makes it.
 */
async function planContent(
  { file, source }: PlayableMedia,
  request: RequestWithPictures,
  verdict: Verdict,
  providers: readonly TranscodingProvider[],
  films: FilmOpener,
): Promise<PlannedContent> {
  const { options, pictures } = request;
  const wishes = wishesOf(verdict);
  const all = { ...options, pictures, providers, burntTrack: burntTrackOf(verdict) };
  const { path } = file;
  const { container, fingerprint } = source;
  const planned = await planAnyDelivery(source, wishes, all, (work) =>
    films.use({ path, container }, fingerprint, work),
  );
  return checked(request, { plan: planned.plan, decision: decisionFrom(verdict, planned) });
}

function checked(request: RequestWithPictures, content: PlannedContent): PlannedContent {
  requireGivable(request, content, request.made);
  return content;
}

/** A request with what is encoded for it of a film's pictures, where they are encoded. */
interface RequestWithPictures extends ResolvedRequest {
  readonly pictures: readonly MadePictures[];
  /** All codecs that pictures are made in. */
  readonly made: readonly PictureCodec[];
}

function withPictures(
  request: ResolvedRequest,
  { source }: PlayableMedia,
  speed: EncodingSpeed,
): RequestWithPictures {
  const { device, isPlain = false } = request;
  const { quality } = request.options;
  const usable = isPlain ? h264Alone : speed;
  const { video } = source;
  const pictures = video === null ? [] : choosePictures(video, device, quality, usable);
  return { ...request, pictures, made: madeCodecs(quality, speed) };
}

/**
 * What could not be copied is encoded: no more than the verdict may that be against a wish, or for nobody.
 * DELIVERY_IMPOSSIBLE, TRANSCODING_UNAVAILABLE.
 */
export function requireGivable(
  { delivery, device }: ResolvedRequest,
  { plan, decision }: PlannedContent,
  made: readonly string[] = ["h264"],
): void {
  requireWished(delivery, decision);
  const given = plan.renditions.flatMap((rendition) =>
    rendition.kind === "video" && rendition.method === "encode" ? [rendition.recipe.codec] : [],
  );
  checkCodecs(decision, device, given, made);
}

/**
 * What `publish` would publish if no provider fails, and nothing is. What is copied has to be described for that, as
 * some films only then turn out not to be what they say.
 */
export async function decideContent(
  pipeline: Pick<PlaybackPipeline, "planInForce" | "describe">,
  providers: readonly TranscodingProvider[],
  media: PlayableMedia,
  asked: ResolvedRequest,
  verdict: Verdict,
  films: FilmOpener,
  speed: EncodingSpeed,
): Promise<PlannedContent & { readonly provider: string }> {
  const request = withPictures(asked, media, speed);
  checkCodecs(verdict, request.device, codecsOf(request), request.made);
  if (providers.length === 0) throw new ViewraError("TRANSCODING_UNAVAILABLE");
  const planned = await planContent(media, request, verdict, providers, films);
  const { done, decision } = await describable(
    planned,
    async (plan) => {
      const inForce = await pipeline.planInForce(plan);
      if (isCopied(inForce)) await pipeline.describe(inForce);
      return inForce;
    },
    (why) => encodedContent(media, request, verdict, providers, why),
  );
  return { plan: done, decision, provider: providerIn(done, providers) };
}

/** Who encodes a plan's pictures; the preferred one where they are copied, or there are none. */
function providerIn({ renditions }: Plan, [preferred]: readonly TranscodingProvider[]): string {
  for (const rendition of renditions) {
    if (rendition.kind === "video" && rendition.method === "encode") {
      return rendition.recipe.provider.id;
    }
  }
  return preferred?.id ?? "";
}

/** One provider after the other is left out that cannot do its part of a plan. */
async function publishWithAny(
  pipeline: Pick<PlaybackPipeline, "publish">,
  providers: readonly TranscodingProvider[],
  media: PlayableMedia,
  request: RequestWithPictures,
  verdict: Verdict,
  films: FilmOpener,
  onProviderFailure: (provider: string) => void,
): Promise<PublishedContent> {
  const tried: { provider: string; code: string; message: string }[] = [];
  let cause: unknown;
  for (let left = providers; left.length > 0;) {
    const those = left;
    const planned = await planContent(media, request, verdict, those, films).catch((thrown) => {
      // What others failed at before says more than that the rest does not do it.
      if (tried.length === 0) throw thrown;
      return null;
    });
    if (planned === null) break;
    try {
      const { done, decision } = await describable(
        planned,
        (plan) => pipeline.publish(plan),
        (why) => encodedContent(media, request, verdict, those, why),
      );
      return { ...done, decision, provider: providerIn(done.plan, those) };
    } catch (thrown) {
      const error = toViewraError(thrown);
      if (error.code !== "TRANSCODING_UNAVAILABLE" && error.code !== "ENCODE_FAILED") throw error;
      const named = error.details?.["provider"];
      const provider = typeof named === "string" ? named : providerIn(planned.plan, those);
      tried.push({ provider, code: error.code, message: error.message });
      if (error.code === "ENCODE_FAILED") onProviderFailure(provider);
      cause = error;
      left = those.filter(({ id }) => id !== provider);
      if (left.length === those.length) break;
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

/** What a film turned out to be when its copy was to be described. */
const isOfTheFilm: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...(["PACKAGE_FAILED", "VERIFY_FAILED", "MEDIA_UNREADABLE", "MEDIA_UNSUPPORTED"] as const),
]);

/** A film whose packets cannot even be described is encoded, and says why. */
async function describable<T>(
  planned: PlannedContent,
  describe: (plan: Plan) => Promise<T>,
  encoded: (why: string) => PlannedContent,
): Promise<{ readonly done: T; readonly decision: Decision }> {
  try {
    return { done: await describe(planned.plan), decision: planned.decision };
  } catch (thrown) {
    const { code, message } = toViewraError(thrown);
    if (!isCopied(planned.plan) || !isOfTheFilm.has(code)) throw thrown;
    const { plan, decision } = encoded(message);
    return { done: await describe(plan), decision };
  }
}

const isCopied = ({ renditions }: Plan): boolean =>
  renditions.some(({ method }) => method === "copy");

function encodedContent(
  { source }: PlayableMedia,
  request: RequestWithPictures,
  verdict: Verdict,
  providers: readonly TranscodingProvider[],
  why: string,
): PlannedContent {
  const { options, pictures } = request;
  const all = { ...options, pictures, providers, burntTrack: burntTrackOf(verdict) };
  const planned = encodeAll(source, wishesOf(verdict), all, why);
  return checked(request, { plan: planned.plan, decision: decisionFrom(verdict, planned) });
}

const codecsOf = ({ pictures }: RequestWithPictures): string[] =>
  pictures.map(({ codec }) => codec);

/** `given`: codecs of the pictures; `made`: all that there might be. TRANSCODING_UNAVAILABLE where a device is to be given what is made here, and plays none of it. */
function checkCodecs(
  { tracks }: Pick<Verdict, "tracks">,
  device: Device,
  given: readonly string[],
  made: readonly string[],
): void {
  const require = (kind: "video" | "audio", isPlayed: boolean, all: readonly string[]): void => {
    if (isPlayed || !tracks.some((track) => track.kind === kind && track.action === "encode"))
      return;
    const makes = all.join(", ");
    const message = `The device plays ${[...device[kind].keys()].join(", ")}, this server makes ${makes}`;
    throw new ViewraError("TRANSCODING_UNAVAILABLE", message);
  };
  require("video", given.some((codec) => device.video.has(codec)), made);
  require("audio", playedSound(device).length > 0, soundCodecs);
}

/**
 * Of requests that are answered alike: also where the packets turn out not to be copyable, and who wants them alone, or
 * plays nothing that is made here, is refused.
 */
function contentKey(
  { file, source }: PlayableMedia,
  { options, delivery, pictures }: RequestWithPictures,
  why: string,
): string {
  const { segmentSeconds, quality, adaptive, maxAudioChannels, maxHeight, maxBitrateBps } = options;
  const shape = `${segmentSeconds} ${quality} ${adaptive} ${maxAudioChannels} ${maxHeight}`;
  const sounds = options.soundCodecs.map(({ codec, maxChannels }) => `${codec}${maxChannels}`);
  const takes = `${delivery} ${JSON.stringify(pictures)} ${sounds.join()} ${options.nightMode}`;
  return `${file.id} ${file.modifiedMs} ${source.fingerprint} ${shape} ${maxBitrateBps} ${takes} ${why}`;
}
