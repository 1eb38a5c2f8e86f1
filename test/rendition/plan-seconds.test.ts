import { expect, test } from "bun:test";
import { rational } from "../../src/media/rational.ts";
import { planSeconds, presentationSeconds } from "../../src/rendition/plan.ts";
import { planTexts } from "../../src/rendition/text/plan-text.ts";
import { filmPlan } from "../golden/film-plan.ts";
import { copiedSound } from "./copied-sound.ts";

const plan = filmPlan({ frameRate: rational(25), seconds: 9, segmentSeconds: 4 });

test.each([
  [8, 9],
  [9, 9],
  [9.03, 9],
  [9.5, 9.5],
  [300, 300],
])("a film of 9 s of pictures and %d s of sound lasts %d s", (seconds, lasts) => {
  const pictures = plan.renditions.filter(({ kind }) => kind === "video");
  const steps = [{ durationTicks: seconds * 1000, count: 1 }];
  const sound = copiedSound({ timescale: 1000, steps });
  const mixed = { ...plan, renditions: [...pictures, sound] };
  expect(planSeconds(mixed)).toBeCloseTo(lasts, 6);
  expect(presentationSeconds(mixed)).toBeCloseTo(Math.max(9, seconds), 6);
});

test("text lasts no longer than what is heard", () => {
  const sound = copiedSound({ timescale: 1000, steps: [{ durationTicks: 8970, count: 1 }] });
  const texts = planTexts({
    video: null,
    subtitles: [
      {
        ...{ index: 2, codec: "subrip", language: "de", title: null, isDefault: false },
        ...{ isForced: false, isForHearingImpaired: false, isCommentary: false },
        ...{ startTimeSeconds: 0, endTimeSeconds: 9 },
      },
    ],
  });
  expect(texts).toHaveLength(2);
  const song = { ...plan, renditions: [sound, ...texts] };
  expect(presentationSeconds(song)).toBeCloseTo(8.97, 6);
});
