import { expect, test } from "bun:test";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { codeOf, createPluginRig, cueOf } from "./plugin-rig.ts";
import { trialRecipe, trialTarget } from "../../src/rendition/encode/trial-recipe.ts";

const fine = (id: string) => ({ "plugin.cue": cueOf(id), "index.js": codeOf(id) });

test("a plugin of any folder's name is loaded, tried, used before the processor, and switched off", async () => {
  await using rig = await createPluginRig();
  await rig.add("Some folder (2)", fine("mine"));
  const plugins = await rig.open();
  expect(plugins.get("mine")).toMatchObject({ source: "external", fault: null, name: "A plugin" });
  expect(rig.registry.usable().map(({ id }) => id)).toEqual(["ffmpeg_software"]);
  await plugins.probe("mine", new AbortController().signal);
  expect(rig.registry.usable().map(({ id }) => id)).toEqual(["mine", "ffmpeg_software"]);
  await plugins.setEnabled("mine", false);
  expect(rig.registry.usable().map(({ id }) => id)).toEqual(["ffmpeg_software"]);
  expect(plugins.problems()).toEqual([]);
}, 60_000);

const targets = {
  refusal: [`() => { throw new Error("no luck") }`, /refusal: no luck/],
  tune: [`() => { throw "text" }`, /tune: text/],
  findDevices: [`() => { throw null }`, /findDevices: null/],
  onDevice: [`() => { throw { toString() { throw 1 } } }`, /onDevice: it cannot be said what/],
  videoArgs: [`() => { throw new Error("a\\nb") }`, /videoArgs: a b/],
} as const;
const nonsense = {
  refusal: ["async () => null", /refusal: it: Invalid type/],
  tune: [
    `() => ({ encoder: "libx265", profile: "a", settings: {} })`,
    /tune: .*encoder of the codec/,
  ],
  findDevices: [
    `() => ({ devices: [{ id: "a", name: "a" }, { id: "a", name: "b" }], missing: null })`,
    /findDevices: .*an id each/,
  ],
  onDevice: ["() => 3", /onDevice: /],
  videoArgs: ["() => [1]", /videoArgs: 0: Invalid type/],
  id: [`"other"`, /id is other in the code and mine in plugin.cue/],
  version: [`"2.0.0"`, /version is 2.0.0 in the code and 1.0.0/],
  revision: ["1.5", /revision/],
  encoders: ["{}", /codec at least/],
  configure: ["() => ({})", /no provider/],
} as const;

const broken: Record<string, { readonly files: Record<string, string>; readonly why: RegExp }> = {
  ...Object.fromEntries(
    Object.entries(targets).map(([method, [code, why]]) => [
      `throws in ${method}`,
      {
        files: { "plugin.cue": cueOf("mine"), "index.js": codeOf("mine", { [method]: code }) },
        why,
      },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(nonsense).map(([method, [code, why]]) => [
      `answers nonsense for ${method}`,
      {
        files: { "plugin.cue": cueOf("mine"), "index.js": codeOf("mine", { [method]: code }) },
        why,
      },
    ]),
  ),
  "answers another tuning each time": {
    files: {
      "plugin.cue": cueOf("mine"),
      "index.js": codeOf("mine", {
        tune: `() => ({ encoder: "libx264", profile: "high", settings: { crf: Math.random() } })`,
      }),
    },
    why: /the same answer each time/,
  },
  "throws at import": {
    files: { "plugin.cue": cueOf("mine"), "index.js": `throw new Error("not today");` },
    why: /cannot be loaded: not today/,
  },
  "is no JavaScript": {
    files: { "plugin.cue": cueOf("mine"), "index.ts": "const = 3;" },
    why: /cannot be loaded/,
  },
  "imports what is not there": {
    files: { "plugin.cue": cueOf("mine"), "index.js": `import a from "./a.js"; export default a;` },
    why: /cannot be loaded/,
  },
  "ends the process": {
    files: { "plugin.cue": cueOf("mine"), "index.js": "process.exit(0);" },
    why: /ended the process that tried it/,
  },
  "exports nothing": {
    files: { "plugin.cue": cueOf("mine"), "index.js": "" },
    why: /no default export/,
  },
  "exports a number": {
    files: { "plugin.cue": cueOf("mine"), "index.js": "export default 3;" },
    why: /no provider/,
  },
  "needs another Viewra": {
    files: { ...fine("mine"), "plugin.cue": cueOf("mine", { requirements: `{viewra: ">=9"}` }) },
    why: /needs Viewra >=9, and this is 0.1.0/,
  },
  "needs another FFmpeg": {
    files: {
      ...fine("mine"),
      "plugin.cue": cueOf("mine", { requirements: `{encoders: ["a_b"]}` }),
    },
    why: /built with a_b/,
  },
  "is of another kind": {
    files: { ...fine("mine"), "plugin.cue": cueOf("mine", { plugin_type: `"metadata"` }) },
    why: /plugin.cue:2:1: plugin_type: .*transcoding/,
  },
  "has a name that is none": {
    files: { ...fine("mine"), "plugin.cue": cueOf("../mine") },
    why: /plugin.cue:1:1: plugin_name/,
  },
  "has the name of one of Viewra's": { files: fine("ffmpeg_qsv"), why: /ffmpeg_qsv already/ },
  "has CUE that is none": {
    files: { ...fine("mine"), "plugin.cue": `plugin_name: "mine"\nversion {` },
    why: /plugin.cue:2:9: expected label or ':'/,
  },
  "has CUE that goes round": {
    files: { ...fine("mine"), "plugin.cue": cueOf("mine", { a: "b", b: "a + 1" }) },
    why: /plugin.cue:5:1: a: cycle error/,
  },
  "has no default for a value": {
    files: { ...fine("mine"), "plugin.cue": cueOf("mine", { config: "{ a: int }" }) },
    why: /plugin.cue:4:11: config.a: cannot convert incomplete value/,
  },
  "has a huge plugin.cue": {
    files: { ...fine("mine"), "plugin.cue": cueOf("mine") + " ".repeat(70_000) },
    why: /larger than 64 KB/,
  },
  "has no plugin.cue": { files: { "index.js": codeOf("mine") }, why: /no plugin.cue/ },
  "has no code": { files: { "plugin.cue": cueOf("mine") }, why: /neither index.ts nor index.js/ },
  "has two codes": { files: { ...fine("mine"), "index.ts": "" }, why: /leave one/ },
};

test.each(Object.entries(broken))(
  "a plugin that %s is listed with that, and no more",
  async (name, { files, why }) => {
    await using rig = await createPluginRig();
    await rig.add(name, files);
    const plugins = await rig.open();
    const listed = plugins.list().filter(({ source }) => source === "external");
    expect(listed).toHaveLength(1);
    expect(listed[0]?.fault).toMatch(why);
    expect(plugins.problems()).toEqual([`${listed[0]?.id}: ${listed[0]?.fault}`]);
    expect(rig.registry.usable().map(({ id }) => id)).toEqual(["ffmpeg_software"]);
    // Whatever an operator does with it.
    const id = listed[0]?.id ?? "";
    const { signal } = new AbortController();
    expect((await plugins.probe(id, signal)).fault).toMatch(why);
    await plugins.setEnabled(id, false);
    expect(plugins.get(id).isEnabled).toBe(false);
  },
  60_000,
);

test("one that hangs, at once, in waiting or when it is asked, is given up", async () => {
  await using rig = await createPluginRig(5_000);
  await rig.add("loop", { "plugin.cue": cueOf("loop"), "index.js": "for (;;);" });
  await rig.add("wait", {
    "plugin.cue": cueOf("wait"),
    "index.js": "setInterval(() => {}, 9); await new Promise(() => {});",
  });
  await rig.add("late", {
    "plugin.cue": cueOf("late"),
    "index.js": codeOf("late", { refusal: "() => { for (;;); }" }),
  });
  const startedAt = performance.now();
  const plugins = await rig.open();
  for (const id of ["loop", "wait", "late"]) {
    expect(plugins.get(id).fault).toMatch(/longer than 5 seconds|takes too long/);
  }
  expect(performance.now() - startedAt).toBeLessThan(40_000);
}, 60_000);

test("links are followed; one that leads nowhere, a pipe and a file among the folders harm nobody", async () => {
  await using rig = await createPluginRig();
  await rig.add("../elsewhere", fine("linked"));
  await symlink(rig.folder.file("elsewhere"), rig.folder.file("plugins/link"));
  await symlink(rig.folder.file("gone"), rig.folder.file("plugins/nowhere"));
  await writeFile(rig.folder.file("plugins/README.md"), "");
  await mkdir(rig.folder.file("plugins/.git"));
  await rig.add("pipe", { "plugin.cue": cueOf("pipe") });
  Bun.spawnSync(["mkfifo", rig.folder.file("plugins/pipe/index.js")]);
  const plugins = await rig.open();
  const external = plugins.list().filter(({ source }) => source === "external");
  expect(external.map(({ id, fault }) => [id, fault])).toEqual([
    ["linked", null],
    ["nowhere", "The folder cannot be read"],
    ["pipe", "index.js is no regular file"],
  ]);
}, 60_000);

test("of two plugins of one name the first folder's is loaded", async () => {
  await using rig = await createPluginRig();
  await rig.add("a", fine("mine"));
  await rig.add("b", fine("mine"));
  const plugins = await rig.open();
  expect(plugins.get("mine").fault).toBeNull();
  expect(plugins.get("b").fault).toBe("There is a plugin mine already: another name is needed");
}, 60_000);

test("a folder of plugins that is not there is told", async () => {
  await using rig = await createPluginRig();
  const plugins = await rig.open({ pluginDir: rig.folder.file("none") });
  expect(plugins.problems()[0]).toContain("PLUGIN_DIR cannot be read (ENOENT)");
  expect(plugins.list()).toHaveLength(4);
});

test("one that goes wrong later refuses then, is used no more, and is used again once it is probed", async () => {
  await using rig = await createPluginRig();
  const code = codeOf("mine", {
    refusal: `() => { if (globalThis.isPluginBad) throw new Error("it is late"); return null; }`,
    videoArgs: `() => { if (globalThis.isPluginBad) return null; return ["-c:v", "libx264"]; }`,
  });
  await rig.add("mine", { "plugin.cue": cueOf("mine"), "index.js": code });
  const plugins = await rig.open();
  const { signal } = new AbortController();
  await plugins.probe("mine", signal);
  const provider = rig.registry.usable()[0];
  if (provider?.id !== "mine") throw new Error("expected it to be used");
  const trial = { codec: "h264", range: "sdr", quality: "medium" } as const;
  const recipe = trialRecipe(provider, trial);
  const encoder = rig.registry.encoderFor(recipe);
  expect(encoder.videoArgs(recipe)).toEqual(["-c:v", "libx264"]);
  Reflect.set(globalThis, "isPluginBad", true);
  try {
    expect(provider.refusal(trialTarget(trial))).toBe("it is broken: mine: refusal: it is late");
    expect(rig.registry.usable().map(({ id }) => id)).toEqual(["ffmpeg_software"]);
    expect(plugins.get("mine").fault).toBe("refusal: it is late");
    expect(() => encoder.videoArgs(recipe)).toThrow("mine: videoArgs: ");
  } finally {
    Reflect.deleteProperty(globalThis, "isPluginBad");
  }
  await plugins.probe("mine", signal);
  expect(plugins.get("mine").fault).toBeNull();
  expect(rig.registry.usable()[0]?.id).toBe("mine");
}, 60_000);
