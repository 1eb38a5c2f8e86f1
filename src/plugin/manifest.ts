import * as v from "valibot";
import { jsonObject } from "./cue/json-schema.ts";

/** An id of a plugin: it names a file and stands in every recipe. */
export const pluginId = v.pipe(
  v.string(),
  v.regex(
    /^[a-z][a-z0-9_]{0,49}$/,
    "expected a name of a to z, 0 to 9 and _, 50 characters at most",
  ),
);

/** What `plugin.cue` says: who a plugin is, what it needs, and its configuration with all defaults. */
export const manifestSchema = v.looseObject({
  plugin_name: pluginId,
  plugin_type: v.literal("transcoding"),
  version: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/, "expected 1.2.3")),
  requirements: v.optional(
    v.strictObject({
      /** A range of versions, as npm writes it. */
      viewra: v.optional(v.string()),
      /** FFmpeg's encoders that have to be there. */
      encoders: v.optional(v.array(v.string())),
    }),
    {},
  ),
  config: jsonObject,
});

export type PluginManifest = v.InferOutput<typeof manifestSchema>;
