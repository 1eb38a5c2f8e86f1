import { builtInProviders, fallbackProvider } from "../../src/plugin/built-in.ts";
import {
  createProviderRegistry,
  type ProviderRegistry,
} from "../../src/provider/provider-registry.ts";

/** What encodes on a machine of which nothing is known. */
export const softwareProviders: ProviderRegistry = createProviderRegistry({
  ...{ providers: builtInProviders, fallback: fallbackProvider },
});
