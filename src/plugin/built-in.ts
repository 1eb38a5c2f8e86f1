import ffmpegNvidia from "../../plugins/transcoding/ffmpeg_nvidia/index.ts";
import ffmpegQsv from "../../plugins/transcoding/ffmpeg_qsv/index.ts";
import ffmpegSoftware from "../../plugins/transcoding/ffmpeg_software/index.ts";
import ffmpegVaapi from "../../plugins/transcoding/ffmpeg_vaapi/index.ts";
import * as v from "valibot";
import { jsonObject } from "./cue/json-schema.ts";
import { manifestSchema } from "./manifest.ts";
import manifests from "./built-in-manifests.json" with { type: "json" };
import type { TranscodingProvider } from "./sdk.ts";

/** The providers that come with Viewra. */
export const builtInProviders: readonly TranscodingProvider[] = [
  ...[ffmpegNvidia, ffmpegQsv, ffmpegVaapi, ffmpegSoftware],
];

/** Encodes on any machine. */
export const fallbackProvider: TranscodingProvider = ffmpegSoftware;

const builtInManifestSchema = v.object({
  /** The text itself: an administrator's values are evaluated together with it. */
  cue: v.string(),
  manifest: manifestSchema,
  /** JSON Schema of the configuration. */
  schema: jsonObject,
});

/** What a plugin's `plugin.cue` says. */
export type SaidByCue = v.InferOutput<typeof builtInManifestSchema>;

/** What the `plugin.cue` of each built-in plugin says, evaluated when Viewra was built; by id. */
export function readBuiltInManifests(): Readonly<Record<string, SaidByCue>> {
  return v.parse(v.record(v.string(), builtInManifestSchema), manifests);
}
