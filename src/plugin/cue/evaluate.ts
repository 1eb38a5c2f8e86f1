import * as v from "valibot";
import { manifestSchema, type PluginManifest } from "../manifest.ts";
import { configurationSchema, expectedAt, json, type JsonObject } from "./json-schema.ts";
import { labelPlaces, type Place } from "./label-places.ts";
import { syntaxPlace } from "./syntax-place.ts";

/** What a plugin's CUE comes to. */
export interface Evaluation {
  /** Of `config` every value has its default. */
  readonly manifest: PluginManifest;
  /** JSON Schema of the configuration. */
  readonly schema: JsonObject;
  /** The configuration with the administrator's values. */
  readonly config: JsonObject;
}

/** Why a text of CUE is not taken. */
export interface CueFault {
  /** In which text: the plugin's own, or the administrator's values. */
  readonly text: "plugin" | "values";
  /** CUE's own message, the field's path before it. */
  readonly message: string;
  /** null where the message names nothing that stands in the text. */
  readonly place: Place | null;
}

export type Evaluated =
  | { readonly ok: true; readonly evaluation: Evaluation }
  | { readonly ok: false; readonly fault: CueFault };

/**
 * Evaluates a `plugin.cue`, and an administrator's values for its `config`, which are CUE too. Neither imports anything.
 * An evaluation may take for ever and any amount of memory: to be called in a process that can be ended.
 */
export type Evaluate = (plugin: string, values: string) => Evaluated;

/** Loads CUE, which takes most of a second. */
export async function loadCue(): Promise<Evaluate> {
  const { init } = await import("cue-wasm");
  const cue = await init();
  return (plugin, values) => {
    const attempt = <T>(text: CueFault["text"], work: () => T): T => {
      try {
        return work();
      } catch (thrown) {
        const source = text === "plugin" ? plugin : values;
        throw new Refused(faultOf(text, source, String(thrown), (part) => refusal(part)));
      }
    };
    const refusal = (text: string): string | null => {
      try {
        cue.toAST(text);
        return null;
      } catch (thrown) {
        return String(thrown);
      }
    };
    const parse = (text: CueFault["text"], source: string): void => {
      const tree = v.parse(syntaxTree, JSON.parse(attempt(text, () => cue.toAST(source))));
      if (tree.Imports.length === 0 && !/^\s*package\s/m.test(source)) return;
      throw new Refused({ text, message: "expected no package and no import", place: null });
    };
    try {
      parse("plugin", plugin);
      // A definition is closed at any depth: whoever sets what is not there is told so.
      const definition = `#Plugin: {\n${plugin}\n}\n`;
      const whole = `${definition}plugin: #Plugin\n`;
      const manifest = readManifest(
        attempt("plugin", () => cue.toJSON(whole)),
        plugin,
      );
      const openApi = v.parse(json, JSON.parse(attempt("plugin", () => cue.toOpenAPI(definition))));
      const schema = configurationSchema(openApi, manifest.config);
      parse("values", values);
      try {
        const text = cue.toJSON(`${whole}plugin: config: {\n${values}\n}\n`);
        const { config } = readManifest(text, plugin);
        return { ok: true, evaluation: { manifest, schema, config } };
      } catch (thrown) {
        const message = explained(String(thrown), schema);
        throw new Refused(faultOf("values", values, message, () => null));
      }
    } catch (thrown) {
      if (thrown instanceof Refused) return { ok: false, fault: thrown.fault };
      throw thrown;
    }
  };
}

class Refused extends Error {
  readonly fault: CueFault;

  constructor(fault: CueFault) {
    super(fault.message);
    this.fault = fault;
  }
}

const syntaxTree = v.object({ Imports: v.array(v.unknown()) });

function readManifest(text: string, plugin: string): PluginManifest {
  const parsed: unknown = JSON.parse(text);
  const found = v.safeParse(v.object({ plugin: manifestSchema }), parsed);
  if (found.success) return found.output.plugin;
  const [issue] = found.issues;
  const path = (issue.path ?? []).map(({ key }) => String(key)).slice(1);
  const message = `${path.join(".")}: ${issue.message}`;
  throw new Refused({ text: "plugin", message, place: placeOf(plugin, path) });
}

/** `plugin.config.priority: invalid value …`; `cue: marshal error: ` before it where a value is not concrete. */
const named = /^(?:cue: marshal error: )?((?:[\w$#]+|"[^"]+")(?:\.(?:[\w$#]+|"[^"]+"))*): (.*)$/s;

function faultOf(
  text: CueFault["text"],
  source: string,
  said: string,
  refusalOf: (text: string) => string | null,
): CueFault {
  const match = named.exec(said);
  if (match === null) return { text, message: said, place: syntaxPlace(source, said, refusalOf) };
  const [, field = "", what = ""] = match;
  const full = field
    .split(".")
    .filter((name, index) => index > 0 || !/^(?:plugin|#Plugin)$/.test(name));
  const missing = /^field not allowed: "?(.+?)"?$/.exec(what)?.[1];
  const whole = missing === undefined ? full : [...full, missing];
  const path = text === "values" && whole[0] === "config" ? whole.slice(1) : whole;
  const message = full.length === 0 ? what : `${full.join(".")}: ${what}`;
  return { text, message, place: placeOf(source, path) };
}

/** Where a field stands, or what it stands in. */
function placeOf(source: string, path: readonly string[]): Place | null {
  const places = labelPlaces(source);
  for (let length = path.length; length > 0; length--) {
    const key = path.slice(0, length).join(".");
    const found = places.findLast((label) => label.path.join(".") === key);
    if (found !== undefined) return { line: found.line, column: found.column };
  }
  return null;
}

/** CUE says of alternatives only how many there are; its schema says which. */
function explained(message: string, schema: JsonObject): string {
  if (!message.includes("empty disjunction")) return message;
  const path = named.exec(message)?.[1]?.split(".").slice(2) ?? [];
  const expected = expectedAt(schema, path);
  return expected === "" ? message : `${message.replace(/:? \(and .*$/, "")}; expected ${expected}`;
}
