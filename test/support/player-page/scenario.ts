import type { PlayerAdapter } from "./player-adapter.ts";

export interface SeekReport {
  readonly target: number;
  /** Position at which pictures moved again. */
  readonly resumedAt: number;
  readonly tookMs: number;
}

export interface PlaybackReport {
  /** What the player or the element complained of, gaps that were jumped among it; empty when all is well. */
  readonly problems: readonly string[];
  readonly duration: number;
  readonly startupMs: number;
  readonly rungHeights: readonly number[];
  /** The picture height shown after each switch, in the order of `rungHeights`, then back to the lowest. */
  readonly shownHeights: readonly number[];
  readonly seeks: readonly SeekReport[];
  readonly ended: boolean;
  readonly endedAt: number;
  /** `[start, end]` of everything buffered once the film was played from 0 to its end. */
  readonly buffered: readonly (readonly [number, number])[];
  readonly waitingDuringLastPass: number;
  readonly decodedFrames: number;
  readonly droppedFrames: number;
  /** 0 where no sound was decoded (Chromium counts it). */
  readonly audioBytes: number;
}

const lastPassRate = 4;

/**
 * Plays, switches through every rung, seeks to three places, then plays from 0 to the end. Rejects when
 * one of these takes longer than `patienceMs`, with what was complained of until then.
 */
export async function playScenario(
  video: HTMLVideoElement,
  load: () => Promise<PlayerAdapter>,
  problems: string[],
  patienceMs: number,
): Promise<PlaybackReport> {
  const started = performance.now();
  video.addEventListener("error", () => problems.push(`element: ${video.error?.message}`));
  const player = await load();
  await video.play();
  await until("the start of playback", () => video.currentTime > 0.3);
  const startupMs = performance.now() - started;

  const rungHeights = player.rungHeights();
  const shownHeights: number[] = [];
  for (const height of [...rungHeights, ...rungHeights.slice(0, 1)]) {
    player.selectRung(height);
    // Pictures that were decoded already are shown first, those behind a boundary as well.
    await moving();
    await until(`a switch to ${height}`, () => video.videoHeight === height).catch(complain);
    await moving();
    shownHeights.push(video.videoHeight);
  }

  const seeks: SeekReport[] = [];
  for (const part of [0.77, 0.23, 0.52]) {
    const target = video.duration * part;
    const from = performance.now();
    video.currentTime = target;
    await until("the end of the seek", () => !video.seeking);
    await moving();
    seeks.push({ target, resumedAt: video.currentTime, tookMs: performance.now() - from });
  }

  video.currentTime = 0;
  await until("the seek to the start", () => !video.seeking && video.currentTime < 1);
  let waiting = 0;
  video.addEventListener("waiting", () => (waiting += 1));
  video.playbackRate = lastPassRate;
  await until("the end", () => video.ended, (video.duration * 1000) / lastPassRate).catch(complain);
  const quality = video.getVideoPlaybackQuality();
  return {
    problems,
    duration: video.duration,
    startupMs,
    rungHeights,
    shownHeights,
    seeks,
    ended: video.ended,
    endedAt: video.currentTime,
    buffered: Array.from({ length: video.buffered.length }, (_, i) => [
      video.buffered.start(i),
      video.buffered.end(i),
    ]),
    waitingDuringLastPass: waiting,
    decodedFrames: quality.totalVideoFrames,
    droppedFrames: quality.droppedVideoFrames,
    audioBytes:
      "webkitAudioDecodedByteCount" in video ? Number(video.webkitAudioDecodedByteCount) : 0,
  };

  async function moving(): Promise<void> {
    const from = video.currentTime;
    await until("pictures to move", () => Math.abs(video.currentTime - from) > 0.2 || video.ended);
  }

  function complain(thrown: unknown): void {
    problems.push(String(thrown));
  }

  /** Rejects with where playback stands when `done` is not true in time. */
  async function until(what: string, done: () => boolean, extraMs = 0): Promise<void> {
    const deadline = performance.now() + patienceMs + extraMs;
    while (!done()) {
      if (performance.now() > deadline) {
        const state = `${video.currentTime} of ${video.duration} s, readyState ${video.readyState}`;
        throw new Error(`waited in vain for ${what} at ${state}; ${problems.join("; ")}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
