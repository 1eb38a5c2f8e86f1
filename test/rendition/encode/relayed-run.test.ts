import { expect, test } from "bun:test";
import fc from "fast-check";
import { startAfter, startInTurn } from "../../../src/rendition/encode/relayed-run.ts";
import type { ActiveRun, RunEnd } from "../../../src/rendition/segment-run.ts";

const well: RunEnd = { failure: null, said: "", cancelled: false, facts: {} };

/** A run that ends when it is told to, and remembers how it stands. */
function createRun(name: string) {
  const end = Promise.withResolvers<RunEnd>();
  const state = { isSuspended: false, isHurried: false };
  const run: ActiveRun = {
    commandLine: name,
    suspend: () => void (state.isSuspended = true),
    resume: () => void (state.isSuspended = false),
    hurry: () => void (state.isHurried = true),
    kill: () => end.resolve({ ...well, cancelled: true }),
    ended: end.promise,
  };
  return { run, state, finish: () => end.resolve(well) };
}

const said = fc.array(fc.constantFrom("suspend", "resume", "hurry"), { maxLength: 6 });

test("what is said to a run of several holds for the one that works, and for those that follow", async () => {
  await fc.assert(
    fc.asyncProperty(said, said, async (before, after) => {
      const [first, second] = [createRun("first"), createRun("second")];
      const run = startInTurn([() => first.run, () => second.run]);
      const say = (words: readonly string[]): void => {
        for (const word of words) {
          if (word === "suspend") run.suspend();
          else if (word === "resume") run.resume();
          else run.hurry?.();
        }
      };
      const stateAfter = (words: readonly string[]) => ({
        isSuspended: words.findLast((word) => word !== "hurry") === "suspend",
        isHurried: words.includes("hurry"),
      });
      say(before);
      expect(first.state).toEqual(stateAfter(before));
      first.finish();
      await Bun.sleep(0);
      expect(run.commandLine).toBe("second");
      expect(second.state).toEqual(stateAfter(before));
      say(after);
      expect(second.state).toEqual(stateAfter([...before, ...after]));
      second.finish();
      expect(await run.ended).toEqual(well);
    }),
  );
});

test("what is said to a run while it is prepared holds once it begins", async () => {
  await fc.assert(
    fc.asyncProperty(said, async (words) => {
      const prepared = Promise.withResolvers<string>();
      const real = createRun("real");
      const run = startAfter("subtitles", prepared.promise, () => real.run);
      expect(run.commandLine).toBe("subtitles");
      for (const word of words) {
        if (word === "suspend") run.suspend();
        else if (word === "resume") run.resume();
        else run.hurry?.();
      }
      prepared.resolve("there");
      await Bun.sleep(0);
      expect(real.state).toEqual({
        isSuspended: words.findLast((word) => word !== "hurry") === "suspend",
        isHurried: words.includes("hurry"),
      });
      real.finish();
      expect(await run.ended).toEqual(well);
    }),
  );
});

test("a kill ends the one that works, or the waiting, and nothing more is begun", async () => {
  const first = createRun("first");
  const inTurn = startInTurn([
    () => first.run,
    () => {
      throw new Error("expected no second run");
    },
  ]);
  inTurn.kill();
  expect(await inTurn.ended).toMatchObject({ cancelled: true });
  const waiting = startAfter("subtitles", new Promise<never>(() => {}), () => first.run);
  waiting.kill();
  expect(await waiting.ended).toMatchObject({ cancelled: true });
  const failing = startAfter("subtitles", Promise.reject(new Error("gone")), () => first.run);
  expect((await failing.ended).failure).toMatchObject({ code: "INTERNAL" });
});
