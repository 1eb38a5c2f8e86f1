import {
  chosenDevices,
  defineProvider,
  renderGroup,
  searchDevices,
  type DeviceSearch,
  type Machine,
} from "../../../src/plugin/sdk.ts";
import { devicePath } from "./device-path.ts";
import { encoders, outputFilters, refusal, tune, videoArgs } from "./args.ts";
import { configuration } from "./configuration.ts";

/** Encodes on Intel's graphics (Quick Sync Video), which decode and scale by VA-API as well. */
export default defineProvider({
  id: "ffmpeg_qsv",
  name: "Intel (Quick Sync Video)",
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
        ({ id }) => chosen === "auto" || id === chosen,
        chosen,
        sessions,
      ),
    onDevice: ({ id: path }) => ({
      globalArgs: [
        ...["-init_hw_device", `vaapi=va:${path},driver=iHD`],
        ...["-init_hw_device", "qsv=qsv@va", "-filter_hw_device", "qsv"],
      ],
      videoArgs,
      outputFilters,
      path: devicePath,
      // libva tells of each driver that it opens on standard error.
      environment: { LIBVA_MESSAGING_LEVEL: "1" },
    }),
  }),
});

const intel = "0x8086";

function findDevices({ renderNodes }: Machine): DeviceSearch {
  return searchDevices(
    renderNodes.filter(({ vendor }) => vendor === intel),
    ({ path, driver }) => [{ id: path, name: `${driver ?? "Intel"}, ${path}` }],
    { none: noNode, shut: renderGroup },
  );
}

const noNode =
  "There are no graphics of Intel (/dev/dri/renderD128). Where there are, install their driver (Debian: intel-media-va-driver-non-free, libmfx1 or libvpl2); start a container with --device /dev/dri";
