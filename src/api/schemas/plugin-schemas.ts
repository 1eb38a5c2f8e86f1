import { z } from "@hono/zod-openapi";

export const pluginSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    type: z.literal("transcoding"),
    version: z.string(),
    enabled: z.boolean(),
    status: z.enum(["used", "disabled", "missing", "not_proven"]).openapi({
      description:
        "`missing`: no device was found, see `reason`; `not_proven`: its devices were not tried yet, did not encode, or failed " +
        "too often a while ago",
    }),
    reason: z.string().nullable().openapi({
      description: "What is missing, and what to do about it",
    }),
    devices: z.array(
      z.object({
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
        decodes: z
          .array(z.string())
          .nullable()
          .openapi({
            description:
              "Codec and bits of a sample of what it was proven to decode as the processor does, to the bit; null: not tried yet",
            example: ["h264 8", "hevc 10"],
          }),
      }),
    ),
  })
  .openapi("Plugin");
export type PluginBody = z.infer<typeof pluginSchema>;

export const pluginListSchema = z
  .object({ plugins: z.array(pluginSchema).openapi({ description: "The preferred first" }) })
  .openapi("Plugins");
