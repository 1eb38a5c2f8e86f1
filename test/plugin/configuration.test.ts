import { beforeAll, describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import fc from "fast-check";
import { builtInManifests } from "../../scripts/build/built-in-manifests.ts";
import { builtInProviders, readBuiltInManifests } from "../../src/plugin/built-in.ts";
import type { Evaluate } from "../../src/plugin/cue/evaluate.ts";
import { isObject, type Json, type JsonObject } from "../../src/plugin/cue/json-schema.ts";
import type { Machine, TranscodingProvider } from "../../src/plugin/sdk.ts";
import { evaluateHere } from "../support/plugin-service.ts";
import { recipesOf, targets } from "./provider-targets.ts";

let evaluate: Evaluate;
beforeAll(async () => {
  evaluate = await evaluateHere();
});
const manifests = readBuiltInManifests();
const saidOf = (id: string) => {
  const said = manifests[id];
  if (said === undefined) throw new Error(`expected a manifest of ${id}`);
  return said;
};
const machine: Machine = {
  ...{ encoders: new Set(), filters: new Set() },
  renderNodes: [
    { path: "/dev/dri/renderD128", vendor: "0x8086", driver: "i915", isOpen: true },
    { path: "/dev/dri/renderD129", vendor: "0x8086", driver: "xe", isOpen: true },
  ],
  nvidiaCards: [0, 1].map((index) => ({ path: `/dev/nvidia${index}`, index, isOpen: true })),
};

test("what was evaluated at build time is what CUE says today", async () => {
  expect(await builtInManifests(resolve(import.meta.dir, "../.."))).toEqual(manifests);
});

/** Values that are near what a field may be, and such as it may not. */
const nearby = fc.constantFrom<Json>(
  ...[-1, 0, 1, 8, 99, 100, 1000, 1001, 2.5, 1e21, true, null, "", "auto", "on", "off", "p1", "p8"],
  ...["fast", "medium", "veryslow", "/dev/dri/renderD128", "/dev/dri/card0", "0", [], {}, ["p1"]],
);

/** Objects with some of the fields of a configuration, and now and then one that is none. */
function anyOf(defaults: JsonObject): fc.Arbitrary<JsonObject> {
  const fields = Object.entries(defaults).map(([name, usual]) => {
    const inner = isObject(usual) ? anyOf(usual) : fc.constant(usual);
    const value = fc.oneof({ weight: 3, arbitrary: inner }, nearby);
    return fc.tuple(fc.constant(name), value);
  });
  const unknown = fc.tuple(fc.constantFrom("prio", "a.b", "_x", "#y"), nearby);
  const entries = fc.tuple(
    fc.tuple(...fields),
    fc.infiniteStream(fc.boolean()),
    fc.nat(9),
    unknown,
  );
  return entries.map(([all, isThere, chance, odd]) => {
    const some = all.filter(() => isThere.next().value === true);
    return Object.fromEntries(chance === 0 ? [...some, odd] : some);
  });
}

describe.each(builtInProviders.map((provider) => [provider.id, provider] as const))(
  "%s",
  (id, provider) => {
    const { cue, manifest } = saidOf(id);
    const configured = (values: JsonObject): TranscodingProvider | null => {
      try {
        return provider.configure(values);
      } catch {
        return null;
      }
    };

    test("is who its plugin.cue says, and needs an encoder that it writes with", () => {
      expect([manifest.plugin_name, manifest.version]).toEqual([provider.id, provider.version]);
      const { encoders = [] } = manifest.requirements;
      expect(encoders.length).toBeGreaterThan(0);
      expect(Object.values(provider.encoders)).toEqual(expect.arrayContaining([...encoders]));
    });

    test("CUE and the code take the same configurations, whatever they are", () => {
      let taken = 0;
      fc.assert(
        fc.property(anyOf(manifest.config), (values) => {
          const byCode = configured(values);
          const byCue = evaluate(cue, JSON.stringify(values));
          expect(byCue.ok).toBe(byCode !== null);
          if (byCue.ok) taken++;
          else expect(byCue.fault).toMatchObject({ text: "values", place: { line: 1 } });
        }),
        { numRuns: 150, seed: 7 },
      );
      expect(taken).toBeGreaterThan(5);
    }, 60_000);

    test("its defaults, all of them told, make the recipes that it makes when nobody says anything", () => {
      const told = configured(manifest.config);
      expect(told?.priority).toBe(provider.priority);
      expect(told === null ? [] : recipesOf(told)).toEqual(recipesOf(provider));
    });

    test("no priority, device or number of sessions is part of a recipe", () => {
      const { config } = manifest;
      const changes: JsonObject[] = [{ priority: 500 }];
      if ("device" in config)
        changes.push({ device: id === "ffmpeg_nvidia" ? 1 : "/dev/dri/renderD129" });
      if ("sessions" in config) changes.push({ sessions: 3 });
      if ("low_power" in config) changes.push({ low_power: "on" });
      for (const values of changes) {
        const other = configured(values);
        expect(other === null ? [] : recipesOf(other)).toEqual(recipesOf(provider));
        const seen = (each: TranscodingProvider | null) => [
          each?.priority,
          each?.findDevices(machine).devices,
        ];
        expect(seen(other)).not.toEqual(seen(provider));
      }
    });

    test("another preset is another recipe, and what FFmpeg is told", () => {
      const field = ["presets", "x264_presets"].find((name) => name in manifest.config);
      if (field === undefined) return;
      const preset = id === "ffmpeg_nvidia" ? "p7" : "veryslow";
      const other = configured({ [field]: { medium: preset } });
      const [target] = targets;
      const [device] = provider.findDevices(machine).devices;
      if (other === null || target === undefined || device === undefined)
        throw new Error("expected it to be configured");
      expect(other.tune(target, "medium")).not.toEqual(provider.tune(target, "medium"));
      expect(other.tune(target, "low")).toEqual(provider.tune(target, "low"));
      // Who encodes a recipe later may be configured otherwise.
      const recipe = recipesOf(other).find(({ settings }) => settings["preset"] === preset);
      if (recipe === undefined) throw new Error("expected a recipe of that preset");
      expect(provider.onDevice(device).videoArgs(recipe)).toContain(preset);
    });
  },
);

test("a device that is configured is the only one, with as many sessions as are configured; one that is not there is told", () => {
  for (const [id, device, gone] of [
    ["ffmpeg_nvidia", 1, 7],
    ["ffmpeg_qsv", "/dev/dri/renderD129", "/dev/dri/renderD140"],
    ["ffmpeg_vaapi", "/dev/dri/renderD129", "/dev/dri/renderD140"],
  ] as const) {
    const provider = builtInProviders.find((each) => each.id === id);
    const chosen = provider?.configure({ device, sessions: 2 }).findDevices(machine);
    expect(chosen?.devices.length).toBeGreaterThan(0);
    for (const found of chosen?.devices ?? []) {
      expect(found.id).toStartWith(String(device));
      expect(found.sessions).toBe(2);
    }
    const none = provider?.configure({ device: gone }).findDevices(machine);
    expect(none?.devices).toEqual([]);
    expect(none?.missing).toContain(String(gone));
  }
});

test("Intel's small encoder is tried second, alone, or not at all", () => {
  const vaapi = builtInProviders.find(({ id }) => id === "ffmpeg_vaapi");
  const ways = (low_power: string) =>
    vaapi
      ?.configure({ low_power, device: "/dev/dri/renderD128" })
      .findDevices(machine)
      .devices.map(({ id }) => id);
  const path = "/dev/dri/renderD128";
  expect(ways("auto")).toEqual([path, `${path}#low-power`]);
  expect(ways("on")).toEqual([`${path}#low-power`]);
  expect(ways("off")).toEqual([path]);
});
