import provider from "../../../plugins/transcoding/ffmpeg_software/index.ts";
import { createLogger } from "../../../src/log/logger.ts";
import { RenditionWork } from "../../../src/pipeline/rendition-work.ts";
import { Viewers } from "../../../src/pipeline/viewers.ts";
import { runLimits } from "../../../src/pipeline/run-limits.ts";
import { encodedPlan } from "../../../src/rendition/build-plan.ts";
import { usualWeights } from "../../../src/rendition/rendition.ts";
import { createScheduler } from "../../../src/schedule/scheduler.ts";
import { SimulatedEncoder } from "./encoder.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export interface OriginOptions {
  /** Encodes that may go on at once (TRANSCODE_MAX_CONCURRENT). */
  readonly slots: number;
  /** From the start of an encoder until it encodes, milliseconds. */
  readonly startMs: number;
  readonly clock: VirtualClock;
}

/** What an origin does at one moment. */
export interface OriginState {
  /** Encoders that encode. */
  readonly working: number;
  /** Encoders that are alive, those that stand still or are about to end among them. */
  readonly alive: number;
  /** Titles that are owed a slot, that somebody waits for and no encoder works on. */
  readonly passedBy: number;
}

/** The pictures of one title at one size, as a viewer's player asks for them. */
export interface Title {
  readonly segments: number;
  /**
   * Resolves when segment n is there, at once where it is stored. Rejects with the signal's reason, and where the
   * origin refuses.
   */
  load(n: number, client: string, signal: AbortSignal): Promise<void>;
  /** A client's player says where it is and how much it has, seconds; null: it is gone. */
  tell(client: string, state: { readonly position: number; readonly buffer: number } | null): void;
  /** Nobody asks for it any more. */
  close(): void;
}

/**
 * The real scheduler and the real decisions about runs (src/schedule, src/pipeline), over encoders, a store and
 * time that are simulated. All that the simulation knows of them stands in this file.
 */
export interface SimulatedOrigin {
  /**
   * A title that encodes at so many film seconds a second. `isOwed`: a slot is not to be idle while somebody waits for it,
   * as the scheduler keeps some free of those who want too much.
   */
  open(name: string, speed: number, isOwed: boolean): Title;
  state(): OriginState;
  /** Encoders begun so far. */
  readonly begun: number;
  /** Segments made so far. */
  readonly made: number;
}

interface Work {
  readonly encoders: ReadonlySet<SimulatedEncoder>;
  readonly isOwed: boolean;
}

export const segmentSeconds = 4;
const filmSeconds = 7200;
/** As in src/pipeline: film seconds made ahead of a viewer, and how often what is left over is looked after. */
const lookAheadSeconds = 24;
/** Who has more than that to play until a segment begins gives way to others. */
const patientSeconds = 8;
const tidyMs = 2000;
/** From a signal until a process is gone. */
export const endMs = 20;
/** What one client may wait for, as the server has it. */
const maxWaitsPerClient = 1000;
const noLog = createLogger({ level: "error", format: "text", write: () => {} });

/** Two hours of pictures in segments of four seconds. */
const plan = encodedPlan(
  {
    ...{ fingerprint: "sha256-sampled:1:00", sizeBytes: 1, container: "matroska,webm" },
    ...{
      startTimeSeconds: 0,
      durationSeconds: filmSeconds,
      bitrateBps: 8_000_000,
      truncated: null,
    },
    ...{ audio: [], subtitles: [], leftOut: [], covers: [], chapters: [] },
    video: {
      ...{ index: 0, codec: "h264", language: "und", title: null, isDefault: true },
      ...{ startTimeSeconds: 0, endTimeSeconds: filmSeconds, profile: "High", level: null },
      ...{ codecTag: null, dolbyVision: null, hdrMetadata: null, width: 1280, height: 720 },
      ...{ sampleAspectRatio: { num: 1, den: 1 }, frameRate: { num: 25, den: 1 } },
      ...{
        rotationDegrees: 0,
        isMirrored: false,
        isVariableFrameRate: false,
        isInterlaced: false,
        reorderFrames: 2,
      },
      ...{ pixelFormat: "yuv420p", isHdr: false, color: null, bitrateBps: null },
    },
  },
  {
    ...{ segmentSeconds, quality: "medium", adaptive: false, maxHeight: null },
    ...{ maxBitrateBps: null, maxAudioChannels: 2, providers: [provider] },
  },
);

export function createOrigin({ slots, startMs, clock }: OriginOptions): SimulatedOrigin {
  const scheduler = createScheduler({
    ...runLimits(slots),
    // A picture each: no sound stands beside them.
    capacity: slots * usualWeights.video,
    ...{ maxWaitsPerClient, now: () => clock.now },
  });
  const works = new Map<RenditionWork, Work>();
  const viewers = new Viewers(() => clock.now);
  const alive = new Set<SimulatedEncoder>();
  let begun = 0;
  let made = 0;

  const tidy = (): void => {
    for (const work of works.keys()) work.tidy();
    scheduler.update();
    clock.after(tidyMs, tidy);
  };
  clock.after(tidyMs, tidy);

  const open = (name: string, speed: number, isOwed: boolean): Title => {
    const [rendition] = plan.renditions;
    if (rendition === undefined) throw new Error("expected the plan to have pictures");
    const stored = new Set<number>();
    const encoders = new Set<SimulatedEncoder>();
    const work = new RenditionWork({
      ...{ hash: name, plan, rendition, scheduler, log: noLog, maxAttempts: 3 },
      isStored: (n) => stored.has(n),
      failures: { list: async () => new Map(), add: async () => {}, clear: async () => {} },
      observer: {
        ...{ described: () => {}, segment: () => {}, speed: () => {} },
        ...{ segmentMade: () => {}, failure: () => {} },
      },
      lookAheadSegments: Math.ceil(lookAheadSeconds / segmentSeconds),
      wantsFill: () => false,
      keeps: () => [],
      isPatient: (n, client) =>
        viewers.slackSeconds(name, client, (n - 1) * segmentSeconds) > patientSeconds,
      requireRoom: async () => {},
      ...{ now: () => clock.now, startedAt: 0 },
      companions: () => [],
      launch: async (_runs, range, onFile) => {
        begun++;
        const model = { startMs, speed, segmentSeconds, endMs, rendition: rendition.id };
        const encoder: SimulatedEncoder = new SimulatedEncoder(range, model, clock, onFile, () => {
          encoders.delete(encoder);
          alive.delete(encoder);
        });
        encoders.add(encoder);
        alive.add(encoder);
        return { encoder, requireSameFilm: async () => {}, dispose: async () => {} };
      },
      commit: async ({ n }) => {
        stored.add(n);
        made++;
      },
    });
    works.set(work, { encoders, isOwed });
    return {
      segments: work.count,
      load: async (n, client, signal) => {
        if (stored.has(n)) work.touch(n, () => client);
        else await work.ensure(n, client, () => signal);
      },
      tell: (client, state) => {
        if (state === null) return viewers.report(name, client, null);
        const { position: positionSeconds, buffer: bufferSeconds } = state;
        const isPlaying = bufferSeconds > 0;
        viewers.report(name, client, { client, positionSeconds, bufferSeconds, isPlaying });
      },
      close: () => {
        work.abandon();
        works.delete(work);
      },
    };
  };

  return {
    open,
    state: () => {
      const isWorking = (encoder: SimulatedEncoder): boolean => encoder.isWorking;
      let passedBy = 0;
      for (const [work, { encoders, isOwed }] of works) {
        if (isOwed && work.waiting > 0 && !encoders.values().some(isWorking)) passedBy++;
      }
      return {
        working: alive.values().filter(isWorking).toArray().length,
        ...{ alive: alive.size, passedBy },
      };
    },
    get begun() {
      return begun;
    },
    get made() {
      return made;
    },
  };
}
