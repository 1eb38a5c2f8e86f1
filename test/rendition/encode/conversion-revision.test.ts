import { expect, test } from "bun:test";
import * as v from "valibot";
import provider from "../../../plugins/transcoding/ffmpeg_software/index.ts";
import type { ColorTags } from "../../../src/media/color.ts";
import { encodedPlan } from "../../../src/rendition/build-plan.ts";
import { methods } from "../../../src/rendition/methods.ts";
import { planTiles } from "../../../src/rendition/tiles/plan-tiles.ts";
import { exampleSource, exampleVideo } from "../../media/example-source.ts";

const wide = { matrix: "bt2020nc", primaries: "bt2020", chromaLocation: "left" } as const;
const colors: readonly (readonly [string, ColorTags, number])[] = [
  ["tone-mapped", { ...wide, transfer: "smpte2084" }, -1],
  ["converted", { ...wide, transfer: "bt2020-10" }, -1],
  ["kept", { matrix: "bt709", primaries: "bt709", transfer: "bt709", chromaLocation: "left" }, 0],
];

/** As plans were written before conversions had a revision. */
function asBefore(rendition: unknown): unknown {
  const newer = new Set(["conversionRevision", "peakNits"]);
  return JSON.parse(
    JSON.stringify(rendition, (key, value: unknown) => (newer.has(key) ? undefined : value)),
  );
}

test.each(colors)(
  "pictures and storyboards that were %s by an earlier version are told from today's",
  (_, color, lead) => {
    const video = exampleVideo({ color, isHdr: color.transfer === "smpte2084" });
    const plan = encodedPlan(exampleSource({ video, audio: [] }), {
      ...{
        segmentSeconds: 4,
        quality: "low",
        adaptive: true,
        maxHeight: null,
        providers: [provider],
      },
      ...{ maxBitrateBps: null, maxAudioChannels: 2 },
    });
    const boards = planTiles(video, plan.boundaries);
    expect(boards).toHaveLength(1);
    for (const rendition of [...plan.renditions, ...boards]) {
      const method = methods[rendition.method];
      expect(method.revisionLead(rendition)).toBe(0);
      expect(v.is(method.schema, rendition)).toBe(true);
      expect(method.revisionLead(asBefore(rendition))).toBe(lead);
      expect(v.is(method.schema, asBefore(rendition))).toBe(lead === 0);
    }
  },
);
