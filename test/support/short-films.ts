import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createPictureBench, decodePictures, type PictureBench } from "./picture-bench.ts";
import { runTool } from "./run-tool.ts";

let bench: PictureBench;

/** Films of so many pictures at a rate of so many a second, as tests: each plays, every segment made alone. */
export function describeShortFilms(picturesAt: Readonly<Record<number, readonly number[]>>): void {
  beforeAll(async () => {
    bench = await createPictureBench();
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  describe("films and last segments of very few pictures play, each segment made alone", () => {
    for (const [rate, counts] of Object.entries(picturesAt)) {
      test.each([...counts])(
        `%d at ${rate} a second`,
        (pictures) => playShortFilm(rate, pictures),
        60_000,
      );
    }
  });
}

async function playShortFilm(rate: string, pictures: number): Promise<void> {
  const path = bench.file(`${rate}-${pictures}.mp4`);
  const input = ["-f", "lavfi", "-i", `testsrc2=s=64x48:r=${rate}`];
  const output = ["-frames:v", String(pictures), "-c:v", "libx264", "-pix_fmt", "yuv420p"];
  await runTool(["ffmpeg", "-nostdin", "-y", "-v", "error", ...input, ...output, path]);
  const played = await bench.play(path, "each");
  expect(played.faults).toEqual([]);
  expect(await decodePictures(played)).toHaveLength(pictures);
}
