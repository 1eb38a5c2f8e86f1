import { afterAll, beforeAll, describe, test } from "bun:test";
import { caseTitle, pictureLists, playPictureCase } from "../support/picture-cases.ts";
import { eachValueOnce } from "../support/pairwise.ts";
import { createPictureBench, type PictureBench } from "../support/picture-bench.ts";

let bench: PictureBench;
beforeAll(async () => {
  bench = await createPictureBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

describe("pictures play with their colours, shape and orientation, whatever made them", () => {
  for (const [i, one] of eachValueOnce(pictureLists).entries()) {
    test(caseTitle(one), () => playPictureCase(bench, one, `case-${i}`), 60_000);
  }
});
