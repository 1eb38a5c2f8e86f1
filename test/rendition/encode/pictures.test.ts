import { afterAll, beforeAll, describe, test } from "bun:test";
import { caseTitle, pictureLists, playPictureCase } from "../../support/picture-cases.ts";
import { eachValueOnce } from "../../support/pairwise.ts";
import { createPictureBench, type PictureBench } from "../../support/picture-bench.ts";

let bench: PictureBench;
beforeAll(async () => {
  bench = await createPictureBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

/** Films of which a part of the tags is missing or belongs to SDR. */
const hdrLists = {
  ...pictureLists,
  coding: pictureLists.coding.filter(({ encoder }) => /libx26[45]$|ffv1/.test(encoder[1] ?? "")),
  matrix: [null, "bt709", "bt2020nc", "ictcp"],
  primaries: [null, "bt709", "bt2020", "smpte432"],
  transfer: ["smpte2084", "arib-std-b67"],
} as const;

describe("HDR becomes SDR whatever of its tags is missing", () => {
  for (const [i, one] of eachValueOnce(hdrLists).entries()) {
    test(caseTitle(one), () => playPictureCase(bench, one, `hdr-${i}`), 60_000);
  }
});

describe("pictures play with their colours, shape and orientation, whatever made them", () => {
  for (const [i, one] of eachValueOnce(pictureLists).entries()) {
    test(caseTitle(one), () => playPictureCase(bench, one, `case-${i}`), 60_000);
  }
});
