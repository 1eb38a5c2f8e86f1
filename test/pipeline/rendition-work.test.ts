import { afterEach, describe, expect, test } from "bun:test";
import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { createLogger } from "../../src/log/logger.ts";
import { buildPlan } from "../../src/media/build-plan.ts";
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
    tune: provider.tune,
  },
);

const never = new AbortController().signal;
const settle = (): Promise<void> => Bun.sleep(1);
const works: RenditionWork[] = [];

function setUp(change: Partial<RenditionWorkOptions> = {}) {
  const [rendition] = plan.renditions;
  if (rendition === undefined) throw new Error("the example has a rung");
  const encoders: FakeEncoder[] = [];
  const committed: number[] = [];
  const failed = new Map<string, { attempts: number; reason: string }>();
  const clock = { now: 0 };
  const scheduler = createScheduler({ capacity: 4, backgroundCapacity: 1 });
  const work = new RenditionWork({
    hash: "0".repeat(64),
    ...{ plan, rendition, scheduler, stored: [], lookAheadSegments: 6, maxAttempts: 3 },
    failures: {
      get: async (_hash, name) => failed.get(name) ?? null,
      add: async (_hash, name, reason) => {
        const attempts = (failed.get(name)?.attempts ?? 0) + 1;
        failed.set(name, { attempts, reason });
        return attempts;
      },
      clear: async (_hash, name) => void failed.delete(name),
    },
    observer: { stage: () => {}, speed: () => {}, segmentMade: () => {}, failure: () => {} },
    log: createLogger({ level: "error", format: "text", write: () => {} }),
    wantsFill: () => false,
    launch: async (range, onFile) => {
      const encoder = new FakeEncoder(range, onFile);
      encoders.push(encoder);
      return { encoder, dispose: async () => {} };
    },
    commit: async (file) => void committed.push(file.n),
    now: () => clock.now,
    ...change,
  });
  works.push(work);
  const encoder = (i: number): FakeEncoder => {
    const found = encoders[i];
    if (found === undefined) throw new Error(`expected run ${i}, there are ${encoders.length}`);
    return found;
  };
  return { work, encoders, encoder, committed, failed, clock };
}

afterEach(async () => {
  const reason = new ViewraError("SHUTTING_DOWN");
  await Promise.all(works.splice(0).map((work) => work.close(reason)));
});

describe("asking for a segment", () => {
  test("starts one run however many ask, and all get it", async () => {
    const { work, encoders, encoder, committed } = setUp();
    const asked = Array.from({ length: 50 }, () => work.ensure(7, never));
    await settle();
    expect(encoders.map(({ from, to }) => [from, to])).toEqual([[7, 100]]);
    encoder(0).make();
    await Promise.all(asked);
    expect(committed).toEqual([7]);
    await work.ensure(7, never);
    expect(encoders).toHaveLength(1);
  });

  test("waits for a run that will be there soon, and starts another far away", async () => {
    const { work, encoders, encoder } = setUp();
    const first = work.ensure(1, never);
    await settle();
    const next = work.ensure(2, never);
    const far = work.ensure(50, never);
    await settle();
    expect(encoders.map(({ from }) => from)).toEqual([1, 50]);
    encoder(0).make(2);
    encoder(1).make();
    await Promise.all([first, next, far]);
  });

  test("never encodes a segment twice: a run ends where another's work begins", async () => {
    const { work, encoder, encoders, committed } = setUp({ stored: [10, 11, 12] });
    const asked = [work.ensure(8, never), work.ensure(20, never), work.ensure(13, never)];
    await settle();
    expect(encoders.map(({ from, to }) => [from, to])).toEqual([
      [8, 9],
      [20, 100],
      [13, 19],
    ]);
    encoder(0).make(2);
    encoder(2).make(7);
    encoder(1).make(3);
    await Promise.all(asked);
    await settle();
    expect(committed.toSorted((a, b) => a - b)).toEqual([
      8, 9, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
    ]);
  });

  test("a run that reaches what a later run has begun is ended", async () => {
    const { work, encoder } = setUp();
    const first = work.ensure(1, never);
    await settle();
    const later = work.ensure(4, never);
    await settle();
    encoder(1).make();
    await later;
    encoder(0).make(3);
    await first;
    await settle();
    expect(encoder(0).isKilled).toBe(true);
  });

  test("gives up when its asker does", async () => {
    const { work } = setUp();
    const abort = new AbortController();
    const asked = work.ensure(3, abort.signal);
    await settle();
    abort.abort(new Error("gone"));
    await expect(asked).rejects.toThrow("gone");
    expect(work.waiting).toBe(0);
  });
});

describe("work ahead of a viewer", () => {
  test("goes on for the look-ahead, then stands still, and is ended when nobody comes", async () => {
    const { work, encoder, clock } = setUp();
    const asked = work.ensure(1, never);
    await settle();
    encoder(0).make();
    await asked;
    encoder(0).make(5);
    await settle();
    expect(encoder(0).isSuspended).toBe(false);
    encoder(0).make();
    await settle();
    expect(encoder(0).isSuspended).toBe(true);
    // The viewer comes nearer: it goes on.
    work.touch(4);
    await settle();
    expect(encoder(0).isSuspended).toBe(false);
    clock.now += 100_000;
    work.tidy();
    clock.now += 30_000;
    work.tidy();
    await settle();
    expect(encoder(0).isKilled).toBe(true);
    expect(work.isIdle).toBe(true);
  });

  test("begins before the viewer meets what is missing", async () => {
    const { work, encoders } = setUp({ stored: [1, 2, 3, 4] });
    work.touch(2);
    await settle();
    expect(encoders.map(({ from }) => from)).toEqual([5]);
  });

  test("is held while somebody waits elsewhere, and filling goes on to the end", async () => {
    const { work, encoder } = setUp({ wantsFill: () => true });
    const asked = work.ensure(1, never);
    await settle();
    encoder(0).make();
    await asked;
    encoder(0).make(20);
    await settle();
    expect(encoder(0).isSuspended).toBe(false);
    const far = work.ensure(60, never);
    await settle();
    expect(encoder(0).isSuspended).toBe(true);
    encoder(1).make();
    await far;
  });

  test("ends with the last viewer, but not under somebody who waits", async () => {
    const { work, encoder } = setUp();
    const waited = work.ensure(30, never);
    await settle();
    work.touch(1);
    work.abandon();
    await settle();
    encoder(0).make();
    await waited;
    await settle();
    expect(encoder(0).isSuspended).toBe(true);
    work.abandon();
    await settle();
    expect(encoder(0).isKilled).toBe(true);
    expect(work.isIdle).toBe(true);
  });
});

describe("a run that fails", () => {
  test("is tried again from where it failed, and in the end said to have failed", async () => {
    const { work, encoders, encoder, failed } = setUp();
    const asked = work.ensure(5, never);
    // Looked at before it is rejected, so that the rejection is nobody's surprise.
    const outcome = asked.then(
      () => null,
      (error: unknown) => error,
    );
    for (let i = 0; i < 3; i++) {
      await settle();
      encoder(i).end({ ok: false, exitCode: 1, stderrTail: "Invalid data" });
      await settle();
    }
    const error = await outcome;
    expect(error).toMatchObject({ code: "ENCODE_FAILED" });
    expect(String(error)).toContain("Invalid data");
    expect(encoders.slice(0, 3).map(({ attempt }) => attempt)).toEqual([0, 1, 2]);
    expect(failed.get("v240/5.m4s")?.attempts).toBe(3);
    // Nobody tries it again: not this process, not one that starts later with the same record.
    await expect(work.ensure(5, never)).rejects.toThrow("Invalid data");
  });

  test("is not believed when it says that all is well", async () => {
    const { work, encoder, encoders } = setUp();
    const asked = work.ensure(5, never);
    await settle();
    encoder(0).end();
    await settle();
    expect(encoders).toHaveLength(2);
    encoder(1).make();
    await asked;
  });

  test("loses nothing: a refused segment is made by the next run", async () => {
    let refusals = 1;
    const { work, encoder, committed } = setUp({
      commit: async ({ n }) => {
        if (n === 2 && refusals-- > 0) throw new ViewraError("VERIFY_FAILED", "short");
        committed.push(n);
      },
    });
    const first = work.ensure(1, never);
    const second = work.ensure(2, never);
    await settle();
    encoder(0).make(3);
    await first;
    await settle();
    // The third came after the refused one out of the same process: it is not trusted.
    expect(committed).toEqual([1]);
    encoder(1).make(1);
    await second;
    expect(committed).toEqual([1, 2]);
  });

  test("because the disk is full fails at once, and may be asked for again", async () => {
    let isFull = true;
    const { work, encoder, failed } = setUp({
      commit: async () => {
        if (isFull) throw new ViewraError("STORAGE_FULL");
      },
    });
    const asked = work.ensure(1, never);
    const outcome = asked.catch((error: unknown) => error);
    await settle();
    encoder(0).make();
    expect(await outcome).toMatchObject({ code: "STORAGE_FULL" });
    expect(failed.size).toBe(0);
    isFull = false;
    const again = work.ensure(1, never);
    await settle();
    encoder(1).make();
    await again;
  });

  test("to start because the film is gone says so", async () => {
    const { work } = setUp({
      launch: async () => {
        throw new ViewraError("MEDIA_MISSING");
      },
    });
    await expect(work.ensure(1, never)).rejects.toMatchObject({ code: "MEDIA_MISSING" });
  });
});
