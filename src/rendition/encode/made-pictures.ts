import type { DynamicRange } from "../../media/color.ts";
import type { RungLimits } from "./ladder.ts";

/** A ladder of pictures that are encoded: in which codec, and what becomes of HDR. */
export interface MadePictures extends RungLimits {
  /** `hdr`: for sources of PQ and HLG alone. */
  readonly range: DynamicRange;
  /** ffprobe's number, see media/codec-level; null for no limit. */
  readonly maxLevel: number | null;
}

/** What every device plays. */
export const usualPictures: readonly MadePictures[] = [
  {
    ...{ codec: "h264", range: "sdr", maxHeight: null, maxLevel: null },
    ...{ maxBitrateBps: null, maxSamplesPerSecond: null },
  },
];
