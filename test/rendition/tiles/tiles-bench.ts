import { mkdir } from "node:fs/promises";
import provider from "../../../plugins/transcoding/ffmpeg_software/index.ts";
import { createLogger } from "../../../src/log/logger.ts";
import type { Source } from "../../../src/media/source.ts";
import { segmentCount } from "../../../src/media/timeline.ts";
import { createProber } from "../../../src/probe/prober.ts";
import { createProcessRunner } from "../../../src/process/process-runner.ts";
import { buildPlan, type PlanOptions } from "../../../src/rendition/build-plan.ts";
import { sourceTraits } from "../../../src/rendition/located-source.ts";
import { storyboardsIn } from "../../../src/rendition/methods.ts";
import type { Plan } from "../../../src/rendition/plan.ts";
import type { RunEnd } from "../../../src/rendition/segment-run.ts";
import { createTilesMaker } from "../../../src/rendition/tiles/tiles-maker.ts";
import { tilesMethod } from "../../../src/rendition/tiles/tiles-method.ts";
import type { TilesRendition } from "../../../src/rendition/tiles/tiles-rendition.ts";
import { tileCount } from "../../../src/rendition/tiles/tiles-timeline.ts";
import { readFrameCode } from "../../support/frame-code.ts";
import { runTool } from "../../support/run-tool.ts";
import { createTempFolder } from "../../support/temp-folder.ts";

const options: PlanOptions = {
  segmentSeconds: 4,
  quality: "medium",
  adaptive: false,
  maxHeight: null,
  maxBitrateBps: null,
  maxAudioChannels: 2,
  providers: [provider],
};

export interface FilmBoard {
  readonly source: Source;
  readonly plan: Plan;
  readonly rendition: TilesRendition;
  readonly sheets: number;
  readonly tiles: number;
}

/** A sheet, judged as the pipeline does. */
export interface MadeSheet {
  readonly end: RunEnd;
  readonly faults: readonly string[];
  readonly bytes: Uint8Array;
}

export interface TilesBench extends AsyncDisposable {
  file(name: string): string;
  /** Programs that run at this moment. */
  running(): number;
  /** Probes and plans; `change` of the storyboard's recipe. */
  open(path: string, change?: Partial<TilesRendition["recipe"]>): Promise<FilmBoard>;
  /** As the server does, a run of its own for sheet n. */
  make(path: string, board: FilmBoard, n: number): Promise<MadeSheet>;
}

/** The whole way of a storyboard with the real programs: probe, plan, make, judge. */
export async function createTilesBench(): Promise<TilesBench> {
  const folder = await createTempFolder("tiles");
  const log = createLogger({ level: "error", format: "text", write: () => {} });
  const runner = createProcessRunner({ log, setprivPath: null });
  const prober = createProber({ runner, ffprobePath: "ffprobe" });
  const maker = createTilesMaker({ runner, ffmpegPath: "ffmpeg", segmentTimeoutSeconds: 60 });
  let runs = 0;
  return {
    file: folder.file,
    running: () => runner.running,
    open: async (path, change = {}) => {
      const source = await prober.probe(path);
      const planned = buildPlan(source, options);
      const renditions = planned.renditions.map((each) =>
        each.kind === "image" ? { ...each, recipe: { ...each.recipe, ...change } } : each,
      );
      const plan = { ...planned, renditions };
      const [rendition] = storyboardsIn(plan.renditions);
      if (rendition === undefined) throw new Error("expected a storyboard");
      const sheets = segmentCount(tilesMethod.timeline(plan, rendition));
      return { source, plan, rendition, sheets, tiles: tileCount(plan, rendition.recipe) };
    },
    make: async (path, { source, plan, rendition }, n) => {
      const outDir = folder.file(`run${++runs}`);
      await mkdir(outDir);
      let made: string | undefined;
      const run = maker.start(
        {
          ...{ frame: plan, renditions: [rendition], from: n, to: n, attempt: 0 },
          ...{ holdForEver: false, source: { path, ...sourceTraits(source) } },
        },
        outDir,
        (file) => (made = file.path),
      );
      const end = await run.ended;
      const bytes = made === undefined ? new Uint8Array() : await Bun.file(made).bytes();
      return { end, bytes, faults: tilesMethod.verify(bytes, { frame: plan, rendition, n }) };
    },
    [Symbol.asyncDispose]: async () => {
      await runner.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** A decoded part of a sheet, one channel after the other for each pixel. */
export interface Tile {
  readonly width: number;
  readonly height: number;
  /** RGB. */
  readonly rgb: Uint8Array;
}

/** All tiles of a sheet, as a browser would show them. */
export async function readTiles(
  { bytes }: Pick<MadeSheet, "bytes">,
  { recipe }: TilesRendition,
  scratch: string,
): Promise<Tile[]> {
  await Bun.write(scratch, bytes);
  const { stdout } = await runTool([
    ...["ffmpeg", "-nostdin", "-v", "error", "-i", scratch],
    ...["-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
  ]);
  const { columns, rows, width, height } = recipe;
  return Array.from({ length: columns * rows }, (_, i) => {
    const [left, top] = [(i % columns) * width, Math.floor(i / columns) * height];
    const lines = Array.from({ length: height }, (__, y) => {
      const at = ((top + y) * columns * width + left) * 3;
      return stdout.subarray(at, at + width * 3);
    });
    return { width, height, rgb: new Uint8Array(Buffer.concat(lines)) };
  });
}

/** The picture number on a tile; null where there is none, as on a black one. */
export function tileNumber({ width, height, rgb }: Tile): number | null {
  const grey = Uint8Array.from({ length: width * height }, (_, i) => rgb[i * 3 + 1] ?? 0);
  return readFrameCode(grey, width, height);
}

/** Pictures of a film in the order they are shown, by the file's packets. */
export async function shownPictures(
  path: string,
): Promise<{ readonly seconds: number; readonly isKey: boolean }[]> {
  const { stdout } = await runTool([
    ...["ffprobe", "-v", "error", "-select_streams", "v:0"],
    ...["-show_entries", "packet=pts_time,dts_time,flags", "-of", "csv=p=0", path],
  ]);
  return (
    new TextDecoder()
      .decode(stdout)
      .trim()
      .split("\n")
      // Behind packets with side data come lines of it.
      .filter((line) => /,[K_]/.test(line))
      .map((line) => {
        const [shown = "N/A", decoded = "", flags = ""] = line.split(",");
        return { seconds: Number(shown === "N/A" ? decoded : shown), isKey: flags.startsWith("K") };
      })
      .toSorted((a, b) => a.seconds - b.seconds)
  );
}
