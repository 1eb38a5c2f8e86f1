import { describe, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { builtInProviders } from "../../src/plugin/built-in.ts";
import type { Machine } from "../../src/plugin/sdk.ts";
import { videoEncoderArgs } from "../../src/rendition/encode/encoder-args.ts";
import { syntheticVideoArgs } from "../../src/rendition/encode/synthetic-args.ts";
import { createTempFolder } from "../support/temp-folder.ts";
import { encoderOptions, unknownOptions } from "./ffmpeg-options.ts";
import { qualities, recipeOf, recipesOf, targets } from "./provider-targets.ts";

/** A machine with all that any provider asks for. */
const everything: Machine = {
  encoders: new Set(),
  filters: new Set(),
  renderNodes: [
    { path: "/dev/dri/renderD128", vendor: "0x8086", driver: "i915", isOpen: true },
    { path: "/dev/dri/renderD129", vendor: "0x1002", driver: "amdgpu", isOpen: true },
  ],
  nvidiaCards: [{ path: "/dev/nvidia0", index: 0, isOpen: true }],
};
const nothing: Machine = {
  encoders: new Set(),
  filters: new Set(),
  renderNodes: [],
  nvidiaCards: [],
};
const shut: Machine = {
  ...everything,
  renderNodes: everything.renderNodes.map((node) => ({ ...node, isOpen: false })),
  nvidiaCards: everything.nvidiaCards.map((card) => ({ ...card, isOpen: false })),
};

describe.each(builtInProviders.map((provider) => [provider.id, provider] as const))(
  "%s",
  (_id, provider) => {
    const [device] = provider.findDevices(everything).devices;
    if (device === undefined) throw new Error("expected a device on a machine with all of them");
    const encoder = provider.onDevice(device);
    const recipes = recipesOf(provider);

    test("is a plugin: a name to be known by, no two alike, and a revision", () => {
      expect(provider.id).toMatch(/^[a-z0-9_]+$/);
      expect(builtInProviders.filter(({ id }) => id === provider.id)).toHaveLength(1);
      expect(provider.version).toMatch(/^\d+\.\d+\.\d+$/);
      expect(Number.isInteger(provider.revision)).toBe(true);
    });

    test("says what is missing on a machine that has nothing, or nothing that may be opened, and what to do about it", () => {
      for (const machine of [nothing, shut]) {
        const { devices, missing } = provider.findDevices(machine);
        expect(devices.length === 0).toBe(missing !== null);
        if (missing !== null) expect(missing).toMatch(/install|add the user/);
      }
      const { devices, missing } = provider.findDevices(everything);
      expect(missing).toBeNull();
      expect(new Set(devices.map(({ id }) => id)).size).toBe(devices.length);
    });

    test("tunes every target that it does not refuse with the encoder it names, the same each time, to plain values", () => {
      expect(recipes.length).toBeGreaterThanOrEqual(60);
      for (const target of targets) {
        if (provider.encoders[target.codec] === undefined) continue;
        const refusal = provider.refusal(target);
        if (refusal !== null) {
          expect(refusal).toMatch(/^\S.*[^.]$/);
          continue;
        }
        for (const quality of qualities) {
          const tuned = provider.tune(target, quality);
          expect(tuned.encoder).toBe(provider.encoders[target.codec] ?? "");
          expect(provider.tune(target, quality)).toEqual(tuned);
          expect(JSON.parse(JSON.stringify(tuned))).toEqual(tuned);
        }
        // Better pictures cost more, or there would be no choice.
        const each = qualities.map((quality) => JSON.stringify(provider.tune(target, quality)));
        expect(new Set(each).size).toBe(qualities.length);
      }
    });

    test("refuses no picture that a film may have in H.264, in any size of the ladder", () => {
      const plain = targets.filter(({ codec, bitDepth }) => codec === "h264" && bitDepth !== 10);
      for (const target of plain) expect(provider.refusal(target)).toBeNull();
    });

    test("keeps to the plan: key frames on the grid, under the ceiling, in the depth", () => {
      for (const recipe of recipes) {
        const words = encoder.videoArgs(recipe);
        expect(words.slice(0, 2)).toEqual(["-c:v", recipe.encoder]);
        expect(words.every((word) => word !== "" && word !== "undefined")).toBe(true);
        const all = [...words, ...encoder.outputFilters(recipe)].join(" ");
        expect(all).toContain(String(recipe.gopFrames));
        // x265 and SVT-AV1 count in thousands.
        expect(all).toContain(String(recipe.maxBitrateBps).replace(/000$/, ""));
        expect(/p010|yuv420p10|10le/.test(all)).toBe(recipe.bitDepth === 10);
        const reordered = recipe.settings["bframes"];
        if (reordered !== undefined)
          expect(all).toMatch(new RegExp(`(?:-bf |bframes=)${String(reordered)}`));
      }
    });

    test("codes no picture out of order where a segment is too short for it", () => {
      for (const target of targets.filter(({ codec }) => provider.encoders[codec])) {
        if (provider.refusal(target) !== null) continue;
        const short = provider.tune({ ...target, gopFrames: 2 }, "medium");
        expect(short.settings["bframes"] ?? 0).toBe(0);
      }
    });

    test("asks of FFmpeg nothing that it does not know", async () => {
      for (const name of new Set(recipes.map((recipe) => recipe.encoder))) {
        const options = await encoderOptions(name);
        // Of another version: see the table of what differs.
        if (options === null) continue;
        const own = recipes.filter((recipe) => recipe.encoder === name);
        const faults = own.flatMap((recipe) => unknownOptions(encoder.videoArgs(recipe), options));
        expect([...new Set(faults)]).toEqual([]);
      }
    });

    test("has the arguments that it has", () => {
      const lines = recipes.map((recipe) =>
        [
          ...[...encoder.globalArgs, "-vf", encoder.outputFilters(recipe).join(",")],
          ...videoEncoderArgs(recipe, encoder),
        ].join(" "),
      );
      expect(lines).toMatchSnapshot();
    });

    // What a driver that is not there says; anything else would be a fault of the line.
    const missingDriver =
      /Cannot load libcuda|Cannot load libnvidia-encode|No VA display found|Failed to initialise VAAPI|Failed to set value '\w+=va:|Device creation failed/;

    test("encodes, or gets as far as to the driver that is missing", async () => {
      await using folder = await createTempFolder("provider");
      await mkdir(folder.file("out"));
      for (const codec of Object.keys(provider.encoders)) {
        const target = targets.find((each) => each.codec === codec && each.height === 720);
        if (target === undefined || provider.refusal(target) !== null) continue;
        const recipe = recipeOf(provider, target, "medium");
        if ((await encoderOptions(recipe.encoder)) === null) continue;
        const path = folder.file(`out/${codec}.mp4`);
        const child = Bun.spawn(["ffmpeg", ...syntheticVideoArgs(recipe, encoder, path)], {
          ...{ stdout: "ignore", stderr: "pipe" },
          env: { ...process.env, ...encoder.environment },
        });
        const said = await new Response(child.stderr).text();
        if ((await child.exited) === 0) continue;
        expect(provider.id).not.toBe("ffmpeg_software");
        expect(said).toMatch(missingDriver);
        expect(said).not.toMatch(
          /Unrecognized option|Option .* not found|Undefined constant|Impossible to convert/i,
        );
      }
    }, 60_000);
  },
);

describe("a machine with graphics of Intel and AMD, and a card of NVIDIA", () => {
  const found = (id: string): string[] =>
    builtInProviders
      .find((provider) => provider.id === id)
      ?.findDevices(everything)
      .devices.map((device) => device.id) ?? [];

  test("is used by each provider as far as it is its own", () => {
    expect(found("ffmpeg_nvidia")).toEqual(["0"]);
    expect(found("ffmpeg_qsv")).toEqual(["/dev/dri/renderD128"]);
    // Intel's small encoder is another way to the same card.
    expect(found("ffmpeg_vaapi")).toEqual([
      ...["/dev/dri/renderD128", "/dev/dri/renderD128#low-power", "/dev/dri/renderD129"],
    ]);
    expect(found("ffmpeg_software")).toEqual(["processor"]);
  });

  test("prefers what is made for the card, and the processor last", () => {
    const byPriority = builtInProviders.toSorted((a, b) => b.priority - a.priority);
    expect(byPriority.map(({ id }) => id)).toEqual([
      ...["ffmpeg_nvidia", "ffmpeg_qsv", "ffmpeg_vaapi", "ffmpeg_software"],
    ]);
  });
});
