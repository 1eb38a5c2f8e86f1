import {
  decodingOf,
  isDeinterlaced,
  needsMemory,
  type DevicePath,
  type DeviceWork,
} from "../../../src/plugin/sdk.ts";
import { videoArgs } from "./args.ts";

/** Pictures that the filters hold on to, beside those that the decoder needs; and those that the encoder does. */
const heldPictures = { byFilters: 8, byEncoder: 24 } as const;

/**
 * VA-API decodes and scales, and Quick Sync encodes what lies in its surfaces: VA-API is a part of FFmpeg's own decoders, which
 * read time stamps and broken streams as ever, and Quick Sync's decoders are others. Fields come to memory, as with VA-API.
 */
export function devicePath(work: DeviceWork): DevicePath | null {
  if (decodingOf(work.pictures) === null) return null;
  const inputArgs = ["-hwaccel", "vaapi", "-hwaccel_device", "va"];
  if (isDeinterlaced(work) || needsMemory(work) !== null) {
    return { globalArgs: [], inputArgs, filters: null };
  }
  return {
    globalArgs: [],
    inputArgs: [
      ...[...inputArgs, "-hwaccel_output_format", "vaapi"],
      ...["-extra_hw_frames", String(heldPictures.byFilters)],
    ],
    filters: {
      deinterlace: [],
      scale: ({ width, height, bitDepth }) => [
        [
          `scale_vaapi=w=${width}:h=${height}:format=${bitDepth === 10 ? "p010le" : "nv12"}:mode=hq`,
          `extra_hw_frames=${heldPictures.byEncoder}`,
        ].join(":"),
        // To the device that filters are given (-filter_hw_device), which stands on VA-API's.
        ...["hwmap", "format=qsv"],
      ],
      videoArgs,
    },
  };
}
