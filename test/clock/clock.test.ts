import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createSoundRunner } from "../support/sound-run.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { clocks, containers, shapeName, shapes } from "./clock-shapes.ts";
import { judgeShape } from "./judge-shape.ts";

setDefaultTimeout(120_000);

const runner = createSoundRunner();
afterAll(() => runner.close());

/** Few that meet each container and each clock at least once; test/nightly has them all. */
const quick = [
  "ts: from 26 hours",
  "ts: wrapping in mid-file",
  "ts: back to where it began",
  "ts: a jump that looks like a wrap",
  "m2ts: a jump, then a wrap",
  "m2ts: a wrap, then a jump",
  "mpg: an hour forward",
  "mpg: an hour back",
  "mpg: a gap of two seconds",
  "ogv: from zero",
  "mkv: sound half a second late",
  "avi: sound that ends early",
];

describe("each picture stands, and each tone begins, where the film has it", () => {
  const chosen = shapes.filter((shape) => quick.includes(shapeName(shape)));
  expect(chosen).toHaveLength(quick.length);
  test.each(chosen.map((shape) => [shapeName(shape), shape] as const))("%s", async (_, shape) => {
    await using folder = await createTempFolder("clock");
    await judgeShape(shape, runner, folder);
  });
});

test("the lists name each shape once", () => {
  expect(new Set(shapes.map(shapeName)).size).toBe(shapes.length);
  expect(shapes.length).toBeGreaterThan(containers.length + clocks.length);
});
