import {
  type PlaybackReport,
  type PlaybackRequest,
  reportFailure,
  reportProgress,
  startPlayback,
  stopPlayback,
} from "./api-client.ts";
import { ApiError } from "./api-error.ts";
import type { Playback } from "./api-shapes.ts";

const heartbeatMilliseconds = 10_000;

/** One viewer's session on the server, from start to leave. */
export interface PlaybackSession {
  /** As the server answered; replaced when the session had to be opened anew. */
  readonly playback: Playback;
  /** Says now where we are; otherwise that is said every ten seconds. */
  report(): void;
  /** The player gave up, for that reason: false when the server has nothing else to go on with. */
  failed(position: number, reason: string): Promise<boolean>;
  /** Says where we are and ends the session. May be called twice. */
  close(): void;
}

export interface SessionCallbacks {
  /** What the player does right now; null while it has nothing loaded, and then nothing is reported. */
  readonly readState: () => PlaybackReport | null;
  /** The session was gone and this is the new one: of the same content, or of other content to be loaded. */
  readonly onRenewed: (playback: Playback) => void;
}

export async function openPlaybackSession(
  request: PlaybackRequest,
  callbacks: SessionCallbacks,
): Promise<PlaybackSession> {
  let playback = await startPlayback(request);
  let isClosed = false;
  let isRenewing = false;
  let last: PlaybackReport | null = null;

  const send = async (): Promise<void> => {
    const state = callbacks.readState();
    if (state === null) return;
    last = state;
    try {
      const { replaced_by } = await reportProgress(playback.session_id, state);
      if (replaced_by !== null) await goOn(state.position, replaced_by.reason);
    } catch (error) {
      // A laptop that slept, a server that restarted: the film is still on screen, so go on with a new session.
      if (error instanceof ApiError && error.status === 404) await renew(state.position);
      // Anything else may pass: the next heartbeat tries again.
    }
  };
  const renew = async (position: number): Promise<void> => {
    if (isClosed || isRenewing) return;
    isRenewing = true;
    try {
      const next = await startPlayback({ ...request, seek_position: position });
      if (isClosed) return void stopPlayback(next.session_id).catch(ignore);
      playback = next;
      callbacks.onRenewed(next);
    } catch {
      // Again at the next heartbeat.
    } finally {
      isRenewing = false;
    }
  };
  /** To the session that the server has opened in this one's place. */
  const goOn = async (position: number, reason: string): Promise<void> => {
    if (isClosed || isRenewing) return;
    isRenewing = true;
    try {
      const { session_id } = playback;
      const next = await reportFailure(session_id, { position, reason: reason.slice(0, 1000) });
      void stopPlayback(isClosed ? next.session_id : session_id).catch(ignore);
      if (isClosed) return;
      playback = next;
      callbacks.onRenewed(next);
    } finally {
      isRenewing = false;
    }
  };
  const heartbeat = setInterval(() => void send(), heartbeatMilliseconds);
  const stopListening = onPageLifeCycle({
    hidden: () => void send(),
    // No time to wait for one answer before the next request.
    left: () => {
      void send();
      void stopPlayback(playback.session_id).catch(ignore);
    },
    returned: () => void send(),
  });

  return {
    get playback() {
      return playback;
    },
    report() {
      // A player that seeks and starts says so twice in the same moment.
      const state = callbacks.readState();
      if (state?.position !== last?.position || state?.state !== last?.state) void send();
    },
    async failed(position, reason) {
      const before = playback;
      await goOn(position, reason).catch(ignore);
      return playback !== before;
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      clearInterval(heartbeat);
      stopListening();
      const { session_id } = playback;
      void send().then(() => stopPlayback(session_id).catch(ignore));
    },
  };
}

/** `pagehide` is the last event a browser promises; a page may come back from its cache afterwards. */
function onPageLifeCycle(on: { hidden(): void; left(): void; returned(): void }): () => void {
  const events = new AbortController();
  const { signal } = events;
  document.addEventListener(
    "visibilitychange",
    () => (document.visibilityState === "hidden" ? on.hidden() : undefined),
    { signal },
  );
  window.addEventListener("pagehide", () => on.left(), { signal });
  window.addEventListener("pageshow", (e) => (e.persisted ? on.returned() : undefined), { signal });
  return () => events.abort();
}

/** Nobody is left to tell: the server closes a session that it does not hear of. */
function ignore(): void {}
