import { ViewraError } from "../errors/viewra-error.ts";
import { canonicalPlan, contentHash, planSeconds, renditionTimeline } from "../rendition/plan.ts";
import { manifestNames } from "../media/object-name.ts";
import type { Rendition } from "../rendition/methods.ts";
import type { ContentReplacement } from "../rendition/content-replacement.ts";
import { segmentAt } from "../media/timeline.ts";
import { judgeContent } from "./delivery.ts";
import { sourceWarnings } from "./source-warnings.ts";
import { firstAudio, firstRung, watchedRung } from "./first-rendition.ts";
import type { LiveSession } from "./live-session.ts";
import { createMediaLookup, type PlayableMedia } from "./media-lookup.ts";
import type { DecisionAnswer, Playback, PlaybackDeps } from "./playback.ts";
import { checkCodecs, createPublisher, planContent } from "./published-content.ts";
import type { Verdict } from "../device/judge-tracks.ts";
import type { Reason } from "../device/reason.ts";
import { createSessionId } from "./session-id.ts";
import { contentProgress } from "./session-progress.ts";
import {
  contentUrl,
  liveView,
  recordView,
  startedView,
  type SessionView,
  type StartedSession,
} from "./session-view.ts";
import { createSessions } from "./sessions.ts";
import { createStageTimings, type Stage } from "./stage-timings.ts";
import {
  requestedAudio,
  resolveRequest,
  wantsSubtitle,
  type ResolvedRequest,
  type StartRequest,
} from "./start-request.ts";

/** Starts nothing before `open`; `close` ends all of it. */
export function createPlayback(deps: PlaybackDeps): Playback {
  const { records, pipeline, config, clock, log, emit = () => undefined } = deps;
  const { contentBaseUrl, maxSessions } = config;
  const providers = deps.providers.toSorted((a, b) => b.priority - a.priority);
  const lookup = createMediaLookup(deps.files, clock);
  const publisher = createPublisher(pipeline, providers, deps.films, clock);
  const sessions = createSessions({ records, clock, log, emit, maxSessions });
  const timings = createStageTimings(deps.observe);
  const contents = { hits: 0, misses: 0 };

  async function start(request: StartRequest, client = ""): Promise<StartedSession> {
    const began = performance.now();
    // Kept from here on: five hundred at once must not publish five hundred contents for a hundred places.
    using place = sessions.reserve(client);
    const resolved = resolveRequest(request, config);
    const media = await timed("lookup", () => lookup(request.mediaFileId));
    const { verdict, warnings } = judge(media, request, resolved);
    const content = await timed("publish", () => publisher.publish(media, resolved, verdict));
    const { decision } = content;
    const { container } = resolved;
    place.confirm();
    const session = openSession({ client, request, decision, warnings, container, content });
    prepareFirst(session);
    contents[content.known ? "hits" : "misses"]++;
    timings.record("start", (performance.now() - began) / 1000);
    return startedView(session, contentBaseUrl);
  }

  function openSession(
    what: Pick<
      LiveSession,
      "client" | "request" | "decision" | "warnings" | "container" | "content"
    >,
  ): LiveSession {
    const now = clock.now();
    const durationSeconds = planSeconds(what.content.plan);
    const session: LiveSession = {
      ...what,
      id: createSessionId(now),
      durationSeconds,
      createdAt: now,
      leave: pipeline.watch(what.content.hash),
      positionSeconds: Math.min(what.request.seekPositionSeconds ?? 0, durationSeconds),
      quality: null,
      state: "playing",
      updatedAt: now,
      heartbeatAt: now,
      replacedBy: null,
    };
    sessions.add(session);
    return session;
  }

  function contentReplaced({ hash, by, reason }: ContentReplacement): void {
    publisher.forget(hash);
    for (const session of [...sessions.all()]) {
      if (session.content.hash !== hash || session.replacedBy !== null) continue;
      const { client, request, decision, warnings, container, content, positionSeconds } = session;
      const next = openSession({
        ...{ client, decision, warnings, container },
        request: { ...request, seekPositionSeconds: positionSeconds },
        content: { ...content, ...by, known: false },
      });
      prepareFirst(next);
      const manifestUrl = contentUrl(contentBaseUrl, by.hash) + manifestNames[container];
      sessions.replace(session, { sessionId: next.id, manifestUrl, reason });
    }
  }

  async function failed(id: string, positionSeconds: number): Promise<StartedSession> {
    const session = sessions.live(id);
    const next = session.replacedBy && sessions.find(session.replacedBy.sessionId);
    if (!next) {
      const { failure } = await contentProgress(pipeline, liveView(session, contentBaseUrl));
      throw new ViewraError("NO_OTHER_DELIVERY", failure ?? undefined);
    }
    await sessions.beat(next, { positionSeconds, state: "playing", quality: null });
    prepareFirst(next);
    return startedView(next, contentBaseUrl);
  }

  /** Sets the first segments going. */
  function prepareFirst(session: LiveSession): void {
    const { content, container, request, positionSeconds } = session;
    const audio = firstAudio(content.plan, request.audioTrack ?? null);
    lookAhead(session, [firstRung(content.plan, container), audio], positionSeconds);
  }

  /**
   * Behind a CDN the segments a viewer plays are never asked of this server: his heartbeat alone says where
   * he is, so that what he will want next is under way before he meets what is missing.
   */
  function prepareNext(
    session: LiveSession,
    positionSeconds: number,
    quality: string | null,
  ): void {
    const { plan } = session.content;
    const audio = firstAudio(plan, session.request.audioTrack ?? null);
    lookAhead(session, [watchedRung(plan, quality), audio], positionSeconds);
  }

  function lookAhead(
    { client, content: { plan, hash } }: LiveSession,
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
    const resolved = resolveRequest(request, config);
    const media = await lookup(request.mediaFileId);
    const { verdict, warnings } = judge(media, request, resolved);
    checkCodecs(verdict, resolved.device);
    const [provider] = providers;
    if (provider === undefined) throw new ViewraError("TRANSCODING_UNAVAILABLE");
    const planned = await planContent(media, resolved, verdict, provider, deps.films);
    const { decision } = planned;
    const plan = await pipeline.planInForce(planned.plan);
    return {
      decision,
      warnings,
      provider: provider.id,
      container: resolved.container,
      contentHash: await contentHash(canonicalPlan(plan)),
      durationSeconds: planSeconds(plan),
      startRendition: firstRung(plan, resolved.container)?.id ?? null,
      plan,
    };
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
    seekAhead: async (id, seekPositionSeconds) => {
      const { client, request } = sessions.live(id);
      return start({ ...request, seekPositionSeconds }, client);
    },
    list: () => [...sessions.all()].map((session) => liveView(session, contentBaseUrl)),
    get: async (id) => {
      const session = await view(id);
      return { ...session, ...(await contentProgress(pipeline, session)) };
    },
    stop: async (id) => {
      const session = sessions.find(id);
      if (session === undefined) await sessions.ended(id);
      else sessions.end(session);
    },
    heartbeat: async (id, { positionSeconds, state = "playing", quality = null }) => {
      const session = sessions.live(id);
      if (state === "playing") prepareNext(session, positionSeconds, quality);
      await sessions.beat(session, { positionSeconds, state, quality });
      return liveView(session, contentBaseUrl);
    },
    contentUrlOf: async (id) => contentUrl(contentBaseUrl, (await view(id)).contentHash),
    failed,
    contentReplaced,
    forgetContent: (hash) => publisher.forget(hash),
    stats: () => ({
      ...sessions.counts(),
      ...contents,
      stages: timings.summary(),
      pipeline: pipeline.stats(),
      providers: providers.map(({ id, name }) => ({ id, name })),
      saveFailure: sessions.saveFailure(),
    }),
    close: () => sessions.close(),
  };
}

function judge(
  { source }: PlayableMedia,
  request: StartRequest,
  { device, claimsIgnored, quality, delivery }: ResolvedRequest,
): { verdict: Verdict; warnings: readonly Reason[] } {
  const audioIndex = requestedAudio(source, request)?.index ?? null;
  const verdict = judgeContent(source, device, {
    ...{ audioIndex, delivery },
    maxHeight: quality.maxHeight,
  });
  const ofSource = sourceWarnings(source, wantsSubtitle(source, request));
  return { verdict, warnings: [...ofSource, ...claimsIgnored] };
}
