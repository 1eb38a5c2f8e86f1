import { expect, test } from "bun:test";
import software from "../../../plugins/transcoding/ffmpeg_software/index.ts";
import vaapi from "../../../plugins/transcoding/ffmpeg_vaapi/index.ts";
import { buildPlan } from "../../../src/rendition/build-plan.ts";
import { parsePlan } from "../../../src/rendition/parse-plan.ts";
import { canonicalPlan } from "../../../src/rendition/plan.ts";
import { planWithout, providerOf } from "../../../src/rendition/encode/plan-without.ts";
import type { TranscodingProvider } from "../../../src/plugin/sdk.ts";
import { exampleSource } from "../../media/example-source.ts";

const plan = (providers: readonly TranscodingProvider[]) =>
  buildPlan(exampleSource(), {
    ...{ segmentSeconds: 4, quality: "medium", adaptive: true, maxHeight: null },
    ...{ maxBitrateBps: null, maxAudioChannels: 2, providers },
  });

test("a plan without a provider is the one that would have been made had it never been there", () => {
  const first = plan([vaapi, software]);
  expect(providerOf(first, "v480")).toBe("ffmpeg_vaapi");
  expect(planWithout(first, "ffmpeg_vaapi", [vaapi, software], "medium")).toEqual(plan([software]));
  // It is a plan like any other.
  const without = planWithout(first, "ffmpeg_vaapi", [software], "medium");
  expect(parsePlan(canonicalPlan(without))).toEqual(without);
});

test("what others make stays as it is, and what nobody else makes is not planned", () => {
  const first = plan([software]);
  expect(planWithout(first, "ffmpeg_vaapi", [vaapi, software], "medium")).toEqual(first);
  expect(() => planWithout(first, "ffmpeg_software", [software], "medium")).toThrow(
    "No encoder plugin is there",
  );
});

test("sound, and what is not in a plan, is no provider's", () => {
  const first = plan([software]);
  expect(providerOf(first, "a1")).toBeNull();
  expect(providerOf(first, "v9999")).toBeNull();
});

test("each rung is made by the first provider that does not refuse it", () => {
  const small: TranscodingProvider = {
    ...vaapi,
    refusal: ({ height }) => (height > 360 ? "It is too high" : null),
  };
  const made = plan([small, software]).renditions.flatMap((each) =>
    each.kind === "video" && each.method === "encode"
      ? [[each.recipe.height > 360, each.recipe.provider.id]]
      : [],
  );
  expect(made.length).toBeGreaterThan(2);
  for (const [isHigh, id] of made) expect(id).toBe(isHigh ? "ffmpeg_software" : "ffmpeg_vaapi");
});
