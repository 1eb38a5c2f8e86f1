import { afterAll, describe, setDefaultTimeout, test } from "bun:test";
import { createProber } from "../../src/probe/prober.ts";
import { shapeName, shapes } from "../clock/clock-shapes.ts";
import { judgeShape } from "../clock/judge-shape.ts";
import { recordingRunner } from "../probe/probe-fixture.ts";
import { createTempFolder } from "../support/temp-folder.ts";

setDefaultTimeout(120_000);

const { runner } = recordingRunner();
const prober = createProber({ runner, ffprobePath: "ffprobe" });
afterAll(() => runner.close());

describe("each picture stands, and each tone begins, where the film has it", () => {
  test.each(shapes.map((shape) => [shapeName(shape), shape] as const))("%s", async (_, shape) => {
    await using folder = await createTempFolder("clock");
    await judgeShape(shape, prober, folder);
  });
});
