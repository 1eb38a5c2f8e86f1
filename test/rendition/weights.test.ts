import { expect, test } from "bun:test";
import { usualWeights } from "../../src/rendition/rendition.ts";
import { runWeight } from "../../src/rendition/plan.ts";
import { rational } from "../../src/media/rational.ts";
import type { CopiedAudio } from "../../src/rendition/copy/copied-rendition.ts";
import { filmPlan } from "../golden/film-plan.ts";

test("a sound takes an eighth of what pictures take, and what is copied next to nothing", () => {
  const plan = filmPlan({ frameRate: rational(25), seconds: 9, segmentSeconds: 4 });
  for (const rendition of plan.renditions) {
    expect(runWeight(rendition)).toBe(usualWeights[rendition.kind]);
  }
  const copied: CopiedAudio = {
    ...{ kind: "audio", method: "copy", id: "a1", track: 1, language: "und" },
    ...{ label: "Audio 1", isDefault: true, role: "main" },
    recipe: {
      ...{ kind: "audio", revision: 1, codec: "aac", configurationSha256: "0".repeat(64) },
      ...{ timescale: 48_000, zeroTicks: 0, startTicks: 0, delayTicks: 0, steps: [] },
      ...{ bitrateBps: 128_000, channels: 2, sampleRateHz: 48_000 },
    },
  };
  expect(runWeight(copied)).toBeLessThan(usualWeights.audio / 4);
});
