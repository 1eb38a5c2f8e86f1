import * as v from "valibot";
import { pictureCodecs } from "../media/picture-codecs.ts";
import type { DeviceState } from "./provider-registry.ts";

/** What was found out of devices, as it is kept: by provider and device. */
export type KeptTrials = ReadonlyMap<string, ReadonlyMap<string, Omit<DeviceState, "device">>>;

const trial = v.variant("ok", [
  v.object({ ok: v.literal(true) }),
  v.object({ ok: v.literal(false), reason: v.string() }),
]);
const device = v.object({
  trials: v.record(v.picklist(pictureCodecs), trial),
  decodings: v.nullable(v.array(v.string())),
});
const schema = v.object({
  machine: v.string(),
  providers: v.record(v.string(), v.record(v.string(), device)),
});

/** Of the very machine that is told, with its drivers and programs; nothing where the text is of another, or no such text. */
export function parseKeptTrials(text: string, machine: string): KeptTrials {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  if (!parsed.success || parsed.output.machine !== machine) return new Map();
  return new Map(
    Object.entries(parsed.output.providers).map(([id, devices]) => [
      id,
      new Map(
        Object.entries(devices).map(([name, { trials, decodings }]) => {
          const known = pictureCodecs.flatMap((codec) => {
            const each = trials[codec];
            return each === undefined ? [] : [[codec, each] as const];
          });
          return [name, { trials: new Map(known), decodings }];
        }),
      ),
    ]),
  );
}

export function printKeptTrials(machine: string, kept: KeptTrials): string {
  const providers = Object.fromEntries(
    [...kept].map(([id, devices]) => [
      id,
      Object.fromEntries(
        [...devices].map(([name, { trials, decodings }]) => [
          name,
          { trials: Object.fromEntries(trials), decodings },
        ]),
      ),
    ]),
  );
  return JSON.stringify({ machine, providers });
}
