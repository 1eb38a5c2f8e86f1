import { afterAll, beforeAll, describe, test } from "bun:test";
import { caseTitle, pictureLists, playPictureCase } from "../support/picture-cases.ts";
import { pairwise } from "../support/pairwise.ts";
import { createPictureBench, type PictureBench } from "../support/picture-bench.ts";

let bench: PictureBench;
beforeAll(async () => {
  bench = await createPictureBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

describe("pictures play with their colours, shape and orientation: each pair of properties", () => {
  for (const [i, one] of pairwise(pictureLists).entries()) {
    test(caseTitle(one), () => playPictureCase(bench, one, `pair-${i}`), 120_000);
  }
});
