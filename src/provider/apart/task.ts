import * as v from "valibot";
import { jsonObject } from "../../plugin/cue/json-schema.ts";
import { manifestSchema } from "../../plugin/manifest.ts";

/**
 * What is done in a process of its own, since it may take for ever, any amount of memory, or the process with it: CUE
 * is evaluated, and a plugin that nobody knows is loaded and asked everything once.
 */
export const taskSchema = v.variant("kind", [
  v.strictObject({ kind: v.literal("evaluate"), plugin: v.string(), values: v.string() }),
  v.strictObject({
    kind: v.literal("try"),
    /** The plugin's one file. */
    path: v.string(),
    id: v.string(),
    version: v.string(),
    config: jsonObject,
  }),
]);
export type Task = v.InferOutput<typeof taskSchema>;

const place = v.object({ line: v.number(), column: v.number() });

export const evaluatedSchema = v.variant("ok", [
  v.object({
    ok: v.literal(true),
    evaluation: v.object({ manifest: manifestSchema, schema: jsonObject, config: jsonObject }),
  }),
  v.object({
    ok: v.literal(false),
    fault: v.object({
      text: v.picklist(["plugin", "values"]),
      message: v.string(),
      place: v.nullable(place),
    }),
  }),
]);

/** null: nothing is wrong with the plugin. */
export const triedSchema = v.object({ fault: v.nullable(v.string()) });

/** The first word of a command line that asks for a task; the second is the folder of its request and its answer. */
export const taskWord = "--plugin-task";
export const requestName = "request.json";
export const answerName = "answer.json";
