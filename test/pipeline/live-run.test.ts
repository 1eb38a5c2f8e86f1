import { expect, test } from "bun:test";
import { LiveRun } from "../../src/pipeline/live-run.ts";
import { mostUncommitted } from "../../src/rendition/plan.ts";
import { copiedSound } from "../rendition/copied-sound.ts";
import { FakeEncoder } from "./fake-encoder.ts";

test.each([
  { mostUncommitted: 1, goesOnAt: 0 },
  { mostUncommitted: 8, goesOnAt: 4 },
])(
  "a run that is $mostUncommitted files ahead of what is kept is held until it is $goesOnAt",
  async ({ mostUncommitted: most, goesOnAt }) => {
    const kept: (() => void)[] = [];
    const encoders: FakeEncoder[] = [];
    const run = new LiveRun({
      ...{
        rendition: "v240",
        from: 1,
        last: 100,
        attempt: 0,
        weight: 1,
        keeps: [],
        mostUncommitted: most,
      },
      reach: () => 100,
      companions: () => [],
      launch: async (_runs, range, onFile) => {
        const encoder = new FakeEncoder({ ...range, attempt: 0 }, onFile);
        encoders.push(encoder);
        return { encoder, requireSameFilm: async () => {}, dispose: async () => {} };
      },
      commit: () => new Promise((resolve) => kept.push(resolve)),
      isWaitedFor: () => true,
      ...{ onFile: () => {}, onLeft: () => {}, onGone: () => {}, onEnd: () => {}, now: () => 0 },
    });
    run.process.release();
    await Bun.sleep(1);
    const [encoder] = encoders;
    if (encoder === undefined) throw new Error("expected a run to be launched");
    encoder.make(most - 1);
    expect(encoder.isSuspended).toBe(false);
    encoder.make();
    expect(encoder.isSuspended).toBe(true);
    for (let ahead = most; ahead > goesOnAt; ahead--) {
      expect(encoder.isSuspended).toBe(true);
      // What was not kept yet is not asked for before what comes first.
      await Bun.sleep(1);
      kept.shift()?.();
      await Bun.sleep(1);
    }
    expect(encoder.isSuspended).toBe(false);
    run.stop();
    for (let i = 0; i < most; i++) {
      kept.shift()?.();
      await Bun.sleep(1);
    }
    await run.gone;
  },
);

test("what is copied is kept before more of it is made", () => {
  expect(mostUncommitted(copiedSound())).toBe(1);
});
