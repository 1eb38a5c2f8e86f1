import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { farSamples, wholeFilm } from "../../../support/raw-frames.ts";
import {
  createPictureBench,
  decodePictures,
  type PictureBench,
} from "../../../support/picture-bench.ts";
import { runTool } from "../../../support/run-tool.ts";
import {
  pgsSegments,
  supPacket,
  type PgsObjectWish,
} from "../../../subtitle/pictures/write-pgs.ts";

let bench: PictureBench;
beforeAll(async () => {
  bench = await createPictureBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const size = { width: 640, height: 360 };
/** Nothing, white, black, half white. */
const palette = [
  [16, 128, 128, 0],
  [235, 128, 128, 255],
  [16, 128, 128, 255],
  [235, 128, 128, 128],
] as const;

/** Stripes of all colours, as letters have them. */
function stripes(x: number, y: number, width: number, height: number): PgsObjectWish {
  const pixels = Uint8Array.from(
    { length: width * height },
    (_, i) => Math.floor((i % width) / 12) % 4,
  );
  return { x, y, width, height, pixels };
}

type Shown = readonly (readonly [from: number, to: number, objects: readonly PgsObjectWish[]])[];

/**
 * Shown across every cut, at the very beginning and to the very end, one straight after another, and with gaps; never
 * at the very moment of a frame, where FFmpeg now and then is a frame late.
 */
const shown: Shown = [
  [0, 1490, [stripes(40, 300, 400, 40)]],
  [1490, 4530, [stripes(100, 290, 300, 50), stripes(20, 10, 200, 30)]],
  [5010, 5210, [stripes(200, 200, 120, 60)]],
  [6530, 11_010, [stripes(0, 0, 640, 24)]],
  [11_490, 13_000, [stripes(300, 330, 340, 30)]],
];

async function supFile(name: string, events: Shown): Promise<string> {
  const path = bench.file(`${name}.sup`);
  const packets = events.flatMap(([from, to, objects], i) => {
    const set = { canvas: size, palette, pieceBytes: 1000 };
    const isFollowed = events[i + 1]?.[0] === to;
    const clear = { ...set, timeMs: to, objects: [] };
    return [{ ...set, timeMs: from, objects }, ...(isFollowed ? [] : [clear])].map((each) =>
      supPacket(pgsSegments(each), each.timeMs),
    );
  });
  await Bun.write(path, Buffer.concat(packets));
  return path;
}

async function film(name: string, rate: string, codec: string, events = shown): Promise<string> {
  const path = bench.file(name);
  await runTool([
    ...["ffmpeg", "-y", "-v", "error", "-f", "lavfi"],
    ...[
      "-i",
      `color=gray:s=640x360:r=${rate}:d=12`,
      ...["-fix_sub_duration", "-i"],
      await supFile(name, events),
    ],
    ...["-map", "0", "-map", "1", "-c:s", codec],
    // FFmpeg loses what comes between pictures that are not in the order in which they are shown.
    ...["-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", path],
  ]);
  return path;
}

describe("pictures that become part of the pictures are what FFmpeg lays over the whole film", () => {
  const cases: [string, (readonly number[] | "each")[]][] = [
    ["25", ["each"]],
    ["60", [[1, 2, 11]]],
  ];
  for (const [rate, starts] of cases) {
    for (const from of starts) {
      test(`${rate} pictures a second, runs from ${String(from)}`, async () => {
        const path = await film(`pgs-${rate.replace("/", "-")}.mkv`, rate, "copy");
        const played = await bench.play(path, from, { burntTrack: 1 });
        expect(played.faults).toEqual([]);
        const frames = await decodePictures(played);
        const laid = "[0:v][0:s:0]overlay=format=yuv420";
        const whole = await wholeFilm(["-i", path, "-filter_complex", laid], size);
        expect(whole.length).toBeGreaterThan(frames.length - 1);
        const off = frames.flatMap((frame, i) => {
          const far = farSamples(frame, whole[i] ?? frame);
          return far > 30 ? [`${i}: ${far}`] : [];
        });
        expect(off).toEqual([]);
      }, 60_000);
    }
  }
});

test("a picture shows what is there at its time: from the very moment on, and not at that of its end", async () => {
  const events = Array.from(
    { length: 40 },
    (_, i) => [280 * i, 280 * i + 40 * (1 + (i % 7)), [stripes(i, 40, 300, 40)]] as const,
  );
  const path = await film("moments.mkv", "25", "copy", events);
  for (const from of [[1], "each"] as const) {
    const played = await bench.play(path, from, { burntTrack: 1 });
    expect(played.faults).toEqual([]);
    const frames = await decodePictures(played);
    const bare = frames.at(-1) ?? new Uint8Array();
    const seen = frames.flatMap((frame, i) => (farSamples(frame, bare) > 1000 ? [i] : []));
    const due = frames.flatMap((_, i) =>
      events.some(([begin, end]) => 40 * i >= begin && 40 * i < end) ? [i] : [],
    );
    expect(seen).toEqual(due);
  }
}, 60_000);

const codecs: [codec: string, container: string][] = [
  ["dvdsub", "mkv"],
  ["dvdsub", "mp4"],
  ["dvbsub", "mkv"],
  ["dvbsub", "ts"],
  ["xsub", "avi"],
];

test.each(codecs)(
  "%s in .%s is seen when and where it is meant",
  async (codec, container) => {
    const events: Shown = [
      [0, 60, [stripes(20, 200, 100, 20)]],
      [1000, 2990, [stripes(40, 300, 400, 40)]],
      [4000, 7010, [stripes(100, 120, 300, 50)]],
      [9000, 12_000, [stripes(60, 20, 240, 24)]],
    ];
    const path = await film(`${codec}.${container}`, "25", codec, events);
    const played = await bench.play(path, [1, 2, 6, 11], { burntTrack: 1 });
    expect(played.faults).toEqual([]);
    const frames = await decodePictures(played);
    const bare = frames[3] ?? new Uint8Array();
    for (const at of [500, 1200, 2800, 3500, 4200, 5900, 6900, 8000, 9200, 11_500]) {
      const frame = frames[Math.floor(at / 40)];
      const [due] = events.flatMap(([from, to, [object]]) =>
        at >= from && at < to ? [object] : [],
      );
      const rows = frame === undefined ? null : changedRows(frame, bare);
      if (due === undefined) expect({ at, rows }).toEqual({ at, rows: null });
      else {
        expect({ at, isSeen: rows !== null }).toEqual({ at, isSeen: true });
        expect(Math.abs((rows?.first ?? 0) - due.y)).toBeLessThan(4);
        expect(Math.abs((rows?.last ?? 0) - due.y - due.height + 1)).toBeLessThan(4);
      }
    }
  },
  60_000,
);

/** The lines in which two pictures are nowhere near each other; null for none. */
function changedRows(a: Uint8Array, b: Uint8Array): { first: number; last: number } | null {
  const rows = Array.from({ length: size.height }, (_, y) => y).filter((y) => {
    const line = (bytes: Uint8Array): Uint8Array =>
      bytes.subarray(y * size.width, (y + 1) * size.width);
    let far = 0;
    for (const [x, value] of line(a).entries()) {
      if (Math.abs(value - (line(b)[x] ?? 0)) > 60) far++;
    }
    return far > 20;
  });
  return rows.length === 0 ? null : { first: rows[0] ?? 0, last: rows.at(-1) ?? 0 };
}

test("colours of discs keep their looks, whatever canvas they are of and whatever the film's own are", async () => {
  const canvas = { width: 1280, height: 720 };
  // Red and green as BT.709 has them, as a disc of HD means them.
  const colours = [
    [16, 128, 128, 0],
    [63, 240, 102, 255],
    [173, 26, 42, 255],
  ] as const;
  const block = (colour: number, x: number): PgsObjectWish => ({
    ...{ x, y: 400, width: 200, height: 200 },
    pixels: new Uint8Array(200 * 200).fill(colour),
  });
  const set = { canvas, palette: colours, timeMs: 0, objects: [block(1, 200), block(2, 800)] };
  const sup = bench.file("colours.sup");
  await Bun.write(sup, supPacket(pgsSegments(set), 0));
  const path = bench.file("colours.mkv");
  await runTool([
    ...["ffmpeg", "-y", "-v", "error", "-f", "lavfi", "-i", "color=gray:s=640x360:r=25:d=2"],
    ...["-i", sup, "-c:s", "copy", "-c:v", "libx264", "-preset", "ultrafast", path],
  ]);
  const played = await bench.play(path, [1], { burntTrack: 1 });
  expect(played.faults).toEqual([]);
  const matrix = played.rendition.recipe.color.matrix;
  const frame = (await decodePictures(played))[20] ?? new Uint8Array();
  const at = (x: number, y: number): number[] => [
    frame[y * 640 + x] ?? 0,
    frame[640 * 360 + (y >> 1) * 320 + (x >> 1)] ?? 0,
    frame[640 * 360 + 320 * 180 + (y >> 1) * 320 + (x >> 1)] ?? 0,
  ];
  const expected =
    matrix === "bt709"
      ? { red: [63, 102, 240], green: [173, 42, 26] }
      : { red: [81, 90, 240], green: [145, 54, 34] };
  for (const [name, x] of [
    ["red", 150],
    ["green", 450],
  ] as const) {
    for (const [i, value] of at(x, 250).entries()) {
      expect(Math.abs(value - (expected[name][i] ?? 0))).toBeLessThan(5);
    }
  }
}, 60_000);
