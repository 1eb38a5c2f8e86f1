import { afterAll, beforeAll, describe, expect, test } from "bun:test";
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

/** Pictures a second, and pictures: with segments of a second, lengths around one and two of them. */
const shapes = [
  ...[1, 2, 3, 4, 26, 27, 28, 39].map((pictures) => ({ rate: 25, pictures })),
  ...[1, 2, 3, 4, 5].map((pictures) => ({ rate: 1, pictures })),
  ...[2, 3, 5, 7, 8].map((pictures) => ({ rate: 3, pictures })),
];

describe("films and last segments of very few pictures play, each segment made alone", () => {
  for (const { rate, pictures } of shapes) {
    test(`${pictures} at ${rate} a second`, async () => {
      const path = bench.file(`${rate}-${pictures}.mp4`);
      const input = ["-f", "lavfi", "-i", `testsrc2=s=64x48:r=${rate}`];
      const output = ["-frames:v", String(pictures), "-c:v", "libx264", "-pix_fmt", "yuv420p"];
      await runTool(["ffmpeg", "-nostdin", "-y", "-v", "error", ...input, ...output, path]);
      const played = await bench.play(path, "each");
      expect(played.faults).toEqual([]);
      expect(await decodePictures(played)).toHaveLength(pictures);
    }, 60_000);
  }
});
