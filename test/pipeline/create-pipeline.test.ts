import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { encodedPlan } from "../../src/rendition/build-plan.ts";
import { canonicalPlan, contentHash } from "../../src/rendition/plan.ts";
import { segmentName } from "../../src/media/object-name.ts";
import { createPipeline, type PipelineOptions } from "../../src/pipeline/create-pipeline.ts";
import type { Pipeline } from "../../src/pipeline/pipeline.ts";
import type { FailureRecord, RecordedFailure } from "../../src/pipeline/ports.ts";
import { createScheduler } from "../../src/schedule/scheduler.ts";
import { createSlots } from "../../src/schedule/slots.ts";
import { createDiskStore, type DiskStore } from "../../src/store/disk-store.ts";
import { exampleSource } from "../media/example-source.ts";
import { silentLog } from "../store/silent-log.ts";
import { noCopies } from "./no-copies.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { FakeEncoder } from "./fake-encoder.ts";

const plan = encodedPlan(exampleSource(), {
  ...{ segmentSeconds: 4, quality: "low", adaptive: true, maxAudioChannels: 2 },
  ...{ maxHeight: null, maxBitrateBps: null, providers: [provider] },
});
const planJson = canonicalPlan(plan);
const hash = await contentHash(planJson);
const [rendition = ""] = plan.renditions.map(({ id }) => id);
const never = new AbortController().signal;

let folder: TempFolder;
let store: DiskStore;
let pipeline: Pipeline;
const encoders: FakeEncoder[] = [];

beforeEach(async () => {
  encoders.length = 0;
  folder = await createTempFolder("pipeline");
  await mkdir(folder.file("scratch"));
  store = createDiskStore({ root: folder.file("store"), judge: () => false, log: silentLog });
  await store.create(hash, planJson);
});

afterEach(async () => {
  await pipeline.close();
  await store.close();
  await folder[Symbol.asyncDispose]();
});

const forgetful: FailureRecord = {
  list: async () => new Map(),
  add: async () => 1,
  clear: async () => {},
};

/** A pipeline whose FFmpeg does nothing until it is told to. */
function open(change: Partial<PipelineOptions> = {}): void {
  const nothing = (): void => {};
  pipeline = createPipeline({
    ...{
      store,
      log: silentLog,
      fill: "none",
      maxAttempts: 3,
      ensureTimeoutSeconds: 25,
      keptBy: () => [],
    },
    scheduler: createScheduler({
      ...{ capacity: 2, backgroundCapacity: 1, maxTasks: 6, maxWaitsPerClient: 1000 },
      now: () => performance.now(),
    }),
    packager: { describe: () => Promise.reject(new ViewraError("PACKAGE_FAILED")) },
    ...{ scratchDir: folder.file("scratch"), slots: createSlots(2), toolVersions: "1" },
    cache: { get: async () => null, put: async () => {} },
    failures: forgetful,
    encodeInstead: () => Promise.reject(new ViewraError("MEDIA_MISSING")),
    planWithout: () => {
      throw new ViewraError("TRANSCODING_UNAVAILABLE");
    },
    observer: {
      described: nothing,
      segment: nothing,
      speed: nothing,
      segmentMade: nothing,
      failure: nothing,
    },
    locate: async () => ({
      path: "/film.mkv",
      container: "matroska,webm",
      reorderFrames: 2,
      firstPictureSeconds: 0,
      textTracks: [],
      subRipTracks: [],
      sideTexts: [],
    }),
    makers: {
      copy: noCopies,
      text: noCopies,
      tiles: noCopies,
      encode: {
        sample: async ({ folder: scratch, rendition: { id } }) => `${scratch}/${id}.mp4`,
        start: ({ from, to, attempt }, _outDir, onFile) => {
          const encoder = new FakeEncoder({ from, to, attempt }, onFile);
          encoders.push(encoder);
          return encoder;
        },
        package: () => Promise.reject(new ViewraError("PACKAGE_FAILED")),
      },
    },
    ...change,
  });
}

/** As a run would make it. */
const put = (n: number) => store.put(hash, segmentName(rendition, n), new Uint8Array([n]));
const codeOf = (asked: Promise<void>): Promise<string> =>
  asked.then(
    () => "made",
    (error: unknown) => (error instanceof ViewraError ? error.code : String(error)),
  );
const ask = (n: number, signal = never, client = "viewer"): Promise<string> =>
  codeOf(pipeline.ensure(hash, segmentName(rendition, n), signal, client));

test("ten thousand requests come and go in little time, few run, and what one client asks for beyond its share is told so", async () => {
  open();
  const began = process.cpuUsage().user;
  const requests = Array.from({ length: 10_000 }, () => new AbortController());
  // Eight clients, each for nearly every segment of a rendition.
  const answers = requests.map(({ signal }, i) =>
    ask(1 + (i % 1250), signal, `client ${Math.floor(i / 1250)}`),
  );
  await Bun.sleep(50);
  expect(pipeline.stats().waiting).toBeGreaterThan(1000);
  expect(encoders.filter(({ isOver }) => !isOver).length).toBeLessThanOrEqual(6);
  for (const request of requests) request.abort();
  const codes = await Promise.all(answers);
  expect(new Set(codes)).toEqual(new Set(["CANCELLED", "OBJECT_NOT_READY"]));
  expect(pipeline.stats().waiting).toBe(0);
  expect((process.cpuUsage().user - began) / 1e6).toBeLessThan(6);
}, 60_000);

test("a segment that the store has dropped is made again, and one of a content deleted and published anew", async () => {
  open();
  await put(3);
  expect(await ask(3)).toBe("made");
  const drops = [
    () => store.discard(hash, segmentName(rendition, 3)),
    async () => {
      await pipeline.forget(hash);
      await store.delete(hash);
      await store.create(hash, planJson);
    },
    // By another hand, while the pipeline thinks of nothing.
    async () => {
      await store.delete(hash);
      await store.create(hash, planJson);
    },
  ];
  for (const drop of drops) {
    await put(3);
    expect(await ask(3)).toBe("made");
    await drop();
    const leave = new AbortController();
    const asked = ask(3, leave.signal);
    const works = ({ isOver, isSuspended, next }: FakeEncoder): boolean =>
      next === 3 && !isOver && !isSuspended;
    while (!encoders.some(works)) await Bun.sleep(1);
    leave.abort();
    expect(await asked).toBe("CANCELLED");
  }
});

test("a database that does not answer keeps nobody waiting", async () => {
  const hangs = () => new Promise<never>(() => {});
  open({ failures: { list: hangs, add: hangs, clear: hangs }, maxAttempts: 1 });
  const asked = ask(3);
  while (encoders.length === 0) await Bun.sleep(1);
  encoders[0]?.end({ ok: false, exitCode: 1 });
  expect(await asked).toBe("ENCODE_FAILED");
});

test("what the database knows of failures is heeded when it says it, of this process's time", async () => {
  const told = Promise.withResolvers<Map<string, RecordedFailure>>();
  open({ failures: { ...forgetful, list: () => told.promise } });
  const asked = ask(3);
  while (encoders.length === 0) await Bun.sleep(1);
  told.resolve(
    new Map([[segmentName(rendition, 3), { attempts: 3, reason: "as it was", ageMs: -1 }]]),
  );
  expect(await asked).toBe("ENCODE_FAILED");
});
