import { pictureCodecs } from "../../media/picture-codecs.ts";
import type { Machine, TranscodingProvider } from "../../plugin/sdk.ts";
import { trialRecipe, trialTarget } from "../../rendition/encode/trial-recipe.ts";
import { messageOf } from "./checked-provider.ts";
import { importPlugin, type PluginFile } from "./import-plugin.ts";

/** A machine with all that a provider may look at, and one with nothing. */
const machines: readonly Machine[] = [
  {
    ...{ encoders: new Set(), filters: new Set() },
    renderNodes: [
      { path: "/dev/dri/renderD128", vendor: "0x8086", driver: "i915", isOpen: true },
      { path: "/dev/dri/renderD129", vendor: "0x1002", driver: "amdgpu", isOpen: false },
    ],
    nvidiaCards: [{ path: "/dev/nvidia0", index: 0, isOpen: true }],
  },
  { encoders: new Set(), filters: new Set(), renderNodes: [], nvidiaCards: [] },
];

/** Loads an external plugin and asks it everything once. What is wrong with it, as a sentence; null where nothing is. */
export async function tryPlugin(file: PluginFile): Promise<string | null> {
  const faults: string[] = [];
  try {
    askAll(await importPlugin(file, (fault) => faults.push(fault)));
  } catch (thrown) {
    faults.push(messageOf(thrown));
  }
  return faults[0] ?? null;
}

function askAll(provider: TranscodingProvider): void {
  const { encoders } = provider;
  const recipes = pictureCodecs
    .filter((codec) => encoders[codec] !== undefined)
    .flatMap((codec) =>
      (["sdr", "hdr"] as const).flatMap((range) => {
        if (provider.refusal(trialTarget({ codec, range })) !== null) return [];
        return [trialRecipe(provider, { codec, range, quality: "medium" })];
      }),
    );
  for (const device of machines.flatMap((machine) => provider.findDevices(machine).devices)) {
    const encoder = provider.onDevice(device);
    for (const recipe of recipes) {
      encoder.videoArgs(recipe);
      encoder.outputFilters(recipe);
    }
  }
}
