import { expect, test } from "bun:test";
import fc from "fast-check";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { createScheduler } from "../../src/schedule/scheduler.ts";
import { stages, type SegmentTrace, type StagePart } from "../../src/pipeline/ports.ts";
import { withQueue } from "../../src/pipeline/segment-traces.ts";
import type { FakeEncoder } from "./fake-encoder.ts";
import { setUp, settle } from "./rendition-rig.ts";

const length = ({ startMs, endMs }: Pick<StagePart, "startMs" | "endMs">): number =>
  endMs - startMs;
const overlap = (part: StagePart, from: number, to: number): number =>
  Math.max(0, Math.min(part.endMs, to) - Math.max(part.startMs, from));

test("work, and queue where nobody works, fill the whole time that somebody waits, and none of it twice", () => {
  const working = fc.constantFrom(...stages.filter((stage) => stage !== "queue"));
  const steps = fc.array(fc.tuple(fc.nat(9), fc.nat(9), working), { maxLength: 12 });
  fc.assert(
    fc.property(steps, fc.nat(60), fc.nat(30), (given, startMs, longer) => {
      const worked: StagePart[] = [];
      let at = 0;
      for (const [pause, work, stage] of given) {
        worked.push({ stage, startMs: at + pause, endMs: at + pause + work });
        at += pause + work;
      }
      const endMs = Math.max(at, startMs) + longer;
      const all = withQueue(worked, { startMs, endMs });
      expect(all.filter(({ stage }) => stage !== "queue")).toEqual(worked);
      for (const [i, part] of all.entries()) {
        expect(length(part)).toBeGreaterThanOrEqual(0);
        expect(part.startMs).toBeGreaterThanOrEqual(all[i - 1]?.endMs ?? 0);
      }
      const waited = all.reduce((sum, part) => sum + overlap(part, startMs, endMs), 0);
      expect(waited).toBe(endMs - startMs);
      for (const part of all.filter(({ stage }) => stage === "queue")) {
        expect(part.startMs).toBeGreaterThanOrEqual(startMs);
      }
    }),
  );
});

/** What is done with one rendition, a step after the other. */
const step = fc.record({
  kind: fc.constantFrom("ask", "ask", "drop", "pass", "pass", "make", "make", "make", "fail"),
  n: fc.integer({ min: 1, max: 24 }),
  ms: fc.integer({ min: 1, max: 900 }),
});

interface Step {
  readonly kind: string;
  readonly n: number;
  readonly ms: number;
}

interface Wait {
  readonly n: number;
  readonly from: number;
  readonly abort: AbortController;
  isOpen: boolean;
  /** When it was served. */
  to: number | null;
}

/** Does the steps with a rendition of which one run may work at a time, and says what is known of it from outside. */
async function live(steps: readonly Step[]) {
  const traces: SegmentTrace[] = [];
  const wantedWrongly: SegmentTrace[] = [];
  const failures: string[] = [];
  const waits: Wait[] = [];
  const clock = { now: 0 };
  const rig = setUp({
    maxAttempts: 100,
    now: () => clock.now,
    scheduler: createScheduler({
      ...{ capacity: 1, backgroundCapacity: 1, maxTasks: 8, maxWaitsPerClient: 1000 },
      now: () => clock.now,
    }),
    observer: {
      ...{ described: () => {}, speed: () => {}, segmentMade: () => {} },
      segment: (trace) => {
        traces.push(trace);
        const isWaitedFor = waits.some(({ n, isOpen }) => isOpen && n === trace.n);
        if (isWaitedFor !== (trace.wanted === "waited for")) wantedWrongly.push(trace);
      },
      failure: (_hash, name) => failures.push(name),
    },
  });
  const living = () => rig.encoders.filter(({ isOver }) => !isOver);
  const worked = new Map<FakeEncoder, number>();
  /** Of those that were made last: for how long their encoder was not held. */
  const encodeMs = new Map<number, number>();
  for (const { kind, n, ms } of steps) {
    const running = living().filter(({ isSuspended }) => !isSuspended);
    const one = running[n % Math.max(1, running.length)];
    if (kind === "pass") {
      clock.now += ms;
      for (const encoder of running) worked.set(encoder, (worked.get(encoder) ?? 0) + ms);
    } else if (kind === "ask" && !rig.inStore.has(n)) {
      const abort = new AbortController();
      const wait: Wait = { n, abort, from: clock.now, isOpen: true, to: null };
      waits.push(wait);
      void rig
        .ask(n, "viewer", abort.signal)
        .then(() => (wait.to = clock.now))
        .catch(() => undefined)
        .finally(() => (wait.isOpen = false));
    } else if (kind === "drop") {
      const open = waits.filter(({ isOpen }) => isOpen);
      const dropped = open[n % Math.max(1, open.length)];
      if (dropped) dropped.isOpen = false;
      dropped?.abort.abort();
    } else if (kind === "make" && one) {
      encodeMs.set(one.next, worked.get(one) ?? 0);
      worked.delete(one);
      one.make();
    } else if (kind === "fail") one?.end({ ok: false, exitCode: 1 });
    await settle();
  }
  await rig.work.close(new ViewraError("SHUTTING_DOWN"));
  return { traces, wantedWrongly, failures, waits, encodeMs, committed: rig.committed };
}

test("each try of a segment is told of once, with what its time went to", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
      const { traces, wantedWrongly, failures, waits, encodeMs, committed } = await live(steps);
      const made = traces.filter(({ code }) => code === null);
      expect(made.map(({ n }) => n).toSorted(byNumber)).toEqual(committed.toSorted(byNumber));
      expect(traces.length - made.length).toBe(failures.length);
      expect(wantedWrongly).toEqual([]);
      for (const trace of traces) {
        const { parts, wanted, startMs, endMs, n, attempt } = trace;
        for (const [i, part] of parts.entries()) {
          expect(part.startMs).toBeGreaterThanOrEqual(parts[i - 1]?.endMs ?? startMs);
          expect(part.endMs).toBeLessThanOrEqual(endMs);
        }
        const queued = parts.filter(({ stage }) => stage === "queue");
        if (wanted !== "waited for") expect(queued).toEqual([]);
        const earlier = traces.slice(0, traces.indexOf(trace)).filter((other) => other.n === n);
        expect(attempt).toBe(earlier.length);
      }
      for (const { n, parts } of made) {
        const encoded = parts.filter(({ stage }) => stage === "encode");
        expect(encoded.reduce((sum, part) => sum + length(part), 0)).toBe(encodeMs.get(n) ?? -1);
      }
      for (const { n, from, to } of waits) {
        if (to === null) continue;
        const parts = traces.filter((trace) => trace.n === n).flatMap((trace) => trace.parts);
        expect(parts.reduce((sum, part) => sum + overlap(part, from, to), 0)).toBe(to - from);
      }
    }),
    { numRuns: 60, endOnFailure: true },
  );
}, 60_000);

function byNumber(a: number, b: number): number {
  return a - b;
}
