import {
  decodingOf,
  isDeinterlaced,
  needsMemory,
  type DevicePath,
  type DeviceWork,
  type VideoRecipe,
} from "../../../src/plugin/sdk.ts";
import { videoArgs } from "./args.ts";

/** Pictures that the filters and the encoder hold on to, beside those that the decoder needs. */
const heldPictures = "8";

/**
 * VA-API decodes, scales and encodes. Fields come to memory: `deinterlace_vaapi` gives no picture for the first ones that it
 * gets, as many as its driver looks back (`vf_deinterlace_vaapi.c`), and a run would begin too late.
 */
export function devicePath(work: DeviceWork, isLowPower: boolean): DevicePath | null {
  if (decodingOf(work.pictures) === null) return null;
  const inputArgs = ["-hwaccel", "vaapi", "-hwaccel_device", "va"];
  if (isDeinterlaced(work) || needsMemory(work) !== null) {
    return { globalArgs: [], inputArgs, filters: null };
  }
  return {
    globalArgs: [],
    inputArgs: [
      ...[...inputArgs, "-hwaccel_output_format", "vaapi"],
      ...["-extra_hw_frames", heldPictures],
    ],
    filters: {
      deinterlace: [],
      scale: ({ width, height, bitDepth }) => [
        `scale_vaapi=w=${width}:h=${height}:format=${bitDepth === 10 ? "p010le" : "nv12"}:mode=hq`,
      ],
      videoArgs: (recipe: VideoRecipe) => videoArgs(recipe, isLowPower),
    },
  };
}
