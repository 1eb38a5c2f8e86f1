import {
  chosenDevices,
  defineProvider,
  renderGroup,
  searchDevices,
  type Device,
  type DeviceSearch,
  type Machine,
  type RenderNode,
} from "../../../src/plugin/sdk.ts";
import { devicePath } from "./device-path.ts";
import { encoders, outputFilters, refusal, tune, videoArgs } from "./args.ts";
import { configuration } from "./configuration.ts";

/** Encodes on Intel's and AMD's graphics (VA-API), which decode and scale as well. */
export default defineProvider({
  id: "ffmpeg_vaapi",
  name: "VA-API (Intel, AMD)",
  version: "1.0.0",
  revision: 1,
  encoders,
  refusal,
  configuration,
  configure: ({ priority, device: chosen, sessions, low_power }) => ({
    priority,
    tune,
    findDevices: (machine) =>
      chosenDevices(
        findDevices(machine, low_power),
        ({ id }) => chosen === "auto" || parseId(id).path === chosen,
        chosen,
        sessions,
      ),
    onDevice: ({ id }) => {
      const { path, isLowPower } = parseId(id);
      return {
        globalArgs: ["-init_hw_device", `vaapi=va:${path}`, "-filter_hw_device", "va"],
        videoArgs: (recipe) => videoArgs(recipe, isLowPower),
        outputFilters,
        path: (work) => devicePath(work, isLowPower),
        // libva tells of each driver that it opens on standard error.
        environment: { LIBVA_MESSAGING_LEVEL: "1" },
      };
    },
  }),
});

const intel = "0x8086";
/** Their VA-API decodes, and no more. */
const decodingAlone = new Set(["nvidia", "nouveau"]);
const lowPowerMark = "#low-power";
type LowPower = "auto" | "on" | "off";

function findDevices({ renderNodes }: Machine, lowPower: LowPower): DeviceSearch {
  const nodes = renderNodes.filter(({ driver }) => !decodingAlone.has(driver ?? ""));
  const say = { none: noNode, shut: renderGroup };
  return searchDevices(nodes, (node) => waysOf(node, lowPower), say);
}

/** Intel's newer graphics encode with their small encoder alone, which has to be asked for. */
function waysOf({ path, vendor, driver }: RenderNode, lowPower: LowPower): Device[] {
  const name = `${driver ?? "graphics"}, ${path}`;
  const full = { id: path, name };
  if (vendor !== intel) return [full];
  const small = { id: `${path}${lowPowerMark}`, name: `${name}, low power` };
  return { auto: [full, small], off: [full], on: [small] }[lowPower];
}

function parseId(id: string): { readonly path: string; readonly isLowPower: boolean } {
  const isLowPower = id.endsWith(lowPowerMark);
  return { path: isLowPower ? id.slice(0, -lowPowerMark.length) : id, isLowPower };
}

const noNode =
  "There are no graphics to encode with (/dev/dri/renderD128). Where there are, install their VA-API driver (Debian: intel-media-va-driver, mesa-va-drivers); start a container with --device /dev/dri";
