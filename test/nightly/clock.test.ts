import { afterAll, describe, setDefaultTimeout, test } from "bun:test";
import { shapeName, shapes } from "../clock/clock-shapes.ts";
import { judgeShape } from "../clock/judge-shape.ts";
import { createSoundRunner } from "../support/sound-run.ts";
import { createTempFolder } from "../support/temp-folder.ts";

setDefaultTimeout(120_000);

const runner = createSoundRunner();
afterAll(() => runner.close());

describe("each picture stands, and each tone begins, where the film has it", () => {
  test.each(shapes.map((shape) => [shapeName(shape), shape] as const))("%s", async (_, shape) => {
    await using folder = await createTempFolder("clock");
    await judgeShape(shape, runner, folder);
  });
});
