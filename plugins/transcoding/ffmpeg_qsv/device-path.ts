import { vaapiPath, type DevicePath, type DeviceWork } from "../../../src/plugin/sdk.ts";
import { videoArgs } from "./args.ts";

/** Pictures that the encoder holds on to. */
const heldPictures = 24;

/**
 * VA-API decodes and scales, and Quick Sync encodes what lies in its surfaces: VA-API is a part of FFmpeg's own decoders, which
 * read time stamps and broken streams as ever, and Quick Sync's decoders are others.
 */
export function devicePath(work: DeviceWork): DevicePath | null {
  return vaapiPath(work, {
    toEncoder: (scaler) => [
      `${scaler}:extra_hw_frames=${heldPictures}`,
      // To the device that filters are given (-filter_hw_device), which stands on VA-API's.
      ...["hwmap", "format=qsv"],
    ],
    videoArgs,
  });
}
