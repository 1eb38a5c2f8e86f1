import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { conformedFrameRate } from "../../../src/rendition/encode/frame-rate.ts";
import { createLadder, type LadderLimits } from "../../../src/rendition/encode/ladder.ts";
import { displaySize } from "../../../src/media/display-size.ts";
import { rational, toNumber } from "../../../src/media/rational.ts";
import type { VideoTrack } from "../../../src/media/source.ts";
import { exampleVideo } from "../../media/example-source.ts";

const unlimited: LadderLimits = { maxHeight: null, maxBitrateBps: null, adaptive: true };
const ladder = (change: Partial<VideoTrack>, limits = unlimited) =>
  createLadder(exampleVideo(change), rational(24), limits);
const sizes = (change: Partial<VideoTrack>) =>
  ladder(change).map(({ id, width, height }) => `${id} ${width}x${height}`);

describe("a ladder", () => {
  test("has the class heights up to the source's own", () => {
    expect(sizes({})).toEqual([
      "v240 426x240",
      "v360 640x360",
      "v480 854x480",
      "v720 1280x720",
      "v1080 1920x1080",
    ]);
    expect(sizes({ width: 3840, height: 2160 }).at(-1)).toBe("v2160 3840x2160");
    expect(sizes({ width: 7680, height: 4320 }).at(-1)).toBe("v2160 3840x2160");
  });

  test("counts a wide film by its width and keeps its shape", () => {
    expect(sizes({ width: 1920, height: 800 })).toEqual([
      "v240 426x178",
      "v360 640x266",
      "v480 854x356",
      "v720 1280x534",
      "v1080 1920x800",
    ]);
  });

  test("counts an upright film by its short side", () => {
    expect(sizes({ width: 1080, height: 1920 }).at(-1)).toBe("v1080 1080x1920");
    expect(sizes({ rotationDegrees: 90 }).at(-1)).toBe("v1080 1080x1920");
  });

  test("makes samples square", () => {
    expect(sizes({ width: 720, height: 576, sampleAspectRatio: rational(64, 45) }).at(-1)).toBe(
      "v576 1024x576",
    );
  });

  test("ends at a limit, or is one rung where no adaption is wanted", () => {
    expect(ladder({}, { ...unlimited, maxHeight: 720 }).at(-1)?.id).toBe("v720");
    expect(ladder({}, { ...unlimited, maxHeight: 800 }).at(-1)?.id).toBe("v720");
    expect(ladder({}, { ...unlimited, adaptive: false }).map(({ id }) => id)).toEqual(["v1080"]);
  });

  test("spends no more than the source does, its codec considered", () => {
    const [top] = ladder({ bitrateBps: 1_000_000 }).toReversed();
    expect(top?.maxBitrateBps).toBe(1_100_000);
    const [hevc] = ladder({ bitrateBps: 1_000_000, codec: "hevc" }).toReversed();
    expect(hevc?.maxBitrateBps).toBe(1_760_000);
  });

  test("never leaves the source's size, is even, keeps its shape, and rises in both size and cost", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 8192 }),
        fc.integer({ min: 16, max: 8192 }),
        fc.option(fc.integer({ min: 1, max: 100_000_000 }), { nil: null }),
        (width, height, bitrateBps) => {
          const track = exampleVideo({ width, height, bitrateBps });
          const shown = displaySize(track);
          const rungs = createLadder(track, rational(25), unlimited);
          expect(rungs.length).toBeGreaterThan(0);
          for (const [i, rung] of rungs.entries()) {
            expect(rung.width).toBeLessThanOrEqual(shown.width + 1);
            expect(rung.height).toBeLessThanOrEqual(shown.height + 1);
            expect([rung.width % 2, rung.height % 2]).toEqual([0, 0]);
            const before = rungs[i - 1];
            if (before) expect(rung.maxBitrateBps).toBeGreaterThan(before.maxBitrateBps);
          }
          expect(new Set(rungs.map(({ id }) => id)).size).toBe(rungs.length);
        },
      ),
    );
  });
});

describe("a film whose lines are those of a class, and which is wider or narrower than it", () => {
  const lines = fc.constantFrom(240, 360, 480, 720, 1080, 1440, 2160);
  const shape = fc.double({ min: 1, max: 4, noNaN: true });
  const offBy = fc.integer({ min: -2, max: 2 });
  test("has a name of its own for every rung, lying or upright", () => {
    fc.assert(
      fc.property(lines, offBy, shape, fc.boolean(), (height, off, wide, isUpright) => {
        const [short, long] = [height + off, Math.round((height + off) * wide)];
        const size = isUpright ? { width: short, height: long } : { width: long, height: short };
        const ids = ladder(size).map(({ id }) => id);
        expect(ids).toEqual([...new Set(ids)]);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    [{ width: 1728, height: 720 }, ["v720 1280x534", "v972 1728x720"]],
    [{ width: 864, height: 360 }, ["v360 640x266", "v486 864x360"]],
    [{ width: 720, height: 1728 }, ["v720 534x1280", "v972 720x1728"]],
    [{ width: 1472, height: 719 }, ["v720 1280x626", "v828 1472x720"]],
  ])("%j has on top %j", (size, top) => {
    expect(sizes(size).slice(-2)).toEqual(top);
  });
});

describe("a very narrow film", () => {
  const side = fc.integer({ min: 8, max: 4096 }).map((half) => half * 2);
  test("keeps its shape on every rung within a hundredth, upright or lying", () => {
    fc.assert(
      fc.property(side, side, (width, height) => {
        for (const rung of createLadder(exampleVideo({ width, height }), rational(25), unlimited)) {
          expect(Math.abs((rung.width / rung.height / width) * height - 1)).toBeLessThan(0.01);
          expect(Math.min(rung.width, rung.height)).toBeGreaterThanOrEqual(16);
        }
      }),
    );
    expect(sizes({ width: 16, height: 2000 })).toEqual(["v16 16x2000"]);
    expect(sizes({ width: 2000, height: 16 })).toEqual(["v16 2000x16"]);
  });
});

describe("the frame rate", () => {
  const rate = (change: Partial<VideoTrack>) => conformedFrameRate(exampleVideo(change));
  test("of a constant source is its own", () => {
    for (const own of [
      rational(24000, 1001),
      rational(25),
      rational(12),
      rational(60000, 1001),
      rational(48),
    ]) {
      expect(rate({ frameRate: own })).toEqual(own);
    }
    expect(rate({ frameRate: rational(23976, 1000) })).toEqual(rational(24000, 1001));
  });
  test("over 60 is halved", () => {
    expect(rate({ frameRate: rational(120) })).toEqual(rational(60));
    expect(rate({ frameRate: rational(240000, 1001) })).toEqual(rational(60000, 1001));
  });
  test("of a variable source is a standard one that is no slower, of a slow one its own", () => {
    for (let measured = 20; measured <= 60; measured += 0.01) {
      const frameRate = rational(Math.round(measured * 100), 100);
      const conformed = toNumber(rate({ isVariableFrameRate: true, frameRate }));
      expect(conformed).toBeGreaterThan(0.98 * measured - 0.01);
    }
    expect(
      toNumber(rate({ isVariableFrameRate: true, frameRate: rational(2931, 100) })),
    ).toBeCloseTo(29.97, 2);
    expect(rate({ isVariableFrameRate: true, frameRate: rational(5) })).toEqual(rational(5));
  });
});
