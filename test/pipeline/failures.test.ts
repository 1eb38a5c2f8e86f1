import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ErrorCode } from "../../src/errors/catalogue.ts";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { failureKind } from "../../src/pipeline/failure-kind.ts";
import { silentLog } from "../store/silent-log.ts";
import { SegmentFailures } from "../../src/pipeline/segment-failures.ts";
import { FakeEncoder } from "./fake-encoder.ts";
import { settle, setUp } from "./rendition-rig.ts";

const minuteMs = 60_000;
const outcomeOf = (asked: Promise<void>): Promise<unknown> =>
  asked.then(
    () => "made",
    (error: unknown) => error,
  );
const fails = { ok: false, exitCode: 1, stderrTail: "Invalid data" };
const killed = { ok: false, exitCode: null, signal: "SIGKILL" };

describe("what a failure says about trying again", () => {
  const surroundings = [
    ...(["STORAGE_FULL", "PROGRAM_MISSING", "MEDIA_MISSING", "MEDIA_CHANGED"] as const),
    ...(["DATABASE_UNUSABLE", "OBJECT_CORRUPT", "CANCELLED", "INTERNAL"] as const),
  ];
  test.each(surroundings)("%s is no segment's fault", (code) => {
    expect(failureKind(new ViewraError(code))).toBe("environment");
  });

  const own = ["ENCODE_FAILED", "PACKAGE_FAILED", "VERIFY_FAILED", "PROCESS_TIMEOUT"] as const;
  test.each(own)("%s may be cured by another try", (code) => {
    expect(failureKind(new ViewraError(code))).toBe("segment");
  });

  const faults = ["SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE"];
  test.each(faults)("%s is the program's own doing", (signal) => {
    expect(failureKind(new ViewraError("ENCODE_FAILED", "", { details: { signal } }))).toBe(
      "segment",
    );
  });

  test.each(["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"])("%s comes from elsewhere", (signal) => {
    for (const code of ["ENCODE_FAILED", "PACKAGE_FAILED"] as const) {
      expect(failureKind(new ViewraError(code, "", { details: { signal } }))).toBe("interrupted");
    }
  });

  test("want of memory is not the segment's fault, a wrong header is nobody's who tries again", () => {
    const stderr = "[h264] Cannot allocate memory";
    const kindOf = (code: ErrorCode, details: Record<string, unknown>): string =>
      failureKind(new ViewraError(code, "", { details }));
    expect(kindOf("ENCODE_FAILED", { stderr })).toBe("interrupted");
    expect(kindOf("VERIFY_FAILED", { fault: "header" })).toBe("header");
    expect(kindOf("VERIFY_FAILED", { fault: "segment" })).toBe("segment");
  });
});

test("a segment that was given up is tried again after a minute, then after twice as long each time, an hour at most", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 12 }), (max, further) => {
      const clock = { now: 0 };
      const failures = new SegmentFailures({
        ...{ hash: "0".repeat(64), rendition: "v240", maxAttempts: max, log: silentLog },
        record: { list: async () => new Map(), add: async () => 1, clear: async () => {} },
        ...{ now: () => clock.now, startedAt: 0 },
      });
      const error = new ViewraError("ENCODE_FAILED", "why");
      for (let i = 1; i < max; i++) expect(failures.take(7, error, "segment").told).toBe(null);
      for (let i = 0; i <= further; i++) {
        expect(failures.refusal(7)).toBeNull();
        expect(failures.take(7, error, "segment").told).toBe(error);
        const restMs = Math.min(60 * minuteMs, minuteMs * 2 ** i);
        clock.now += restMs - 1;
        expect(failures.refusal(7)).toMatchObject({ code: "ENCODE_FAILED", message: "why" });
        expect(failures.refusal(7)?.retryAfterSeconds).toBeGreaterThan(0);
        clock.now += 1;
      }
      expect(failures.refusal(7)).toBeNull();
      failures.clear(7);
      expect(failures.attemptsOf(7)).toBe(0);
    }),
  );
});

describe("a segment that cannot be made", () => {
  test("because its header is another is told at once, is not tried again, and leaves the others alone", async () => {
    const mismatches: string[] = [];
    const { ask, encoders, encoder, clock } = setUp({
      observer: {
        ...{
          described: () => {},
          segment: () => {},
          speed: () => {},
          segmentMade: () => {},
          failure: () => {},
        },
        headerMismatch: (_hash, rendition, { message }) =>
          mismatches.push(`${rendition} ${message}`),
      },
      commit: async ({ n }) => {
        const details = { fault: "header" };
        if (n === 5) throw new ViewraError("VERIFY_FAILED", "another sample entry", { details });
      },
    });
    const asked = outcomeOf(ask(5));
    const next = outcomeOf(ask(6));
    await settle();
    encoder(0).make(2);
    expect(await asked).toMatchObject({ code: "VERIFY_FAILED" });
    expect(mismatches).toEqual(["v240 another sample entry"]);
    await settle();
    expect(encoders.map(({ from }) => from)).toEqual([5, 6]);
    encoder(1).make();
    expect(await next).toBe("made");
    expect(await outcomeOf(ask(5))).toMatchObject({ code: "VERIFY_FAILED" });
    clock.now += 30 * minuteMs;
    expect(await outcomeOf(ask(5))).toMatchObject({ code: "VERIFY_FAILED" });
    expect(encoders).toHaveLength(2);
  });

  test("because FFmpeg would need more memory than it may have is told so at once, and tried once", async () => {
    const { ask, encoders, encoder } = setUp();
    const asked = outcomeOf(ask(5));
    await settle();
    const stderrTail = "[mjpeg] Cannot allocate memory";
    encoder(0).end({ ...fails, stderrTail, memoryLimitBytes: 6 * 2 ** 30 });
    expect(await asked).toMatchObject({
      code: "MEDIA_UNSUPPORTED",
      message: expect.stringMatching(/6144 MiB/),
    });
    expect(await outcomeOf(ask(5))).toMatchObject({ code: "MEDIA_UNSUPPORTED" });
    expect(encoders).toHaveLength(1);
  });

  test("is tried again when its time has come, and once in a new process", async () => {
    const { ask, encoders, encoder, clock } = setUp({ maxAttempts: 1 });
    const first = outcomeOf(ask(5));
    await settle();
    encoder(0).end(fails);
    expect(await first).toMatchObject({ code: "ENCODE_FAILED" });
    expect(await outcomeOf(ask(5))).toMatchObject({ code: "ENCODE_FAILED" });
    clock.now += minuteMs;
    const again = outcomeOf(ask(5));
    await settle();
    const tries = encoders.filter(({ from }) => from === 5);
    expect(tries).toHaveLength(2);
    tries[1]?.make();
    expect(await again).toBe("made");
  });

  const recorded = { attempts: 3, reason: "as it was", ageMs: 1000 };
  test("as this process recorded a moment ago is told to who waits already", async () => {
    const { work, ask, clock } = setUp();
    clock.now += minuteMs;
    const asked = outcomeOf(ask(5));
    work.recall([[5, recorded]]);
    expect(await asked).toMatchObject({ code: "ENCODE_FAILED", message: "as it was" });
  });

  test("as an earlier process recorded is tried once more", async () => {
    const { work, ask, encoders, encoder } = setUp();
    work.recall([[5, recorded]]);
    const asked = outcomeOf(ask(5));
    await settle();
    encoder(0).end(fails);
    expect(await asked).toMatchObject({ code: "ENCODE_FAILED" });
    expect(encoders.filter(({ from }) => from === 5)).toHaveLength(1);
  });

  test("because FFmpeg was killed is not given up: it is tried, then said to be not ready, then tried again soon", async () => {
    const { ask, encoders, encoder, failed, clock } = setUp();
    for (let round = 0; round < 3; round++) {
      const tries = round === 0 ? 3 : 1;
      const asked = outcomeOf(ask(5));
      for (let i = 0; i < tries; i++) {
        await settle();
        encoder(encoders.length - 1).end(killed);
      }
      expect(await asked).toMatchObject({ code: "OBJECT_NOT_READY" });
      expect(await outcomeOf(ask(5))).toMatchObject({ code: "OBJECT_NOT_READY" });
      clock.now += minuteMs;
    }
    expect(failed.size).toBe(0);
    const asked = outcomeOf(ask(5));
    await settle();
    encoder(encoders.length - 1).make();
    expect(await asked).toBe("made");
  });

  test("while the disk is full is not the segment's fault, whatever FFmpeg says of it", async () => {
    let isFull = true;
    const { ask, encoder, failed } = setUp({
      requireRoom: async () => {
        if (isFull) throw new ViewraError("STORAGE_FULL");
      },
    });
    for (let i = 0; i < 5; i++) {
      const asked = outcomeOf(ask(5));
      await settle();
      encoder(i).end();
      expect(await asked).toMatchObject({ code: "STORAGE_FULL" });
    }
    expect(failed.size).toBe(0);
    isFull = false;
    const asked = outcomeOf(ask(5));
    await settle();
    encoder(5).make();
    expect(await asked).toBe("made");
  });
});

const databases = {
  hangs: () => new Promise<never>(() => {}),
  refuses: () => Promise.reject(new ViewraError("DATABASE_UNUSABLE")),
};
test.each(Object.entries(databases))(
  "a database that %s leaves nobody waiting, whatever happens to the segment",
  async (_how, answer) => {
    const { ask, encoder } = setUp({ failures: { list: answer, add: answer, clear: answer } });
    const asked = outcomeOf(ask(5));
    await settle();
    encoder(0).end(fails);
    await settle();
    encoder(1).make();
    expect(await asked).toBe("made");
    const hopeless = outcomeOf(ask(50));
    for (let i = 2; i < 5; i++) {
      await settle();
      encoder(i).end(fails);
    }
    expect(await hopeless).toMatchObject({ code: "ENCODE_FAILED" });
  },
);

test("working files that cannot be removed leave nobody waiting", async () => {
  const made: FakeEncoder[] = [];
  const { work, ask } = setUp({
    launch: async ([run], range, onFile) => {
      const encoder = new FakeEncoder({ ...range, attempt: run?.attempt ?? 0 }, onFile);
      made.push(encoder);
      return {
        encoder,
        requireSameFilm: async () => {},
        dispose: () => Promise.reject(new Error("EBUSY")),
      };
    },
  });
  const asked = outcomeOf(ask(5));
  await settle();
  made[0]?.end(fails);
  await settle();
  made[1]?.make();
  expect(await asked).toBe("made");
  work.abandon();
  await settle();
  expect(work.isIdle).toBe(true);
});
