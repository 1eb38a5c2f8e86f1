import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { join } from "node:path";
import provider from "../../../plugins/transcoding/ffmpeg_software/index.ts";
import type { Source } from "../../../src/media/source.ts";
import { createLogger } from "../../../src/log/logger.ts";
import { createProber } from "../../../src/probe/prober.ts";
import { createProcessRunner } from "../../../src/process/process-runner.ts";
import { createFilmOpener } from "../../../src/rendition/copy/film-packets.ts";
import {
  decodeCuts,
  encodeCuts,
  type CutMemory,
  type KnownCuts,
} from "../../../src/rendition/copy/known-cuts.ts";
import { planAnyDelivery, type DeliveryPlan } from "../../../src/rendition/plan-delivery.ts";
import { runTool } from "../../support/run-tool.ts";
import { createTempFolder, type TempFolder } from "../../support/temp-folder.ts";

const ticks = fc.integer({ min: -(2 ** 45), max: 2 ** 45 });
const places = fc.integer({ min: 0, max: 2 ** 45 });
const point = fc.record({
  ptsTicks: ticks,
  earliestPtsTicks: ticks,
  dtsTicks: fc.option(ticks),
  isClean: fc.boolean(),
  packet: fc.option(places),
  handle: fc.tuple(places, places, places),
});
const anyCuts: fc.Arbitrary<KnownCuts> = fc.record({
  index: fc.record({
    points: fc.array(point),
    startTicks: ticks,
    endTicks: ticks,
    frame: fc.option(fc.record({ samples: fc.nat(), rateHz: fc.nat() })),
    obstacles: fc.array(
      fc.record({
        code: fc.constantFrom("beginning", "tables", "time-stamps"),
        message: fc.string(),
      }),
    ),
  }),
  looked: fc.array(fc.string()),
});

function encoded(cuts: KnownCuts): Uint8Array {
  const bytes = encodeCuts(cuts);
  if (bytes === null) throw new Error("expected bytes");
  return bytes;
}

test("what is kept of a film's cuts is what was found", () => {
  fc.assert(
    fc.property(anyCuts, (cuts) => {
      expect(decodeCuts(encoded(cuts))).toEqual(cuts);
    }),
  );
});

test("bytes that are damaged anywhere, cut off, of another version or none of ours are as good as none", () => {
  fc.assert(
    fc.property(anyCuts, fc.nat(), fc.integer({ min: 1, max: 255 }), (cuts, at, change) => {
      const bytes = encoded(cuts);
      const damaged = Uint8Array.from(bytes);
      damaged[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ change;
      expect(decodeCuts(damaged)).toBeNull();
      expect(decodeCuts(bytes.subarray(0, at % bytes.length))).toBeNull();
    }),
  );
  fc.assert(fc.property(fc.uint8Array(), (bytes) => expect(decodeCuts(bytes)).toBeNull()));
});

test("numbers that have no place in it are not kept instead of kept wrongly", () => {
  for (const startTicks of [0.5, Number.NaN, Infinity, 2 ** 52]) {
    const index = { points: [], startTicks, endTicks: 1, frame: null, obstacles: [] };
    expect(encodeCuts({ index, looked: [] })).toBeNull();
    const cut = {
      ...{ ptsTicks: startTicks, earliestPtsTicks: 0, dtsTicks: null, isClean: true, packet: null },
      handle: [0, 0, 0] as const,
    };
    expect(
      encodeCuts({ index: { ...index, startTicks: 0, points: [cut] }, looked: [] }),
    ).toBeNull();
  }
});

test("the cuts of two hours take less than a hundredth of a megabyte", () => {
  const points = Array.from({ length: 1200 }, (_, i) => ({
    ...{ ptsTicks: 73_728 * i, earliestPtsTicks: 73_728 * i, dtsTicks: 73_728 * i - 1024 },
    ...{ isClean: true, packet: 144 * i, handle: [144 * i, 0, 0] as const },
  }));
  const index = { points, startTicks: 0, endTicks: 88_473_600, frame: null, obstacles: [] };
  expect(encoded({ index, looked: [] }).length).toBeLessThan(10_000);
});

function memoryOf(kept: Map<string, Uint8Array>, asked: string[]): CutMemory {
  return {
    get: async (fingerprint, key) => {
      const bytes = kept.get(`${fingerprint} ${key}`) ?? null;
      if (bytes !== null) asked.push(key);
      return bytes;
    },
    put: async (fingerprint, key, bytes) => void kept.set(`${fingerprint} ${key}`, bytes),
  };
}

describe.each(["film.mp4", "film.mkv", "fragments.mp4", "live.mkv"])("planning %s", (fileName) => {
  let folder: TempFolder;
  let source: Source;
  let path = "";

  beforeAll(async () => {
    folder = await createTempFolder("cuts");
    path = join(folder.path, fileName);
    const how =
      fileName === "fragments.mp4"
        ? ["-movflags", "frag_keyframe+empty_moov"]
        : fileName === "live.mkv"
          ? ["-live", "1"]
          : [];
    await runTool([
      ...["ffmpeg", "-nostdin", "-v", "error", "-y"],
      ...["-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=6", "-f", "lavfi", "-i", "sine=d=6"],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-bf", "2", "-c:a", "aac"],
      ...[...how, path],
    ]);
    const log = createLogger({ level: "error", format: "text", write: () => {} });
    await using runner = ownRunner(log);
    source = await createProber({ runner: runner.runner, ffprobePath: "ffprobe" }).probe(path);
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  async function plan(memory: CutMemory | null): Promise<DeliveryPlan> {
    const films = createFilmOpener(memory);
    const tracks = [source.video, ...source.audio].flatMap((track) => (track ? [track.index] : []));
    try {
      return await planAnyDelivery(
        source,
        new Map(tracks.map((index) => [index, "copy"])),
        {
          ...{ segmentSeconds: 1, quality: "low", adaptive: false, maxHeight: null },
          ...{ maxBitrateBps: null, maxAudioChannels: 2, providers: [provider] },
        },
        (work) => films.use({ path, container: source.container }, source.fingerprint, work),
      );
    } finally {
      await films.close();
    }
  }

  test("from what an earlier look left gives the very plan, and nothing is looked for again", async () => {
    const fresh = await plan(null);
    expect([...fresh.refused.values()]).toEqual([]);
    const kept = new Map<string, Uint8Array>();
    expect(await plan(memoryOf(kept, []))).toEqual(fresh);
    expect(kept.size).toBeGreaterThanOrEqual(3);
    const [before, asked] = [new Map(kept), new Array<string>()];
    expect(await plan(memoryOf(kept, asked))).toEqual(fresh);
    expect(new Set(asked).size).toBe(before.size);
    expect(kept).toEqual(before);
  });

  test("gives it too where the memory is damaged, or fails", async () => {
    const fresh = await plan(null);
    const kept = new Map<string, Uint8Array>();
    await plan(memoryOf(kept, []));
    for (const [key, bytes] of kept) kept.set(key, bytes.toReversed());
    expect(await plan(memoryOf(kept, []))).toEqual(fresh);
    const fails = (): Promise<never> => Promise.reject(new Error("the disk is full"));
    expect(await plan({ get: fails, put: fails })).toEqual(fresh);
  });
});

function ownRunner(log: ReturnType<typeof createLogger>) {
  const runner = createProcessRunner({ log, setprivPath: null });
  return { runner, [Symbol.asyncDispose]: () => runner.close() };
}
