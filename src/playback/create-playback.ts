import { toViewraError, ViewraError } from "../errors/viewra-error.ts";
import { canonicalPlan, contentHash, planSeconds, renditionTimeline } from "../rendition/plan.ts";
import type { Rendition } from "../rendition/methods.ts";
import type { ContentReplacement } from "../rendition/content-replacement.ts";
import { segmentAt } from "../media/timeline.ts";
import {
  deliveredContent,
  deliveredFile,
  type Delivered,
  type DeliveredContent,
  type DeliveredFile,
} from "./delivered.ts";
import { decisionInStead, decisionOfFile } from "./delivery.ts";
import { filePlace } from "./direct-play.ts";
import { deliveryFailed, hasSparingPictures, laterDeliveries } from "./later-deliveries.ts";
import { formerContent } from "./former-content.ts";
import { firstAudio, firstRenditions, firstRung, watchedRung } from "./first-rendition.ts";
import type { LiveSession } from "./live-session.ts";
import { h264Alone } from "./picture-codecs.ts";
import { createMediaLookup, type PlayableMedia } from "./media-lookup.ts";
import type { DecisionAnswer, Playback, PlaybackDeps } from "./playback.ts";
import {
  createPublisher,
  decideContent,
  requireGivable,
  type PlannedContent,
} from "./published-content.ts";
import type { Verdict } from "../device/judge-tracks.ts";
import type { Reason } from "../device/reason.ts";
import { createRequestJudge } from "./request-judge.ts";
import { createSessionId } from "./session-id.ts";
import { sessionProgress } from "./session-progress.ts";
import {
  contentUrl,
  entryUrl,
  liveView,
  recordView,
  startedView,
  type SessionView,
  type StartedSession,
} from "./session-view.ts";
import { createSessions } from "./sessions.ts";
import { createStageTimings, type Stage } from "./stage-timings.ts";
import type { ResolvedRequest, StartRequest } from "./start-request.ts";

/** Starts nothing before `open`; `close` ends all of it. */
export function createPlayback(deps: PlaybackDeps): Playback {
  const { records, pipeline, config, clock, log, emit = () => undefined } = deps;
  const { contentBaseUrl, maxSessions } = config;
  const speed = deps.encodingSpeed ?? h264Alone;
  const { providers } = deps;
  const lookup = createMediaLookup(deps.files, clock);
  const judge = createRequestJudge(config, clock);
  const publisher = createPublisher(
    ...([pipeline, providers, deps.films, clock, speed] as const),
    deps.providerFailed ?? (() => {}),
  );
  const sessions = createSessions({ records, clock, log, emit, maxSessions });
  const timings = createStageTimings(deps.observe);
  const contents = { hits: 0, misses: 0 };
  const leadingOn = new Map<string, Promise<StartedSession>>();

  async function start(request: StartRequest, client = ""): Promise<StartedSession> {
    return startedView(await openTitle(request, client, judge.resolve(request)), contentBaseUrl);
  }

  /** A session of what the request comes to, its first segments on their way. */
  async function openTitle(
    request: StartRequest,
    client: string,
    resolved: ResolvedRequest,
    failures: readonly Reason[] = [],
  ): Promise<LiveSession> {
    const began = performance.now();
    // Kept from here on: five hundred at once must not publish five hundred contents for a hundred places. A viewer
    // whose player failed has a place already.
    using place = failures.length > 0 ? null : sessions.reserve(client);
    const media = await timed("lookup", () => lookup(request.mediaFileId));
    const { verdict, warnings } = judge.judge(media, request, resolved);
    const delivered = because(failures, await deliver(media, resolved, verdict));
    place?.confirm();
    // Asked for by a former id, perhaps: the resume point is kept under today's.
    const known = { ...request, mediaFileId: media.file.id };
    const session = openSession({ client, request: known, warnings, delivered });
    prepareFirst(session);
    contents[delivered.known ? "hits" : "misses"]++;
    timings.record("start", (performance.now() - began) / 1000);
    return session;
  }

  async function deliver(
    media: PlayableMedia,
    resolved: ResolvedRequest,
    verdict: Verdict,
  ): Promise<Delivered> {
    if (verdict.delivery === "file") return fileOf(media, verdict);
    const content = await timed("publish", () => publisher.publish(media, resolved, verdict));
    return deliveredContent(content, resolved.container);
  }

  function openSession(
    what: Pick<LiveSession, "client" | "request" | "warnings" | "delivered">,
  ): LiveSession {
    const now = clock.now();
    const { hash, kind, durationSeconds } = what.delivered;
    const { seekPositionSeconds = 0, audioTrack = null } = what.request;
    const id = createSessionId(now);
    const positionSeconds = Math.min(seekPositionSeconds, durationSeconds);
    const session: LiveSession = {
      ...{ ...what, id, positionSeconds },
      first: firstRenditions(what.delivered, audioTrack),
      createdAt: now,
      leave: kind === "file" ? () => {} : watch(hash, id, what.client, positionSeconds),
      quality: null,
      state: "playing",
      updatedAt: now,
      heartbeatAt: now,
      replacedBy: null,
    };
    sessions.add(session);
    return session;
  }

  /** Until the answer is called, a session's viewer counts among those of the content. */
  function watch(hash: string, id: string, client: string, positionSeconds: number): () => void {
    const leave = pipeline.watch(hash);
    pipeline.viewerAt(hash, id, { client, positionSeconds, bufferSeconds: null, isPlaying: true });
    return () => {
      leave();
      pipeline.viewerAt(hash, id, null);
    };
  }

  function contentReplaced({ hash, by, reason }: ContentReplacement): void {
    publisher.forget(hash);
    for (const session of [...sessions.all()]) {
      const { client, request, warnings, delivered, positionSeconds } = session;
      if (delivered.kind === "file" || delivered.hash !== hash) continue;
      if (session.replacedBy !== null) continue;
      const { provider, container } = delivered;
      const decision = decisionInStead(delivered.decision, by.plan, reason);
      if (!isGivable(request, { plan: by.plan, decision })) continue;
      const content = { ...by, decision, provider, known: false };
      const next = openSession({
        ...{ client, warnings },
        request: { ...request, seekPositionSeconds: positionSeconds },
        delivered: deliveredContent(content, container),
      });
      prepareFirst(next);
      replace(session, next, reason);
    }
  }

  /** Whoever is not is told when its player fails. */
  function isGivable(request: StartRequest, content: PlannedContent): boolean {
    try {
      requireGivable(judge.resolve(request), content);
      return true;
    } catch (thrown) {
      if (isNotForThis(toViewraError(thrown))) return false;
      throw thrown;
    }
  }

  function replace(session: LiveSession, next: LiveSession, reason: string): void {
    const manifestUrl = entryUrl(next.delivered, contentBaseUrl);
    sessions.replace(session, { sessionId: next.id, manifestUrl, reason });
  }

  /** Reports of one session at once lead to one other: of two, one would be nobody's. */
  function failed(id: string, positionSeconds: number, said = ""): Promise<StartedSession> {
    const known = leadingOn.get(id);
    if (known) return known;
    const led = leadOn(id, positionSeconds, said).finally(() => leadingOn.delete(id));
    leadingOn.set(id, led);
    return led;
  }

  async function leadOn(
    id: string,
    positionSeconds: number,
    said: string,
  ): Promise<StartedSession> {
    const session = sessions.live(id);
    const next = session.replacedBy && sessions.find(session.replacedBy.sessionId);
    if (next) {
      await sessions.beat(next, { positionSeconds, state: "playing", quality: null });
      prepareFirst(next);
      return startedView(next, contentBaseUrl);
    }
    const { client, request, delivered } = session;
    const isPlain = delivered.kind === "file" || !hasSparingPictures(delivered.plan);
    const wishes = laterDeliveries(request, delivered.decision, isPlain);
    const failure = deliveryFailed(delivered.decision, said);
    for (const delivery of wishes) {
      const again = { ...request, seekPositionSeconds: positionSeconds };
      const resolved = { ...judge.resolve(again), delivery, isPlain: true };
      try {
        const other = await openTitle(again, client, resolved, [failure]);
        replace(session, other, failure.message);
        return startedView(other, contentBaseUrl);
      } catch (thrown) {
        if (!isNotForThis(toViewraError(thrown))) throw thrown;
      }
    }
    const { failure: met } = await sessionProgress(pipeline, liveView(session, contentBaseUrl));
    throw new ViewraError("NO_OTHER_DELIVERY", met ?? undefined);
  }

  /** Sets the first segments going. */
  function prepareFirst({ client, delivered, first, positionSeconds }: LiveSession): void {
    if (delivered.kind === "file") return;
    const { video, audio } = first;
    lookAhead(client, delivered, [video, audio], positionSeconds);
  }

  /**
   * Behind a CDN the segments a viewer plays are never asked of this server: his heartbeat alone says where
   * he is, so that what he will want next is under way before he meets what is missing.
   */
  function prepareNext(
    { client, delivered, request }: LiveSession,
    positionSeconds: number,
    quality: string | null,
  ): void {
    if (delivered.kind === "file") return;
    const { plan } = delivered;
    const audio = firstAudio(plan, request.audioTrack ?? null);
    lookAhead(client, delivered, [watchedRung(plan, quality), audio], positionSeconds);
  }

  function lookAhead(
    client: string,
    { plan, hash }: DeliveredContent,
    renditions: readonly (Rendition | undefined)[],
    positionSeconds: number,
  ): void {
    for (const rendition of renditions) {
      if (rendition === undefined) continue;
      const n = segmentAt(renditionTimeline(plan, rendition), positionSeconds);
      pipeline.lookAhead(hash, rendition.id, n, client);
    }
  }

  async function decideOnly(request: StartRequest): Promise<DecisionAnswer> {
    const { media, resolved, verdict, warnings } = await judgeTitle(request);
    if (verdict.delivery === "file") {
      const { hash, ...file } = fileOf(media, verdict);
      return { ...file, warnings, contentHash: hash, startRendition: null, plan: null };
    }
    const content = await decideContent(
      pipeline,
      providers(),
      media,
      resolved,
      verdict,
      deps.films,
      speed,
    );
    const { plan, decision, provider } = content;
    return {
      ...{ decision, warnings, provider },
      container: resolved.container,
      contentHash: await contentHash(canonicalPlan(plan)),
      durationSeconds: planSeconds(plan),
      startRendition: firstRung(plan, resolved.container)?.id ?? null,
      plan,
    };
  }

  async function judgeTitle(request: StartRequest) {
    const resolved = judge.resolve(request);
    const media = await lookup(request.mediaFileId);
    return { media, resolved, ...judge.judge(media, request, resolved) };
  }

  async function publishTitle(request: StartRequest): Promise<Delivered> {
    const { media, resolved, verdict } = await judgeTitle(request);
    return deliver(media, resolved, verdict);
  }

  async function view(id: string): Promise<SessionView> {
    const session = sessions.find(id);
    return session === undefined
      ? recordView(await sessions.ended(id), contentBaseUrl)
      : liveView(session, contentBaseUrl);
  }

  async function timed<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await work();
    timings.record(stage, (performance.now() - began) / 1000);
    return result;
  }

  return {
    open: () => sessions.open(),
    start,
    decide: decideOnly,
    judge: async (request) => {
      const { media } = await judgeTitle(request);
      return { mediaFileId: media.file.id, durationSeconds: media.source.durationSeconds };
    },
    publish: publishTitle,
    seekAhead: async (id, seekPositionSeconds) => {
      const { client, request } = sessions.live(id);
      return start({ ...request, seekPositionSeconds }, client);
    },
    list: () => [...sessions.all()].map((session) => liveView(session, contentBaseUrl)),
    get: async (id) => {
      const session = await view(id);
      return { ...session, ...(await sessionProgress(pipeline, session)) };
    },
    stop: async (id) => {
      const session = sessions.find(id);
      if (session === undefined) await sessions.ended(id);
      else sessions.end(session);
    },
    heartbeat: async (id, report) => {
      const { positionSeconds, state = "playing", quality = null, bufferSeconds = null } = report;
      const session = sessions.live(id);
      const { client, delivered } = session;
      if (delivered.kind !== "file") {
        const isPlaying = state !== "paused" && state !== "ended";
        const place = { client, positionSeconds, bufferSeconds, isPlaying };
        pipeline.viewerAt(delivered.hash, id, place);
      }
      if (state === "playing") prepareNext(session, positionSeconds, quality);
      await sessions.beat(session, { positionSeconds, state, quality });
      return liveView(session, contentBaseUrl);
    },
    contentUrlOf: async (id) => {
      const hash =
        sessions.find(id)?.delivered.hash ??
        (await formerContent(
          await sessions.ended(id),
          pipeline,
          async (request) => (await publishTitle(request)).hash,
        ));
      return contentUrl(contentBaseUrl, hash);
    },
    failed,
    contentReplaced,
    forgetContent: (hash) => publisher.forget(hash),
    stats: () => ({
      ...sessions.counts(),
      ...contents,
      stages: timings.summary(),
      pipeline: pipeline.stats(),
      providers: providers().map(({ id, name }) => ({ id, name })),
      saveFailure: sessions.saveFailure(),
    }),
    close: () => sessions.close(),
  };
}

/** Whether a way is none for this title and device; an encoder that is not there now may be later. */
function isNotForThis({ code, retryAfterSeconds }: ViewraError): boolean {
  if (code === "DELIVERY_IMPOSSIBLE") return true;
  return code === "TRANSCODING_UNAVAILABLE" && retryAfterSeconds === undefined;
}

function fileOf(media: PlayableMedia, verdict: Verdict): DeliveredFile {
  return deliveredFile(media, filePlace(media), decisionOfFile(verdict));
}

function because(failures: readonly Reason[], delivered: Delivered): Delivered {
  const { decision } = delivered;
  const reasons = [...failures, ...decision.reasons];
  return { ...delivered, decision: { ...decision, reasons } };
}
