import { expect, test } from "bun:test";
import fc from "fast-check";
import { runLimits } from "../../src/pipeline/run-limits.ts";
import { usualWeights } from "../../src/rendition/rendition.ts";
import { choose, type Task, type Waited, type Wish } from "../../src/schedule/choose.ts";
import { FairQueue } from "../../src/schedule/fair-queue.ts";
import { FakeTask } from "../schedule/fake-task.ts";

const waitedFor = (task: Task): Waited => ({ task: () => task, isPatient: () => false });

test("a picture and its sound are made together, for as many viewers as transcodes may go on, and ahead of one", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 7 }), fc.boolean(), (transcodes, isSoundFirst) => {
      const limits = runLimits(transcodes);
      const waits = new FairQueue<Waited>();
      const ahead = new Map<Task, Wish>();
      const viewers = Array.from({ length: transcodes + 1 }, (_, i) => {
        const picture = new FakeTask(`picture ${i}`, usualWeights.video);
        const sound = new FakeTask(`sound ${i}`, usualWeights.audio);
        for (const task of isSoundFirst ? [sound, picture] : [picture, sound]) {
          if (i < transcodes) waits.add({ client: `viewer ${i}`, content: "x" }, waitedFor(task));
          ahead.set(task, { kind: "look-ahead", at: i, askers: [] });
        }
        return [picture, sound];
      });
      const due = new Set<never>();
      const waited = choose({ waits, background: new Map(), alive: [], due }, limits);
      expect(waited).toEqual(new Set(viewers.slice(0, transcodes).flat()));
      const none = new FairQueue<Waited>();
      const latest = choose({ waits: none, background: ahead, alive: [], due }, limits);
      expect(latest).toEqual(new Set(viewers.at(-1)));
      expect(waited.size).toBeLessThan(limits.maxTasks);
    }),
  );
});
