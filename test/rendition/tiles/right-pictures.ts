import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { frameCodeFilter } from "../../support/frame-code.ts";
import { runTool } from "../../support/run-tool.ts";
import { createRandom, shuffled } from "../../support/shuffle.ts";
import {
  createTilesBench,
  readTiles,
  shownPictures,
  tileNumber,
  type FilmBoard,
  type TilesBench,
} from "./tiles-bench.ts";

let bench: TilesBench;

interface Shape {
  readonly name: string;
  readonly file: string;
  readonly seconds: number;
  readonly rate?: string;
  readonly codec: readonly string[];
  readonly output?: readonly string[];
  readonly filters?: string;
  readonly sound?: boolean;
  /** The number of the first picture where pictures are missing, and the rate they are counted by. */
  readonly gaps?: { readonly first: number; readonly rate: number };
  /** By how many pictures decoding times, of a container that has no others, are early. */
  readonly early?: number;
}

const x264 = (gop: number, ...params: string[]): string[] => [
  ...["-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-bf", "2", "-g", String(gop)],
  ...["-keyint_min", "1", "-x264-params", ["scenecut=0", ...params].join(":")],
];
const x265 = (gop: number, open: number): string[] => [
  ...["-c:v", "libx265", "-preset", "ultrafast", "-x265-params"],
  `log-level=none:keyint=${gop}:min-keyint=${gop}:scenecut=0:bframes=3:open-gop=${open}`,
];

const shapes: readonly Shape[] = [
  { name: "MP4", file: "a.mp4", seconds: 30, codec: x264(40) },
  { name: "Matroska", file: "a.mkv", seconds: 30, codec: x264(40) },
  { name: "MPEG-TS", file: "a.ts", seconds: 40, codec: x264(40), sound: true },
  {
    name: "a late clock",
    file: "late.ts",
    seconds: 30,
    codec: x264(30),
    output: ["-output_ts_offset", "90000"],
  },
  {
    name: "a late clock in Matroska",
    file: "late.mkv",
    seconds: 30,
    codec: x264(30),
    output: ["-output_ts_offset", "500.123"],
  },
  { name: "sparse key frames", file: "sparse.mp4", seconds: 40, codec: x264(330) },
  { name: "sparse key frames in MPEG-TS", file: "sparse.ts", seconds: 60, codec: x264(600) },
  { name: "one key frame", file: "one.mkv", seconds: 30, codec: x264(9999) },
  { name: "one key frame in MPEG-TS", file: "one.ts", seconds: 30, codec: x264(9999) },
  { name: "key frames alone", file: "intra.mp4", seconds: 12, codec: x264(1) },
  {
    name: "open GOPs of H.264",
    file: "open.mkv",
    seconds: 30,
    codec: x264(50, "open-gop=1", "bframes=3"),
  },
  {
    name: "open GOPs of H.264 in MPEG-TS",
    file: "open.ts",
    seconds: 30,
    codec: x264(50, "open-gop=1", "bframes=3"),
  },
  { name: "open GOPs of HEVC", file: "open265.mkv", seconds: 25, codec: x265(48, 1) },
  { name: "HEVC in MP4", file: "h265.mp4", seconds: 25, codec: [...x265(30, 0), "-tag:v", "hvc1"] },
  {
    name: "VP9",
    file: "a.webm",
    seconds: 25,
    codec: [
      "-c:v",
      "libvpx-vp9",
      "-deadline",
      "realtime",
      "-cpu-used",
      "8",
      "-g",
      "35",
      "-b:v",
      "600k",
    ],
  },
  {
    name: "AV1",
    file: "av1.mkv",
    seconds: 25,
    codec: ["-c:v", "libsvtav1", "-preset", "12", "-g", "45"],
  },
  {
    name: "MPEG-2 in a programme stream",
    file: "a.mpg",
    seconds: 25,
    codec: ["-c:v", "mpeg2video", "-q:v", "3", "-bf", "2", "-g", "15"],
  },
  {
    name: "MPEG-2 in a transport stream",
    file: "m2.ts",
    seconds: 25,
    codec: ["-c:v", "mpeg2video", "-q:v", "3", "-bf", "2", "-g", "15"],
  },
  {
    name: "MPEG-4 in AVI",
    file: "a.avi",
    seconds: 25,
    codec: ["-c:v", "mpeg4", "-q:v", "3", "-g", "35"],
  },
  {
    name: "MPEG-4 with B-frames in AVI",
    early: 2,
    file: "b.avi",
    seconds: 25,
    codec: ["-c:v", "mpeg4", "-q:v", "3", "-bf", "2", "-g", "35"],
  },
  { name: "ProRes", file: "a.mov", seconds: 6, codec: ["-c:v", "prores_ks", "-profile:v", "0"] },
  {
    name: "QuickTime Animation",
    file: "rle.mov",
    seconds: 12,
    codec: ["-c:v", "qtrle", "-g", "1"],
  },
  {
    name: "QuickTime Animation in Matroska",
    file: "rle.mkv",
    seconds: 6,
    codec: ["-c:v", "qtrle"],
  },
  {
    name: "a rate of 24000/1001",
    file: "ntsc.mp4",
    seconds: 30,
    rate: "24000/1001",
    codec: x264(24),
  },
  {
    name: "a variable rate",
    file: "vfr.mkv",
    seconds: 30,
    rate: "30",
    filters: "select='gt(mod(n*17,10),2)'",
    gaps: { first: 1, rate: 30 },
    codec: [...x264(30), "-fps_mode", "passthrough"],
  },
  {
    name: "fragmented MP4",
    file: "frag.mp4",
    seconds: 25,
    codec: [...x264(40), "-movflags", "frag_keyframe+empty_moov"],
  },
  { name: "less than an interval", file: "short.mp4", seconds: 0.4, codec: x264(5) },
  { name: "exactly two sheets", file: "edge.mp4", seconds: 18, codec: x264(25) },
  { name: "a frame more than two sheets", file: "edge1.mp4", seconds: 18.04, codec: x264(25) },
];

/** Nine tiles a sheet: films of many sheets need not be long. */
const small = { columns: 3, rows: 3, intervalSeconds: 1 };

async function makeFilm({
  file,
  seconds,
  rate = "25",
  codec,
  output = [],
  filters,
  sound,
}: Shape): Promise<string> {
  const path = bench.file(file);
  const [width, height] = [320, 180];
  const card = `testsrc2=size=${width}x${height}:rate=${rate}:duration=${seconds}[c];${frameCodeFilter(width, height, rate)}[n];[c][n]overlay=shortest=1,format=yuv420p`;
  await runTool([
    ...["ffmpeg", "-nostdin", "-y", "-v", "error", "-f", "lavfi"],
    ...["-i", filters === undefined ? card : `${card},${filters}`],
    ...(sound ? ["-f", "lavfi", "-i", `sine=duration=${seconds}`] : []),
    ...codec,
    ...output,
    path,
  ]);
  return path;
}

/** The number of the picture that each tile is to show. */
async function expectedNumbers(
  path: string,
  board: FilmBoard,
  { gaps, early = 0 }: Shape,
): Promise<number[]> {
  const pictures = await shownPictures(path);
  const zero = board.plan.source.originMicroseconds / 1e6;
  const numberOf = (at: number): number => {
    if (gaps === undefined) return at === 0 ? 0 : at + early;
    const since = (pictures[at]?.seconds ?? 0) - (pictures[0]?.seconds ?? 0);
    return gaps.first + Math.round(since * gaps.rate);
  };
  return Array.from({ length: board.tiles }, (_, k) => {
    const moment = zero + k * board.rendition.recipe.intervalSeconds + 0.0011;
    const at = pictures.findLastIndex(({ seconds, isKey }) => isKey && seconds <= moment);
    return numberOf(at < 0 ? pictures.findIndex(({ isKey }) => isKey) : at);
  });
}

/** Makes films of many shapes, those that are wanted by their name, and looks at every tile of each. */
export function judgeEveryTile(isWanted: (shape: string) => boolean): void {
  beforeAll(async () => {
    bench = await createTilesBench();
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  describe("every tile shows the last key frame at or before its moment", () => {
    test.each(
      shapes.filter(({ name }) => isWanted(name)).map((shape) => [shape.name, shape] as const),
    )(
      "%s",
      async (_name, shape) => {
        const path = await makeFilm(shape);
        const board = await bench.open(path, small);
        const expected = await expectedNumbers(path, board, shape);
        const shown: (number | null)[] = [];
        for (const n of shuffled(
          Array.from({ length: board.sheets }, (_, i) => i + 1),
          createRandom(7),
        )) {
          const sheet = await bench.make(path, board, n);
          expect({ n, failure: sheet.end.failure?.message ?? null, faults: sheet.faults }).toEqual({
            n,
            failure: null,
            faults: [],
          });
          const tiles = await readTiles(sheet, board.rendition, bench.file("sheet.jpg"));
          for (const [i, tile] of tiles.entries()) shown[(n - 1) * 9 + i] = tileNumber(tile);
        }
        expect(shown.slice(0, board.tiles)).toEqual(expected);
        expect(shown.slice(board.tiles).every((number) => number === null)).toBe(true);
        expect(board.sheets).toBe(Math.ceil(board.tiles / 9));
      },
      60_000,
    );
  });
}
