import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chromaLocations, type ChromaLocation } from "../../../src/media/color.ts";
import {
  createPictureBench,
  decodePictures,
  type PictureBench,
} from "../../support/picture-bench.ts";
import { runTool } from "../../support/run-tool.ts";

let bench: PictureBench;
beforeAll(async () => {
  bench = await createPictureBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const [width, height] = [64, 48];
/** Red begins here, to the right or below: in the middle of a chroma sample. */
const edge = 25;

/** A film of one flat grey whose chroma has an edge, subsampled for the given position. */
async function edgeFilm(path: string, location: ChromaLocation, way: "x" | "y", aspect: string) {
  const far = `gte(${way.toUpperCase()},${edge})`;
  const x = location.endsWith("left") ? ":out_h_chr_pos=0" : ":out_h_chr_pos=128";
  const y = location.startsWith("top") ? 0 : location.startsWith("bottom") ? 256 : 128;
  const filters = [
    `format=yuv444p,geq=lum=100:cb=128:cr='128+64*${far}'`,
    // Not a copy: the scaler places chroma only where it scales.
    `scale=${width}:${height}:flags=bicubic${x}:out_v_chr_pos=${y},format=yuv420p,setsar=${aspect}`,
  ];
  await runTool([
    ...["ffmpeg", "-nostdin", "-y", "-v", "error", "-f", "lavfi"],
    ...["-i", `color=gray:s=${width}x${height}:r=25`, "-vf", filters.join(), "-frames:v", "5"],
    ...["-c:v", "libx264", "-qp", "0", "-chroma_sample_location", location, path],
  ]);
}

describe("chroma lies where the source's did, to a fifth of a sample", () => {
  for (const location of chromaLocations) {
    for (const [way, aspect] of [
      ["x", "1/1"],
      ["y", "1/1"],
      ["x", "2/1"],
    ] as const) {
      // Widened ones once for each side.
      if (aspect !== "1/1" && !["left", "center"].includes(location)) continue;
      test(`${location}, along ${way}, aspect ${aspect}`, async () => {
        const path = bench.file(`${location}-${way}-${aspect.replace("/", "_")}.mp4`);
        await edgeFilm(path, location, way, aspect);
        const played = await bench.play(path);
        expect(played.faults).toEqual([]);
        const [picture] = (await decodePictures(played)).slice(2);
        const size = played.rendition.recipe;
        const [columns, rows] = [size.width / 2, size.height / 2];
        const cr = (picture ?? new Uint8Array()).subarray(
          size.width * size.height + columns * rows,
        );
        const line = Array.from({ length: way === "x" ? columns : rows }, (_, i) =>
          way === "x" ? cr[(rows >> 1) * columns + i] : cr[i * columns + (columns >> 1)],
        );
        const red = line.reduce<number>((sum, value) => sum + ((value ?? 128) - 128) / 64, 0);
        // Left: a sample stands for half a luma sample less on its right than one in the middle.
        const scale = way === "x" ? size.width / width : 1;
        const expected = (way === "x" ? width : height) - edge;
        const got = (2 * red + (way === "x" ? 0.5 : 0)) / scale;
        // What the edge itself gives after widening: half a sample of the wider picture.
        expect(Math.abs(got - expected)).toBeLessThan(0.2);
      }, 60_000);
    }
  }
});
