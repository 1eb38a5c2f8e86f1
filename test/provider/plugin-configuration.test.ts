import { expect, test } from "bun:test";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import fc from "fast-check";
import { createProcessRunner } from "../../src/process/process-runner.ts";
import { createCue } from "../../src/provider/cue-cache.ts";
import { trialRecipe } from "../../src/rendition/encode/trial-recipe.ts";
import { createSlots } from "../../src/schedule/slots.ts";
import { quietLog } from "../db/open-test-database.ts";
import { evaluateHere } from "../support/plugin-service.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { codeOf, createPluginRig, cueOf, type PluginRig } from "./plugin-rig.ts";

const { signal } = new AbortController();
const keep = async (rig: PluginRig, id: string, text: string): Promise<void> => {
  await mkdir(rig.folder.file("values"), { recursive: true });
  await writeFile(rig.folder.file(`values/${id}.cue`), text);
};
const presetOf = (rig: PluginRig): unknown => {
  const provider = rig.registry.usable().find(({ id }) => id === "ffmpeg_software");
  if (provider === undefined) throw new Error("expected the processor");
  return trialRecipe(provider, { codec: "h264", range: "sdr", quality: "medium" }).settings[
    "preset"
  ];
};

test("what an administrator wrote is heeded from the start, in CUE with all that it can", async () => {
  await using rig = await createPluginRig();
  await keep(rig, "ffmpeg_software", `// mine\npriority: 20 + 2\nx264_presets: medium: "slow"\n`);
  const plugins = await rig.open();
  expect(plugins.configuration("ffmpeg_software").config).toEqual({
    priority: 22,
    x264_presets: { low: "superfast", medium: "slow", high: "medium" },
  });
  expect(presetOf(rig)).toBe("slow");
  expect(rig.registry.states().map(({ provider }) => provider.id)[1]).toBe("ffmpeg_software");
  expect(plugins.problems()).toEqual([]);
});

test.each([
  ["a fault of syntax", `priority: 3\npriority 4`, "ffmpeg_software.cue:2:10: expected label"],
  ["a value that is refused", `\npriority: "a"`, "ffmpeg_software.cue:2:1: config.priority: "],
  ["a field that is none", `x264: {}`, "ffmpeg_software.cue:1:1: config: field not allowed: x264"],
  ["what is no text", "\0\u0001\ufffd", "ffmpeg_software.cue:1:1: "],
  ["too much of it", `// ${"a".repeat(70_000)}`, "larger than 64 KB"],
])("%s: the defaults serve, and it is told until it is mended", async (_what, text, said) => {
  await using rig = await createPluginRig();
  await keep(rig, "ffmpeg_software", text);
  const plugins = await rig.open();
  expect(presetOf(rig)).toBe("veryfast");
  const { config, defaults } = plugins.configuration("ffmpeg_software");
  expect(config).toEqual(defaults);
  expect(plugins.get("ffmpeg_software").configurationFault).toContain(said);
  expect(plugins.problems()).toHaveLength(1);
  await keep(rig, "ffmpeg_software", "");
  await plugins.probe("ffmpeg_software", signal);
  expect(plugins.problems()).toEqual([]);
});

test("what is configured is in force at once, kept, and there after a restart", async () => {
  await using rig = await createPluginRig();
  const plugins = await rig.open();
  await plugins.configure("ffmpeg_software", { x264_presets: { medium: "fast" } }, signal);
  expect(presetOf(rig)).toBe("fast");
  await using again = await createPluginRig();
  const path = rig.folder.file("values/ffmpeg_software.cue");
  await keep(again, "ffmpeg_software", await readFile(path, "utf8"));
  await again.open();
  expect(presetOf(again)).toBe("fast");
  // All that was set before is forgotten.
  await plugins.configure("ffmpeg_software", {}, signal);
  expect(presetOf(rig)).toBe("veryfast");
});

test("what is refused changes nothing, and says CUE's message and the place", async () => {
  await using rig = await createPluginRig();
  const plugins = await rig.open();
  await plugins.configure("ffmpeg_software", { priority: 7 }, signal);
  const before = await readFile(rig.folder.file("values/ffmpeg_software.cue"), "utf8");
  const refused = plugins.configure("ffmpeg_software", { x264_presets: { low: 3 } }, signal);
  await expect(refused).rejects.toMatchObject({
    code: "PLUGIN_CONFIGURATION_INVALID",
    message: expect.stringContaining("ffmpeg_software.cue:3:5: config.x264_presets.low: "),
    details: { file: "ffmpeg_software.cue", line: 3, column: 5 },
  });
  expect(await readFile(rig.folder.file("values/ffmpeg_software.cue"), "utf8")).toBe(before);
  expect(plugins.configuration("ffmpeg_software").config["priority"]).toBe(7);
  await expect(plugins.configure("none", {}, signal)).rejects.toMatchObject({
    code: "PLUGIN_NOT_FOUND",
  });
});

test("of many at once, from two servers, each file is whole, and what was asked for last is in force", async () => {
  await using rig = await createPluginRig();
  const two = [await rig.open(), await rig.open()];
  await Promise.all(
    Array.from({ length: 40 }, (_, priority) =>
      two[priority % 2]?.configure("ffmpeg_software", { priority }, signal),
    ),
  );
  expect(two.map((each) => each.configuration("ffmpeg_software").config["priority"])).toEqual([
    ...[38, 39],
  ]);
  expect(await readdir(rig.folder.file("values"))).toEqual(["ffmpeg_software.cue"]);
  const kept: unknown = await Bun.file(rig.folder.file("values/ffmpeg_software.cue")).json();
  expect(["38", "39"]).toContain(/^\{"priority":(\d+)\}$/.exec(JSON.stringify(kept))?.[1] ?? "");
});

test("a device that was left out is tried once it is configured, and what was proven holds", async () => {
  await using rig = await createPluginRig();
  await keep(rig, "ffmpeg_nvidia", "device: 1");
  const tried: string[] = [];
  const plugins = await rig.open({
    tryDevice: async (_provider, device) => {
      tried.push(device.id);
      return { ok: true };
    },
  });
  await plugins.probe("ffmpeg_nvidia", signal);
  expect([...tried]).toEqual(["1"]);
  await plugins.configure("ffmpeg_nvidia", { device: 0, sessions: 3 }, signal);
  expect(tried).toContain("0");
  const provider = rig.registry.usable()[0];
  if (provider?.id !== "ffmpeg_nvidia") throw new Error("expected the card");
  const recipe = trialRecipe(provider, { codec: "h264", range: "sdr", quality: "low" });
  expect(rig.registry.encoderFor(recipe).videoArgs(recipe)).toContain("0");
  const before = tried.length;
  await plugins.configure("ffmpeg_nvidia", { device: 1 }, signal);
  expect(tried).toHaveLength(before);
  expect(rig.registry.encoderFor(recipe).videoArgs(recipe)[3]).toBe("1");
  expect(plugins.get("ffmpeg_nvidia").provider?.isUsed).toBe(true);
});

test("an external plugin gets its configuration; one that it does not stand is refused", async () => {
  await using rig = await createPluginRig();
  const code = codeOf("mine", {
    tune: `() => ({ encoder: "libx264", profile: config.priority > 9 ? 3 : "high", settings: {} })`,
  });
  await rig.add("mine", { "plugin.cue": cueOf("mine"), "index.js": code });
  const plugins = await rig.open();
  const priority = () => plugins.get("mine").provider?.provider.priority;
  expect(priority()).toBe(5);
  await plugins.configure("mine", { priority: 8 }, signal);
  expect(priority()).toBe(8);
  await expect(plugins.configure("mine", { priority: 10 }, signal)).rejects.toMatchObject({
    code: "PLUGIN_CONFIGURATION_INVALID",
    message: expect.stringContaining("tune: profile: "),
  });
  expect(priority()).toBe(8);
  expect(plugins.problems()).toEqual([]);
}, 60_000);

test("any value of JSON is the same in CUE, so that what is written is what was sent", async () => {
  const evaluate = await evaluateHere();
  const cue = cueOf("mine", { config: "{ any: _ | *0 }" });
  const plain = fc.oneof(
    ...[fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), fc.boolean()],
    ...[fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()],
  );
  // CUE takes names that look alike for one (Unicode's NFC): those of plugins are of letters.
  const names = fc.stringMatching(/^[a-zA-Z_#$.-]{1,8}$/);
  const nested = fc.oneof(plain, fc.array(plain), fc.dictionary(names, plain));
  fc.assert(
    fc.property(nested, (value) => {
      const text = JSON.stringify({ any: value }, null, 2);
      const evaluated = evaluate(cue, text);
      const got = evaluated.ok ? { any: evaluated.evaluation.config["any"] } : evaluated.fault;
      expect(JSON.stringify(got, null, 2)).toBe(text);
    }),
    { numRuns: 150, seed: 5 },
  );
}, 30_000);

test("CUE is evaluated once for the same texts; one without an end is given up, and the next is answered", async () => {
  await using folder = await createTempFolder("cue");
  await mkdir(folder.file("scratch"));
  const runner = createProcessRunner({ log: quietLog(), setprivPath: null });
  let started = 0;
  const counted: Pick<typeof runner, "run"> = {
    run: (request) => {
      started++;
      return runner.run(request);
    },
  };
  const open = (limitMs: number) =>
    createCue({
      tools: {
        ...{ runner: counted, scratchDir: folder.file("scratch"), slots: createSlots(1), limitMs },
      },
      ...{ folder: folder.file("kept"), version: "0.1.0" },
    });
  const evaluate = open(60_000);
  const good = await evaluate(cueOf("mine"), "priority: 6");
  expect(good).toMatchObject({ ok: true, evaluation: { config: { priority: 6 } } });
  const bad = await evaluate(cueOf("mine"), "priority: 6000");
  expect(bad).toMatchObject({
    ok: false,
    fault: { text: "values", place: { line: 1, column: 1 } },
  });
  expect(started).toBe(2);
  expect(await open(60_000)(cueOf("mine"), "priority: 6")).toEqual(good);
  expect(await open(60_000)(cueOf("mine"), "priority: 6000")).toEqual(bad);
  expect(started).toBe(2);
  // What was kept and is damaged is evaluated anew.
  for (const name of await readdir(folder.file("kept")))
    await writeFile(folder.file(`kept/${name}`), "{");
  expect(await evaluate(cueOf("mine"), "priority: 6")).toEqual(good);
  const thousands = `_a: [${"1,".repeat(300)}]\n_b: [for x in _a for y in _a for z in _a {x}]\npriority: len(_b)`;
  const endless = open(4_000)(cueOf("mine"), thousands);
  await expect(endless).rejects.toMatchObject({ code: "PLUGIN_BROKEN" });
  expect(runner.running).toBe(0);
  expect(await readdir(folder.file("scratch"))).toEqual([]);
  await runner.close();
}, 60_000);
