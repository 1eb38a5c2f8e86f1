import {
  chosenDevices,
  defineProvider,
  searchDevices,
  type DeviceSearch,
  type Machine,
} from "../../../src/plugin/sdk.ts";
import { encoders, refusal, tune, videoArgs } from "./args.ts";
import { devicePath } from "./device-path.ts";
import { configuration } from "./configuration.ts";

/** Encodes on NVIDIA's cards (NVENC), which decode, deinterlace and scale as well. */
export default defineProvider({
  id: "ffmpeg_nvidia",
  name: "NVIDIA (NVENC)",
  version: "1.0.0",
  revision: 1,
  encoders,
  refusal,
  configuration,
  configure: ({ priority, presets, device: chosen, sessions }) => ({
    priority,
    tune: (target, quality) => tune(target, quality, presets),
    findDevices: (machine) =>
      chosenDevices(
        findDevices(machine),
        ({ id }) => chosen === "auto" || id === String(chosen),
        `The card ${chosen}`,
        sessions,
      ),
    onDevice: (device, filters = new Set()) => ({
      globalArgs: [],
      videoArgs: (recipe) => videoArgs(recipe, device),
      outputFilters: () => [],
      path: (work) => devicePath(work, device, filters),
      environment: {},
    }),
  }),
});

function findDevices({ nvidiaCards }: Machine): DeviceSearch {
  return searchDevices(
    nvidiaCards,
    ({ index, path }) => [{ id: String(index), name: `NVIDIA, ${path}` }],
    { none: noCard, shut: "add the user to the group that owns it (ls -l /dev/nvidia*)" },
  );
}

const noCard =
  "There is no NVIDIA card (/dev/nvidia0). Where there is one, install NVIDIA's driver; start a container with --gpus all and NVIDIA_DRIVER_CAPABILITIES=compute,utility,video";
