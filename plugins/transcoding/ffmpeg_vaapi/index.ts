import {
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

/** Encodes on Intel's and AMD's graphics (VA-API), which decode and scale as well. */
export default defineProvider({
  id: "ffmpeg_vaapi",
  name: "VA-API (Intel, AMD)",
  version: "1.0.0",
  revision: 1,
  priority: 10,
  encoders,
  refusal,
  tune,
  findDevices,
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
});

const intel = "0x8086";
/** Their VA-API decodes, and no more. */
const decodingAlone = new Set(["nvidia", "nouveau"]);
const lowPower = "#low-power";

function findDevices({ renderNodes }: Machine): DeviceSearch {
  const nodes = renderNodes.filter(({ driver }) => !decodingAlone.has(driver ?? ""));
  return searchDevices(nodes, waysOf, { none: noNode, shut: renderGroup });
}

/** Intel's newer graphics encode with their small encoder alone, which has to be asked for. */
function waysOf({ path, vendor, driver }: RenderNode): Device[] {
  const name = `${driver ?? "graphics"}, ${path}`;
  const small = { id: `${path}${lowPower}`, name: `${name}, low power` };
  return [{ id: path, name }, ...(vendor === intel ? [small] : [])];
}

function parseId(id: string): { readonly path: string; readonly isLowPower: boolean } {
  const isLowPower = id.endsWith(lowPower);
  return { path: isLowPower ? id.slice(0, -lowPower.length) : id, isLowPower };
}

const noNode =
  "There are no graphics to encode with (/dev/dri/renderD128). Where there are, install their VA-API driver (Debian: intel-media-va-driver, mesa-va-drivers); start a container with --device /dev/dri";
