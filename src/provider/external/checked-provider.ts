import * as v from "valibot";
import { ViewraError } from "../../errors/viewra-error.ts";
import { pictureCodecs } from "../../media/picture-codecs.ts";
import { pluginId } from "../../plugin/manifest.ts";
import type { DeviceEncoder, Quality, TranscodingProvider, VideoTarget } from "../../plugin/sdk.ts";

/** What an external plugin says of itself; its functions are looked at when they are called. */
const callable = v.function();
const shortText = v.pipe(v.string(), v.minLength(1), v.maxLength(1000));
const words = v.pipe(v.array(v.pipe(v.string(), v.excludes("\0"))), v.maxLength(500));
const providerSchema = v.looseObject({
  id: pluginId,
  name: shortText,
  version: shortText,
  revision: v.pipe(v.number(), v.integer(), v.minValue(1)),
  priority: v.pipe(v.number(), v.finite()),
  encoders: v.pipe(
    v.record(v.picklist(pictureCodecs), v.optional(v.pipe(v.string(), v.regex(/^\w[\w-]*$/)))),
    v.check((encoders) => Object.keys(encoders).length > 0, "expected a codec at least"),
  ),
  refusal: callable,
  tune: callable,
  findDevices: callable,
  onDevice: callable,
  configure: callable,
});

const tuningSchema = v.strictObject({
  encoder: shortText,
  profile: shortText,
  settings: v.record(
    v.string(),
    v.union([v.string(), v.boolean(), v.pipe(v.number(), v.finite())]),
  ),
});
const deviceSchema = v.object({
  id: shortText,
  name: shortText,
  sessions: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1))),
});
const searchSchema = v.pipe(
  v.object({
    devices: v.pipe(v.array(deviceSchema), v.maxLength(100)),
    missing: v.nullable(shortText),
  }),
  v.check(
    ({ devices }) => new Set(devices.map(({ id }) => id)).size === devices.length,
    "expected devices with an id each",
  ),
);
const encoderSchema = v.looseObject({
  globalArgs: words,
  environment: v.record(v.string(), v.pipe(v.string(), v.excludes("\0"))),
  videoArgs: callable,
  outputFilters: callable,
});

const qualities: readonly Quality[] = ["low", "medium", "high"];

/** `onFault` hears each time what an external plugin did wrong, as a sentence. */
export type OnFault = (fault: string) => void;

/**
 * An external plugin's provider behind a check of all that it answers: what throws or answers nonsense refuses targets and
 * has no devices, and where there is no such answer it throws TRANSCODING_UNAVAILABLE, as a card does that is gone.
 * Throws PLUGIN_BROKEN where `value` is no provider at all.
 */
export function checkedProvider(value: unknown, onFault: OnFault): TranscodingProvider {
  const given = attempt(() => v.parse(providerSchema, value), "Its default export is no provider");
  const { id, name, version, revision, priority, encoders } = given;
  const call = <Answer extends v.GenericSchema>(
    owner: unknown,
    [method, action]: readonly [string, (...args: unknown[]) => unknown],
    answer: Answer,
    ...args: readonly unknown[]
  ): v.InferOutput<Answer> => {
    try {
      return v.parse(answer, Reflect.apply(action, owner, args));
    } catch (thrown) {
      const fault = `${method}: ${messageOf(thrown)}`;
      onFault(fault);
      throw new ViewraError("TRANSCODING_UNAVAILABLE", `${id}: ${fault}`, {
        cause: thrown,
        details: { provider: id },
      });
    }
  };

  const tune: TranscodingProvider["tune"] = (target, quality) =>
    call(
      value,
      ["tune", given.tune],
      v.pipe(
        tuningSchema,
        v.check(
          ({ encoder }) => encoder === encoders[target.codec],
          "expected the encoder of the codec",
        ),
      ),
      structuredClone(target),
      quality,
    );
  /** Whoever is not refused is tuned next: a fault of that is found here, where another provider can still be taken. */
  const tunes = (target: VideoTarget): string | null => {
    for (const quality of qualities) {
      const [first, second] = [tune(target, quality), tune(target, quality)];
      if (Bun.deepEquals(first, second)) continue;
      const fault = "tune: expected the same answer each time";
      onFault(fault);
      return fault;
    }
    return null;
  };
  return {
    ...{ id, name, version, revision, priority },
    encoders: Object.fromEntries(
      Object.entries(encoders).filter(([, encoder]) => encoder !== undefined),
    ),
    tune,
    refusal: (target) => {
      const answer = v.nullable(shortText);
      try {
        const said = call(value, ["refusal", given.refusal], answer, structuredClone(target));
        return said ?? tunes(target);
      } catch (thrown) {
        return `it is broken: ${messageOf(thrown)}`;
      }
    },
    findDevices: (machine) => {
      try {
        return call(value, ["findDevices", given.findDevices], searchSchema, machine);
      } catch (thrown) {
        return { devices: [], missing: `It is broken: ${messageOf(thrown)}` };
      }
    },
    onDevice: (device) => {
      const encoder = call(value, ["onDevice", given.onDevice], encoderSchema, { ...device });
      const wordsFor =
        (method: "videoArgs" | "outputFilters"): DeviceEncoder["videoArgs"] =>
        (recipe) =>
          call(encoder, [method, encoder[method]], words, structuredClone(recipe));
      const { globalArgs, environment } = encoder;
      return {
        ...{ globalArgs, environment },
        videoArgs: wordsFor("videoArgs"),
        outputFilters: wordsFor("outputFilters"),
      };
    },
    configure: (values) => {
      const configured = attempt(
        () => Reflect.apply(given.configure, value, [values]),
        "It does not take its configuration",
      );
      const provider = checkedProvider(configured, onFault);
      if (provider.id === id && provider.revision === revision) return provider;
      throw new ViewraError("PLUGIN_BROKEN", "Its configuration changes its id or its revision");
    },
  };
}

function attempt<T>(work: () => T, what: string): T {
  try {
    return work();
  } catch (thrown) {
    throw new ViewraError("PLUGIN_BROKEN", `${what}: ${messageOf(thrown)}`, { cause: thrown });
  }
}

/** What was thrown, on one line; a plugin may throw anything. */
export function messageOf(thrown: unknown): string {
  try {
    if (v.isValiError(thrown)) {
      return thrown.issues
        .slice(0, 3)
        .map((issue) => `${v.getDotPath(issue) ?? "it"}: ${issue.message}`)
        .join("; ");
    }
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    return text.replaceAll(/\s+/g, " ").trim().slice(0, 500) || "it says nothing";
  } catch {
    return "it cannot be said what";
  }
}
