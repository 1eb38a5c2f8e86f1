import { expect, test } from "bun:test";
import fc from "fast-check";
import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { rational, toNumber } from "../../src/media/rational.ts";
import { buildPlan } from "../../src/rendition/build-plan.ts";
import { contentOrigin } from "../../src/rendition/content-origin.ts";
import { planAnyDelivery } from "../../src/rendition/plan-delivery.ts";
import { exampleAudio, exampleSource, exampleVideo } from "../media/example-source.ts";

const rates = [rational(24000, 1001), rational(25), rational(30000, 1001), rational(60)];
const rate = fc.constantFrom(...rates);
const microseconds = fc.integer({ min: 0, max: 5_000_000 }).map((value) => value / 1e6);
const starts = fc.array(microseconds, { minLength: 1, maxLength: 4 });

test("the first picture stands on the raster, and no sound but an encoder's priming lies before the content", () => {
  fc.assert(
    fc.property(microseconds, starts, rate, (pictures, sounds, frameRate) => {
      const origin = contentOrigin(pictures, sounds, frameRate);
      const frames = (pictures - origin) * toNumber(frameRate);
      expect(Math.abs(frames - Math.round(frames))).toBeLessThan(1e-6);
      expect(origin).toBeLessThanOrEqual(pictures);
      const lead = pictures - Math.min(pictures, ...sounds);
      if (lead < 0.1) return expect(origin).toBe(pictures);
      // All of it is there, behind less than a frame of nothing.
      const silence = Math.min(...sounds) - origin;
      expect(silence).toBeGreaterThanOrEqual(-1e-6);
      expect(silence * toNumber(frameRate)).toBeLessThan(1 + 1e-6);
    }),
  );
});

test("a film without pictures begins with its first sound", () => {
  fc.assert(
    fc.property(starts, rate, (sounds, frameRate) => {
      expect(contentOrigin(null, sounds, frameRate)).toBe(Math.min(...sounds));
    }),
  );
});

test("a film of which nothing can be copied is the same content as one of which nothing was to be", async () => {
  await fc.assert(
    fc.asyncProperty(microseconds, microseconds, rate, async (pictures, sound, frameRate) => {
      const video = exampleVideo({ startTimeSeconds: pictures, frameRate });
      const audio = [exampleAudio({ startTimeSeconds: sound })];
      const startTimeSeconds = Math.min(pictures, sound);
      const source = exampleSource({ startTimeSeconds, video, audio });
      const options = {
        ...{ segmentSeconds: 4, quality: "low" as const, adaptive: true, maxHeight: null },
        ...{ maxBitrateBps: null, maxAudioChannels: 2, providers: [provider] },
      };
      const wishes = new Map([video, ...audio].map(({ index }) => [index, "copy" as const]));
      const { plan, refused } = await planAnyDelivery(source, wishes, options, (work) =>
        work({
          tracks: [],
          cut: () => Promise.reject(new Error("no track of it can be cut")),
          segment: () => Promise.resolve([]),
        }),
      );
      expect(refused.size).toBe(2);
      expect(plan).toEqual(buildPlan(source, options));
    }),
    { numRuns: 40 },
  );
});
