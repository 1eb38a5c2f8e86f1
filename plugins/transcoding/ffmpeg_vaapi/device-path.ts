import { vaapiPath, type DevicePath, type DeviceWork } from "../../../src/plugin/sdk.ts";
import { videoArgs } from "./args.ts";

/** VA-API decodes, scales and encodes. */
export function devicePath(work: DeviceWork, isLowPower: boolean): DevicePath | null {
  return vaapiPath(work, {
    toEncoder: (scaler) => [scaler],
    videoArgs: (recipe) => videoArgs(recipe, isLowPower),
  });
}
