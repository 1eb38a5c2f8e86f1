import type { RenditionMaker, SampleMaker } from "../../src/rendition/rendition.ts";

const unexpected = (): never => {
  throw new Error("nothing is copied here");
};

/** For tests of what is encoded. */
export const noCopies: RenditionMaker & SampleMaker = {
  sample: unexpected,
  start: unexpected,
  package: unexpected,
};
