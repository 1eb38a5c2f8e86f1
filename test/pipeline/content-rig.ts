import { mkdir } from "node:fs/promises";
import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { judgeAdoption } from "../../src/app/pipeline-ports.ts";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { initName, segmentName } from "../../src/media/object-name.ts";
import { encodedPlan } from "../../src/rendition/build-plan.ts";
import { encodedTimeline } from "../../src/rendition/encode/frame-timeline.ts";
import type { Rendition } from "../../src/rendition/methods.ts";
import { canonicalPlan, contentHash } from "../../src/rendition/plan.ts";
import { segmentCount, segmentSpan } from "../../src/media/timeline.ts";
import { ContentWork } from "../../src/pipeline/content-work.ts";
import type { FillPolicy } from "../../src/pipeline/ports.ts";
import { createScheduler } from "../../src/schedule/scheduler.ts";
import { createDiskStore } from "../../src/store/disk-store.ts";
import { createLayout } from "../../src/store/layout.ts";
import { exampleAudio, exampleSource, exampleVideo } from "../media/example-source.ts";
import { isoBox, segmentBytes } from "../rendition/encode/segment-bytes.ts";
import { silentLog } from "../store/silent-log.ts";
import { noCopies } from "./no-copies.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { FakeEncoder } from "./fake-encoder.ts";

const seconds = 48;

/** Two rungs and a sound of twelve segments of 4 seconds, so that the look-ahead (24 s) is no more than half. */
const plan = encodedPlan(
  exampleSource({
    durationSeconds: seconds,
    audio: [exampleAudio({ endTimeSeconds: seconds })],
    video: exampleVideo({
      ...{ width: 640, height: 360, endTimeSeconds: seconds },
      frameRate: { num: 5, den: 1 },
    }),
  }),
  {
    ...{ segmentSeconds: 4, quality: "low", adaptive: true, maxAudioChannels: 2 },
    ...{ maxHeight: null, maxBitrateBps: null, providers: [provider] },
  },
);
export const hash = await contentHash(canonicalPlan(plan));
export const renditionIds = plan.renditions.map(({ id }) => id);
export const lookAheadSegments = 6;
export const segments = 12;

/** What Shaka would write of it, as far as it is looked at. */
const init = isoBox("moov", isoBox("trak"));
function packaged(kind: Rendition["kind"], n: number) {
  const rendition = plan.renditions.find((each) => each.kind === kind);
  if (rendition === undefined) throw new Error(`the plan has ${kind}`);
  const timeline = encodedTimeline(plan, rendition);
  if (segmentCount(timeline) !== segments) throw new Error(`expected ${segments} segments`);
  const { start, end } = segmentSpan(timeline, n);
  const samples = Array.from({ length: (end - start) / timeline.frameTicks }, (_, i) => ({
    ...{ duration: timeline.frameTicks, size: 50, isSync: i === 0, offset: 0 },
  }));
  return { init, segment: segmentBytes({ start, samples }) };
}

/** The bytes of a segment of a rendition. */
export function segmentOf(rendition: string, n: number): Uint8Array {
  return packaged(rendition.startsWith("a") ? "audio" : "video", n).segment;
}

/** The work of one content over a real store and a real scheduler; its encoders make segments when told to. */
export async function openContent(fill: FillPolicy, memoryBytes?: number) {
  const folder = await createTempFolder("content");
  await mkdir(folder.file("scratch"));
  const root = folder.file("store");
  const store = createDiskStore({
    ...{ root, judge: judgeAdoption, log: silentLog },
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
  });
  await store.create(hash, canonicalPlan(plan));
  for (const id of renditionIds) await store.put(hash, initName(id), init);
  const clock = { now: 0 };
  const encoders: { readonly renditions: readonly string[]; readonly encoder: FakeEncoder }[] = [];
  const nothing = (): void => {};
  const scheduler = createScheduler({
    ...{ capacity: 2, backgroundCapacity: 1, maxTasks: 6, maxWaitsPerClient: 1000 },
    now: () => clock.now,
  });
  const work = new ContentWork(
    { hash, plan, planJson: canonicalPlan(plan) },
    {
      ...{ store, fill, log: silentLog, maxAttempts: 3, startedAt: 0 },
      now: () => clock.now,
      makers: {
        copy: noCopies,
        text: noCopies,
        tiles: noCopies,
        encode: {
          sample: async () => "",
          start: ({ from, to, attempt, renditions }, _outDir, onFile) => {
            const ids = renditions.map(({ id }) => id);
            const encoder = new FakeEncoder({ from, to, attempt }, onFile, ids);
            encoders.push({ renditions: ids, encoder });
            return encoder;
          },
          package: async (files) => files.map(({ kind, n }) => packaged(kind, n)),
        },
      },
      scheduler,
      slackSeconds: () => 0,
      keptBy: () => [],
      failures: { list: async () => new Map(), add: async () => 1, clear: async () => {} },
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
      scratchDir: folder.file("scratch"),
      republish: async (_content, name) => void (await store.put(hash, name, init)),
    },
  );
  const stored = (): Record<string, number[]> =>
    Object.fromEntries(
      [...work.renditions].map(([id, { stored: all }]) => [
        id,
        Array.from({ length: segments }, (_, i) => i + 1).filter((n) => all.has(n)),
      ]),
    );
  const allMade: string[] = [];
  const running = () => encoders.filter(({ encoder }) => !encoder.isOver && !encoder.isSuspended);

  /** Until what the scheduler lets run has its encoder, and what it does not has none that runs. */
  const settle = async (): Promise<void> => {
    const deadline = performance.now() + 5000;
    for (let quiet = 0; quiet < 3;) {
      if (performance.now() > deadline) throw new Error("a run neither begins nor ends");
      await Bun.sleep(1);
      quiet = scheduler.active === running().length ? quiet + 1 : 0;
    }
  };
  /** Until nothing is under way, the removal of working files among it; false where something stays. */
  const rests = async (): Promise<boolean> => {
    const deadline = performance.now() + 5000;
    while (!work.isIdle && performance.now() < deadline) await Bun.sleep(1);
    return work.isIdle;
  };
  /** Has what may run make segments one by one, as many as that, until none may or `most` are made; says how many. */
  const drive = async (most = Infinity): Promise<number> => {
    for (let made = 0; ;) {
      work.tidy();
      await settle();
      const [first] = running();
      if (first === undefined || made >= most) return made;
      const { next } = first.encoder;
      first.encoder.make();
      made++;
      const deadline = performance.now() + 5000;
      for (const id of first.renditions) {
        allMade.push(segmentName(id, next));
        while (work.renditions.get(id)?.stored.has(next) !== true) {
          if (performance.now() > deadline) throw new Error(`${id}/${next} is not stored`);
          await Bun.sleep(1);
        }
      }
      await settle();
    }
  };
  return {
    ...{ work, store, clock, encoders, running, stored, settle, rests, drive },
    /** Every segment that an encoder made, in order, as often as it did. */
    allMade,
    /** Where its files are. */
    folder: createLayout(root).folder(hash),
    [Symbol.asyncDispose]: async () => {
      await work.close(new ViewraError("SHUTTING_DOWN"));
      await store.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
