import { z } from "@hono/zod-openapi";

export const pluginSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    type: z.literal("transcoding"),
    version: z.string().nullable().openapi({ description: "null where its plugin.cue is faulty" }),
    source: z.enum(["built_in", "external"]).openapi({
      description: "`external`: from a folder of PLUGIN_DIR",
    }),
    requirements: z.object({
      viewra: z.string().nullable().openapi({ description: "A range of versions" }),
      encoders: z.array(z.string()).openapi({ description: "FFmpeg's encoders that it needs" }),
    }),
    enabled: z.boolean(),
    status: z.enum(["used", "disabled", "loading", "broken", "missing", "not_proven"]).openapi({
      description:
        "`broken`: it was not loaded, or did something wrong, see `fault`; `missing`: no device was found, see `reason`; `not_proven`: its devices were not tried yet, did not encode, or failed " +
        "too often a while ago",
    }),
    reason: z.string().nullable().openapi({
      description: "What is missing, and what to do about it",
    }),
    fault: z.string().nullable().openapi({
      description: "Why it was not loaded, or what it did wrong since it was last tried",
    }),
    configuration_fault: z.string().nullable().openapi({
      description: "Why its configuration is not heeded; its defaults are, then",
    }),
    devices: z.array(
      z.object({
        sessions: z.number().nullable().openapi({
          description: "How many encoders may be open on it at once; null: any number",
        }),
        id: z.string(),
        name: z.string(),
        codecs: z.array(
          z.object({
            codec: z.string(),
            encoder: z.string().openapi({ description: "FFmpeg's name" }),
            ok: z.boolean().nullable().openapi({ description: "null: not tried yet" }),
            reason: z.string().nullable().openapi({ description: "Why not, as FFmpeg said it" }),
          }),
        ),
      }),
    ),
  })
  .openapi("Plugin");
export type PluginBody = z.infer<typeof pluginSchema>;

export const pluginListSchema = z
  .object({ plugins: z.array(pluginSchema).openapi({ description: "The preferred first" }) })
  .openapi("Plugins");

const values = z.record(z.string(), z.unknown());

export const pluginConfigurationSchema = z
  .object({
    config: values.openapi({ description: "In force" }),
    defaults: values,
    schema: values.openapi({ description: "JSON Schema (2020-12) of it, for forms" }),
  })
  .openapi("PluginConfiguration");

export const pluginValuesSchema = values.openapi("PluginValues", {
  description: "What is not to be its default; all that was set before is forgotten",
});
