import { expect, test } from "bun:test";
import { rational } from "../../src/media/rational.ts";
import { planSeconds, presentationSeconds } from "../../src/rendition/plan.ts";
import type { CopiedAudio } from "../../src/rendition/copy/copied-rendition.ts";
import { filmPlan } from "../golden/film-plan.ts";

const plan = filmPlan({ frameRate: rational(25), seconds: 9, segmentSeconds: 4 });

/** Sound of so many seconds. */
function sound(seconds: number): CopiedAudio {
  return {
    ...{ kind: "audio", method: "copy", id: "a1", track: 1, language: "und" },
    ...{ label: "Audio 1", isDefault: true, role: "main" },
    recipe: {
      ...{ kind: "audio", revision: 1, codec: "aac", configurationSha256: "0".repeat(64) },
      ...{ timescale: 1000, zeroTicks: 0, startTicks: 0, delayTicks: 0 },
      steps: [{ durationTicks: seconds * 1000, count: 1 }],
      ...{ bitrateBps: 128_000, channels: 2, sampleRateHz: 48_000 },
    },
  };
}

test.each([
  [8, 9],
  [9, 9],
  [9.03, 9],
  [9.5, 9.5],
  [300, 300],
])("a film of 9 s of pictures and %d s of sound lasts %d s", (seconds, lasts) => {
  const pictures = plan.renditions.filter(({ kind }) => kind === "video");
  const mixed = { ...plan, renditions: [...pictures, sound(seconds)] };
  expect(planSeconds(mixed)).toBeCloseTo(lasts, 6);
  expect(presentationSeconds(mixed)).toBeCloseTo(Math.max(9, seconds), 6);
});
