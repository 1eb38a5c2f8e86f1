import { afterEach } from "bun:test";
import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { createLogger } from "../../src/log/logger.ts";
import { buildPlan } from "../../src/rendition/build-plan.ts";
import { RenditionWork, type RenditionWorkOptions } from "../../src/pipeline/rendition-work.ts";
import { createScheduler } from "../../src/schedule/scheduler.ts";
import { exampleSource, exampleVideo } from "../media/example-source.ts";
import { FakeEncoder } from "./fake-encoder.ts";

/** 100 segments of 4 seconds. */
const plan = buildPlan(
  exampleSource({
    durationSeconds: 400,
    audio: [],
    video: exampleVideo({
      width: 426,
      height: 240,
      frameRate: { num: 25, den: 1 },
      endTimeSeconds: 400,
    }),
  }),
  {
    segmentSeconds: 4,
    quality: "low",
    adaptive: true,
    maxHeight: null,
    maxBitrateBps: null,
    maxAudioChannels: 2,
    providers: [provider],
  },
);

const never = new AbortController().signal;
export const settle = (): Promise<void> => Bun.sleep(1);
const works: RenditionWork[] = [];

interface Change extends Partial<RenditionWorkOptions> {
  /** Segments in the store from the start. */
  readonly stored?: readonly number[];
}

/** The work of one rendition over an encoder that makes segments when told to. */
export function setUp({ stored = [], ...change }: Change = {}) {
  const [rendition] = plan.renditions;
  if (rendition === undefined) throw new Error("the example has a rung");
  const encoders: FakeEncoder[] = [];
  const committed: number[] = [];
  const failed = new Map<string, { attempts: number; reason: string }>();
  const clock = { now: 0 };
  const scheduler = createScheduler({
    ...{ capacity: 4, backgroundCapacity: 1, maxTasks: 8, maxWaitsPerClient: 1000 },
    now: () => clock.now,
  });
  const inStore = new Set(stored);
  const work = new RenditionWork({
    hash: "0".repeat(64),
    ...{
      plan,
      rendition,
      scheduler,
      isStored: (n: number) => inStore.has(n),
      lookAheadSegments: 6,
      maxAttempts: 3,
    },
    failures: {
      list: async () => new Map(),
      add: async (_hash, name, reason) => {
        const attempts = (failed.get(name)?.attempts ?? 0) + 1;
        failed.set(name, { attempts, reason });
        return attempts;
      },
      clear: async (_hash, name) => void failed.delete(name),
    },
    observer: {
      described: () => {},
      segment: () => {},
      speed: () => {},
      segmentMade: () => {},
      failure: () => {},
    },
    log: createLogger({ level: "error", format: "text", write: () => {} }),
    wantsFill: () => false,
    isPatient: () => false,
    keeps: () => [],
    companions: () => [],
    launch: async ([run], range, onFile) => {
      const encoder = new FakeEncoder({ ...range, attempt: run?.attempt ?? 0 }, onFile);
      encoders.push(encoder);
      return { encoder, requireSameFilm: async () => {}, dispose: async () => {} };
    },
    requireRoom: async () => {},
    now: () => clock.now,
    startedAt: 0,
    ...change,
    commit: async (file, timer) => {
      const work = async () => change.commit?.(file, timer);
      await (timer === undefined ? work() : timer.time("commit", work));
      timer?.kept(1);
      committed.push(file.n);
      inStore.add(file.n);
    },
  });
  works.push(work);
  const encoder = (i: number): FakeEncoder => {
    const found = encoders[i];
    if (found === undefined) throw new Error(`expected run ${i}, there are ${encoders.length}`);
    return found;
  };
  const ask = (n: number, client = "viewer", signal = never): Promise<void> =>
    work.ensure(n, client, () => signal);
  return { work, ask, encoders, encoder, committed, failed, clock, inStore, scheduler };
}

afterEach(async () => {
  const reason = new ViewraError("SHUTTING_DOWN");
  await Promise.all(works.splice(0).map((work) => work.close(reason)));
});
