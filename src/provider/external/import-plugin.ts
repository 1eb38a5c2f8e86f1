import { ViewraError } from "../../errors/viewra-error.ts";
import type { JsonObject } from "../../plugin/cue/json-schema.ts";
import type { TranscodingProvider } from "../../plugin/sdk.ts";
import { checkedProvider, messageOf, type OnFault } from "./checked-provider.ts";

export interface PluginFile {
  /** The plugin's one file, an absolute path. */
  readonly path: string;
  /** As its `plugin.cue` says. */
  readonly id: string;
  readonly version: string;
  readonly config: JsonObject;
}

/** A module may wait for ever for something. */
const importLimitMs = 5_000;

/** Loads an external plugin into this process. PLUGIN_BROKEN with the reason. */
export async function importPlugin(
  { path, id, version, config }: PluginFile,
  onFault: OnFault,
): Promise<TranscodingProvider> {
  const provider = checkedProvider(await defaultExport(path), onFault);
  for (const [what, said, expected] of [
    ["id", provider.id, id],
    ["version", provider.version, version],
  ] as const) {
    if (said !== expected) {
      const message = `Its ${what} is ${said} in the code and ${expected} in plugin.cue`;
      throw new ViewraError("PLUGIN_BROKEN", message);
    }
  }
  return provider.configure(config);
}

async function defaultExport(path: string): Promise<unknown> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("it takes too long")), importLimitMs);
  try {
    const module: unknown = await Promise.race([import(path), late]);
    if (typeof module === "object" && module !== null && "default" in module) return module.default;
  } catch (thrown) {
    const message = `It cannot be loaded: ${messageOf(thrown)}`;
    throw new ViewraError("PLUGIN_BROKEN", message, { cause: thrown });
  } finally {
    clearTimeout(timer);
  }
  throw new ViewraError("PLUGIN_BROKEN", "It has no default export");
}
