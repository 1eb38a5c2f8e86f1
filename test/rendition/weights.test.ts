import { expect, test } from "bun:test";
import { usualWeights } from "../../src/rendition/rendition.ts";
import { runWeight } from "../../src/rendition/plan.ts";
import { rational } from "../../src/media/rational.ts";
import { filmPlan } from "../golden/film-plan.ts";
import { copiedSound } from "./copied-sound.ts";

test("a sound takes an eighth of what pictures take, and what is copied next to nothing", () => {
  const plan = filmPlan({ frameRate: rational(25), seconds: 9, segmentSeconds: 4 });
  for (const rendition of plan.renditions) {
    expect(runWeight(rendition)).toBe(usualWeights[rendition.kind]);
  }
  expect(runWeight(copiedSound())).toBeLessThan(usualWeights.audio / 4);
});
