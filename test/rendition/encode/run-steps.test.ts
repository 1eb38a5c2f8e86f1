import { expect, test } from "bun:test";
import nvidia from "../../../plugins/transcoding/ffmpeg_nvidia/index.ts";
import software from "../../../plugins/transcoding/ffmpeg_software/index.ts";
import { boundaryCount, boundarySeconds, boundaryTicks } from "../../../src/media/boundaries.ts";
import { encodedPlan } from "../../../src/rendition/build-plan.ts";
import { sourceTraits } from "../../../src/rendition/located-source.ts";
import { runArgs, type EncodeRunRequest } from "../../../src/rendition/encode/run-args.ts";
import { toRunSteps } from "../../../src/rendition/encode/run-steps.ts";
import { exampleSource } from "../../media/example-source.ts";

const encoder = nvidia.onDevice({ id: "0", name: "" }, new Set(["yadif_cuda"]));

/** A run of a film whose pictures end so long before its sound. */
function runOf(missing: number, part: Partial<EncodeRunRequest>): EncodeRunRequest {
  const endTimeSeconds = 61.3;
  const example = exampleSource({ durationSeconds: endTimeSeconds });
  const video = example.video && {
    ...example.video,
    ...{ endTimeSeconds: endTimeSeconds - missing, isFullRange: false },
  };
  const audio = example.audio.map((track) => ({ ...track, endTimeSeconds }));
  const source = { ...example, video, audio };
  const plan = encodedPlan(source, {
    ...{ segmentSeconds: 4, quality: "medium", adaptive: true, maxHeight: 480 },
    ...{ maxBitrateBps: null, maxAudioChannels: 2, providers: [nvidia] },
  });
  return {
    ...{ frame: plan, renditions: plan.renditions, from: 1, to: boundaryCount(plan.boundaries) },
    ...{ outDir: "/work", attempt: 0, holdForEver: false },
    source: { path: "/film.mkv", ...sourceTraits(source) },
    ...part,
  };
}

const places = (steps: readonly EncodeRunRequest[]): string[] =>
  steps.map(({ path }) => (path ? (path.filters === null ? "decoded" : "device") : "memory"));

test("a run's steps are the whole run, each segment once, in order", () => {
  for (const missing of [0, 0.3, 2, 5, 11, 40]) {
    const all = runOf(missing, {});
    for (const from of [1, 2, 7, all.to - 1, all.to]) {
      for (const to of [from, Math.min(from + 3, all.to), all.to]) {
        const steps = toRunSteps({ ...all, from, to }, encoder);
        expect(steps[0]?.from).toBe(from);
        expect(steps.at(-1)?.to).toBe(to);
        for (const [i, step] of steps.entries()) {
          expect(step.from).toBeLessThanOrEqual(step.to);
          if (i > 0) expect(step.from).toBe((steps[i - 1]?.to ?? 0) + 1);
        }
      }
    }
  }
});

test("no segment stays on the device in which the last picture may have to be held, and all others do", () => {
  for (const missing of [0, 0.3, 2, 5, 11, 40]) {
    const run = runOf(missing, {});
    const { boundaries } = run.frame;
    const held = Math.max(
      ...run.renditions.map((each) => (each.kind === "video" ? each.holdSeconds : 0)),
    );
    const real = boundarySeconds(boundaries) - held;
    const ends = boundaryTicks(boundaries)
      .slice(1)
      .map((ticks) => ticks / boundaries.timescale);
    const steps = toRunSteps(run, encoder);
    for (const [i, end] of ends.entries()) {
      const step = steps.find(({ from, to }) => from <= i + 1 && i + 1 <= to);
      const isOnDevice = (step?.path?.filters ?? null) !== null;
      expect(isOnDevice).toBe(end <= real);
    }
    expect(held).toBeGreaterThanOrEqual(missing);
    expect(places(steps).at(-1)).toBe("decoded");
  }
});

test("a run's further tries, its last one, and films that nobody looked at are decoded by the processor", () => {
  const run = runOf(0, {});
  const { pictures: _, ...unknown } = run.source;
  for (const other of [
    { ...run, attempt: 1 },
    { ...run, attempt: 2, holdForEver: true },
    { ...run, source: unknown },
  ]) {
    expect(toRunSteps(other, encoder)).toEqual([other]);
  }
  const processor = software.onDevice({ id: "processor", name: "" });
  expect(places(toRunSteps(run, processor))).toEqual(["memory"]);
});

test("what is drawn into is decoded by the device and comes to memory, in one step", () => {
  const burnt = {
    ...{ of: "text" as const, path: "/s.mkv", fontsFolder: null, warmUpFrames: [] },
    shown: { width: 1920, height: 1080 },
  };
  const run = { ...runOf(0, {}), burnt };
  const steps = toRunSteps(run, encoder);
  expect(places(steps)).toEqual(["decoded"]);
  expect(runArgs(steps[0] ?? run, encoder).join(" ")).toContain("subtitles=filename=");
});

test("a run's arguments decode on the device, say the same moments of its pictures, and scale each rung there", () => {
  const run = runOf(0, { to: 4 });
  const [step = run] = toRunSteps(run, encoder);
  const [onDevice, inMemory] = [step, run].map((each) => runArgs(each, encoder));
  const graph = (words: readonly string[] = []): string =>
    words[words.indexOf("-filter_complex") + 1] ?? "";
  const grid = /^\[0:\d+\](.*),split/;
  expect(grid.exec(graph(onDevice))?.[1]).toBe(
    grid.exec(graph(inMemory))?.[1]?.replace(/tpad=[^,]*,/, "") ?? "",
  );
  const rungs = run.renditions.filter(({ kind }) => kind === "video");
  expect(graph(onDevice).match(/scale_cuda[^,;]*passthrough=0,setsar=1/g)).toHaveLength(
    rungs.length,
  );
  const words = onDevice ?? [];
  const [hwaccel, input] = [words.indexOf("-hwaccel"), words.indexOf("-i")];
  expect(hwaccel).toBeGreaterThan(0);
  expect(hwaccel).toBeLessThan(input);
  expect(words.indexOf("-init_hw_device")).toBeLessThan(hwaccel);
  const cuts = (all: readonly string[] = []): string[] =>
    all.flatMap((word, i) => (word === "-segment_times" ? [all[i + 1] ?? ""] : []));
  expect(cuts(onDevice)).toEqual(cuts(inMemory));
});
