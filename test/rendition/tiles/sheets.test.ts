import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { createBoundaries } from "../../../src/media/boundaries.ts";
import { segmentCount } from "../../../src/media/timeline.ts";
import { sourceTraits } from "../../../src/rendition/located-source.ts";
import { seeksFor } from "../../../src/rendition/tiles/key-frames.ts";
import { planTiles } from "../../../src/rendition/tiles/plan-tiles.ts";
import { tilesMethod } from "../../../src/rendition/tiles/tiles-method.ts";
import { sheetTiles, tileCount } from "../../../src/rendition/tiles/tiles-timeline.ts";
import { exampleSource } from "../../media/example-source.ts";
import { makeSource } from "../../support/make-source.ts";
import { runTool } from "../../support/run-tool.ts";
import { createTilesBench, readTiles, type Tile, type TilesBench } from "./tiles-bench.ts";

let bench: TilesBench;
beforeAll(async () => {
  bench = await createTilesBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

describe("a storyboard as planned", () => {
  const { video } = exampleSource();
  if (video === null) throw new Error("the example has pictures");

  test("every moment of a film has one tile, every tile one place, and no sheet is without one", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(25, 24_000, 90_000),
        fc.integer({ min: 1, max: 20_000 }),
        fc.integer({ min: -1, max: 1 }),
        (timescale, seconds, ticks) => {
          const end = Math.max(1, seconds * timescale + ticks);
          const boundaries = createBoundaries(timescale, [0, end]);
          const source = { fingerprint: "sha256-sampled:1:00", originMicroseconds: 0 };
          const frame = { source, boundaries };
          const [board] = planTiles(video, boundaries);
          if (board === undefined) throw new Error("expected a storyboard");
          const count = tileCount(frame, board.recipe);
          const { intervalSeconds } = board.recipe;
          expect((count - 1) * intervalSeconds * timescale).toBeLessThan(end);
          expect(count * intervalSeconds * timescale).toBeGreaterThanOrEqual(end);
          const timeline = tilesMethod.timeline(frame, board);
          const sheets = Array.from({ length: segmentCount(timeline) }, (_, i) =>
            sheetTiles(frame, board, i + 1),
          );
          expect(sheets.map(({ first }) => first)).toEqual(sheets.map((_, i) => i * 100));
          for (const { first, end: last } of sheets) expect(last).toBeGreaterThan(first);
          expect(sheets.at(-1)?.end).toBe(count);
          // A pixel of a time bar is worth no more than some tiles, and a film not thousands of them.
          expect(count).toBeLessThanOrEqual(Math.max(1000, Math.ceil(seconds / 10) + 1));
        },
      ),
    );
  });

  test("is in the plan's schema, and nothing else is", () => {
    const [board] = planTiles(video, createBoundaries(25, [0, 1000]));
    const parses = (change: object): boolean =>
      tilesMethod.schema["~run"]({ value: { ...board, ...change } }, {}).issues === undefined;
    expect(parses({})).toBe(true);
    expect(parses({ id: "v1" })).toBe(false);
    const recipe = (change: object) => ({ recipe: { ...board?.recipe, ...change } });
    for (const change of [
      { width: 100_000 },
      { columns: 0 },
      { intervalSeconds: 0.5 },
      { rows: 99 },
    ]) {
      expect(parses(recipe(change))).toBe(false);
    }
    expect(tilesMethod.revisionLead({ ...board, ...recipe({ revision: 2 }) })).toBe(1);
  });

  test("a seek that found nothing is followed by one further back, and by the beginning at last", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 10_000, noNaN: true }),
        fc.constantFrom("matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2", "mpegts", "avi"),
        (seconds, container) => {
          const source = { path: "/film", ...sourceTraits({ ...exampleSource(), container }) };
          const seeks = seeksFor(seconds, source);
          expect(seeks.at(-1)).toBe(null);
          const places = seeks.map((seek) => seek ?? 0);
          expect(places).toEqual(places.toSorted((a, b) => b - a));
        },
      ),
    );
  });
});

describe("a sheet", () => {
  test("is the same to the byte whenever and however often it is made", async () => {
    const path = bench.file("twice.mkv");
    await makeSource(path, { durationSeconds: 30 });
    const board = await bench.open(path, { columns: 3, rows: 3, intervalSeconds: 1 });
    const first = await Promise.all([1, 2, 3, 4].map((n) => bench.make(path, board, n)));
    for (const n of [4, 2, 1, 3]) {
      const again = await bench.make(path, board, n);
      expect(Buffer.compare(again.bytes, first[n - 1]?.bytes ?? new Uint8Array())).toBe(0);
    }
    expect(new Set(first.map(({ bytes }) => Bun.hash(bytes))).size).toBe(4);
  }, 60_000);

  test("that is cut short, of another size or no picture is refused", async () => {
    const path = bench.file("whole.mp4");
    await makeSource(path, { durationSeconds: 3 });
    const board = await bench.open(path);
    const { bytes, faults } = await bench.make(path, board, 1);
    expect(faults).toEqual([]);
    const { plan: frame, rendition } = board;
    const verdict = (given: Uint8Array, other = rendition): string[] =>
      tilesMethod.verify(given, { frame, rendition: other, n: 1 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (length) => {
        expect(verdict(bytes.subarray(0, length))).not.toEqual([]);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        expect(verdict(noise)).not.toEqual([]);
      }),
    );
    const wider = {
      ...rendition,
      recipe: { ...rendition.recipe, width: rendition.recipe.width + 2 },
    };
    expect(verdict(bytes, wider)).toEqual([expect.stringContaining("size")]);
  }, 60_000);
});

/** Mean of the middle of a part of a tile, `[0, 1)` each way. */
function colourAt({ width, height, rgb }: Tile, x: number, y: number): number[] {
  const sum = [0, 0, 0];
  const reach = 4;
  const [left, top] = [Math.round(x * width) - reach / 2, Math.round(y * height) - reach / 2];
  for (let row = 0; row < reach; row++) {
    for (let column = 0; column < reach; column++) {
      const at = ((top + row) * width + left + column) * 3;
      for (const channel of [0, 1, 2])
        sum[channel] = (sum[channel] ?? 0) + (rgb[at + channel] ?? 0);
    }
  }
  return sum.map((each) => Math.round(each / reach ** 2));
}

/** A red field at the left top, green beside it, blue below, white at the right bottom. */
const fields = (width: number, height: number): string =>
  [
    `color=red:size=${width}x${height}:rate=10:duration=3,format=rgb24`,
    ...[
      `drawbox=x=iw/2:y=0:w=iw/2:h=ih/2:color=lime:t=fill`,
      `drawbox=x=0:y=ih/2:w=iw/2:h=ih/2:color=blue:t=fill`,
      `drawbox=x=iw/2:y=ih/2:w=iw/2:h=ih/2:color=white:t=fill`,
    ],
  ].join(",");
const upright = { leftTop: "red", rightTop: "lime", leftBottom: "blue", rightBottom: "white" };
const colours: Readonly<Record<string, readonly number[]>> = {
  ...{ red: [255, 0, 0], lime: [0, 255, 0], blue: [0, 0, 255], white: [255, 255, 255] },
};

describe("tiles stand upright, keep the film's shape and have its colours", () => {
  const shapes = [
    { name: "as they lie", size: [640, 360], tile: [320, 180], args: [], turn: 0 },
    {
      name: "BT.709",
      size: [1280, 720],
      tile: [320, 180],
      args: ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"],
      turn: 0,
    },
    { name: "turned by 90 degrees", size: [640, 360], tile: [180, 320], args: [], turn: 90 },
    { name: "turned by 180 degrees", size: [640, 360], tile: [320, 180], args: [], turn: 180 },
    { name: "turned by 270 degrees", size: [640, 360], tile: [180, 320], args: [], turn: 270 },
    {
      name: "wide samples",
      size: [720, 576],
      tile: [320, 180],
      args: ["-aspect", "16:9"],
      turn: 0,
    },
    { name: "4:3", size: [640, 480], tile: [320, 240], args: [], turn: 0 },
    { name: "smaller than a tile", size: [128, 96], tile: [128, 96], args: [], turn: 0 },
    { name: "cinema scope", size: [1920, 800], tile: [320, 134], args: [], turn: 0 },
  ] as const;
  test.each(shapes.map((shape) => [shape.name, shape] as const))(
    "%s",
    async (name, shape) => {
      const [width, height] = shape.size;
      const path = bench.file(`${name.replaceAll(/\W/g, "")}.mp4`);
      const matrix = name === "BT.709" ? "bt709" : "bt601";
      // What players, and the plan, take untagged pictures of this size for.
      const is709 = matrix === "bt709" || width >= 1280;
      await runTool([
        ...["ffmpeg", "-nostdin", "-y", "-v", "error", "-f", "lavfi", "-i", fields(width, height)],
        ...[
          "-vf",
          `scale=out_color_matrix=${is709 ? "bt709" : "bt601"}:out_range=tv,format=yuv420p`,
        ],
        ...["-c:v", "libx264", "-preset", "ultrafast", "-crf", "8", ...shape.args, path],
      ]);
      if (shape.turn !== 0) {
        const turned = `${path}.turned.mp4`;
        const rotate = `rotate=${shape.turn}`;
        await runTool([
          ...["ffmpeg", "-nostdin", "-y", "-v", "error", "-i", path, "-c", "copy"],
          ...["-metadata:s:v:0", rotate, turned],
        ]);
        await runTool(["mv", turned, path]);
      }
      const board = await bench.open(path);
      const { recipe } = board.rendition;
      expect([recipe.width, recipe.height]).toEqual([...shape.tile]);
      const sheet = await bench.make(path, board, 1);
      expect(sheet.faults).toEqual([]);
      const [tile] = await readTiles(sheet, board.rendition, bench.file("shape.jpg"));
      if (tile === undefined) throw new Error("expected a tile");
      const corners = {
        leftTop: colourAt(tile, 0.25, 0.25),
        rightTop: colourAt(tile, 0.75, 0.25),
        leftBottom: colourAt(tile, 0.25, 0.75),
        rightBottom: colourAt(tile, 0.75, 0.75),
      };
      // FFmpeg 5.1 writes what it is told as turning anticlockwise, and shows it so itself.
      const order = ["leftTop", "rightTop", "rightBottom", "leftBottom"] as const;
      for (const [i, corner] of order.entries()) {
        const from = order[(i + shape.turn / 90) % 4] ?? "leftTop";
        const expected = colours[upright[from]] ?? [];
        const off = Math.max(
          ...corners[corner].map((got, c) => Math.abs(got - (expected[c] ?? 0))),
        );
        expect({ corner, isNear: off <= 12, got: corners[corner], expected }).toMatchObject({
          isNear: true,
        });
      }
    },
    60_000,
  );

  test("of PQ, which is told, and not washed out", async () => {
    const path = bench.file("pq.mkv");
    // Code values of full white at 203 cd/m², of mid grey, and of black (ITU-R BT.2408).
    const levels = [0.58, 0.38, 0];
    const boxes = levels.map((level, i) => {
      const y = Math.round(64 + 876 * level);
      return `geq=lum='if(gte(X,${i}*W/3),${y},lum(X,Y))':cb=512:cr=512`;
    });
    await runTool([
      ...["ffmpeg", "-nostdin", "-y", "-v", "error", "-f", "lavfi"],
      ...["-i", "color=black:size=320x180:rate=5:duration=2,format=yuv420p10le"],
      ...["-vf", boxes.join(","), "-c:v", "libx265", "-preset", "ultrafast", "-x265-params"],
      "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:range=limited",
      path,
    ]);
    const board = await bench.open(path);
    expect(board.rendition.recipe.treatment.conversion).toBe("tone-map");
    const sheet = await bench.make(path, board, 1);
    expect([sheet.end.failure, sheet.faults]).toEqual([null, []]);
    const [tile] = await readTiles(sheet, board.rendition, bench.file("pq.jpg"));
    if (tile === undefined) throw new Error("expected a tile");
    const [white = 0, grey = 0, black = 0] = [1, 3, 5].map(
      (sixth) => colourAt(tile, sixth / 6, 0.5)[1],
    );
    expect(black).toBeLessThan(12);
    expect(white).toBeGreaterThan(150);
    expect(grey).toBeGreaterThan(black + 30);
    expect(grey).toBeLessThan(white - 40);
  }, 60_000);
});

describe("a film that cannot be read", () => {
  test("fails with a typed error, and leaves no process behind", async () => {
    const path = bench.file("bad.mp4");
    await makeSource(path, { durationSeconds: 5 });
    const board = await bench.open(path);
    await Bun.write(path, crypto.getRandomValues(new Uint8Array(60_000)));
    const { end, bytes } = await bench.make(path, board, 1);
    expect(end.failure?.code).toBe("ENCODE_FAILED");
    expect(bytes.length).toBe(0);
    expect(bench.running()).toBe(0);
  }, 60_000);
});
