import { expect, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import provider from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { encodedPlan } from "../../src/rendition/build-plan.ts";
import { createDescriber, type DescriberOptions } from "../../src/pipeline/describe.ts";
import type { EncodedRendition, Recipe } from "../../src/rendition/encode/encoded-rendition.ts";
import { rememberSynthetic } from "../../src/rendition/encode/synthetic-memory.ts";
import type { RenditionMaker, SampleMaker } from "../../src/rendition/rendition.ts";
import { createSlots } from "../../src/schedule/slots.ts";
import { quietLog } from "../db/open-test-database.ts";
import { exampleAudio, exampleSource } from "../media/example-source.ts";
import { noCopies } from "./no-copies.ts";
import { createTempFolder } from "../support/temp-folder.ts";

/** A film with so many sounds, for a device of so many bits a second. */
function planOf(sounds: number, maxBitrateBps: number | null = null) {
  const audio = Array.from({ length: sounds }, (_, i) =>
    exampleAudio({ index: i + 1, isDefault: i === 0 }),
  );
  return encodedPlan(exampleSource({ audio }), {
    ...{ segmentSeconds: 4, quality: "low", adaptive: true, maxAudioChannels: 2 },
    ...{ maxHeight: null, maxBitrateBps, providers: [provider] },
  });
}

function unexpected(): never {
  throw new Error("nothing but samples is made here");
}

/** Counts programs that run, and those that ever ran. */
async function setUp(
  change: Partial<DescriberOptions> = {},
  encode = (recipe: Recipe, path: string): Promise<unknown> =>
    writeFile(path, JSON.stringify(recipe)),
) {
  const folder = await createTempFolder("describe");
  const count = { now: 0, most: 0, encodes: 0 };
  const asProgram = async <T>(work: () => Promise<T>): Promise<T> => {
    count.most = Math.max(count.most, ++count.now);
    await Bun.sleep(1);
    const result = await work();
    count.now--;
    return result;
  };
  const described: string[][] = [];
  const synthetic = rememberSynthetic((recipe, path) =>
    asProgram(async () => {
      count.encodes++;
      await encode(recipe, path);
    }),
  );
  const maker: RenditionMaker<EncodedRendition> & SampleMaker<EncodedRendition> = {
    sample: async ({ frame, rendition, folder: outDir }) => {
      const path = `${outDir}/${rendition.id}.mp4`;
      if (frame.describedFrom !== "film") await synthetic(rendition.recipe, path);
      else {
        const text = `${frame.source.fingerprint} ${JSON.stringify(rendition.recipe)}`;
        await asProgram(() => writeFile(path, text));
      }
      return path;
    },
    start: () => unexpected(),
    package: () => unexpected(),
  };
  const describe = createDescriber({
    makers: { encode: maker, copy: noCopies, text: noCopies, tiles: noCopies },
    locate: () => unexpected(),
    packager: {
      describe: (inputs) =>
        asProgram(async () => {
          described.push(await Promise.all(inputs.map(({ path }) => readFile(path, "utf8"))));
          return { mpd: "", master: "", playlists: {}, inits: {} };
        }),
    },
    log: quietLog(),
    cache: { get: async () => null, put: async () => {} },
    ...{ toolVersions: "1", scratchDir: folder.path, slots: createSlots(2), ...change },
  });
  return { describe, count, described, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

test("a film of 200 sounds is described with one encode for each recipe, and each sound gets its own file", async () => {
  await using rig = await setUp();
  const plan = planOf(200);
  const all = plan.renditions;
  await rig.describe(plan);
  expect(rig.count.encodes).toBe(new Set(all.map(({ recipe }) => JSON.stringify(recipe))).size);
  expect(rig.described[0]).toEqual(all.map(({ recipe }) => JSON.stringify(recipe)));
});

test("sixty plans that differ run two programs at once", async () => {
  await using rig = await setUp();
  const plans = Array.from({ length: 60 }, (_, i) => planOf(1, 1_000_000 + i * 50_000));
  await Promise.all(plans.map((plan) => rig.describe(plan)));
  expect(rig.count.most).toBe(2);
  expect(rig.described.length).toBeGreaterThan(1);
});

test("what is described from the film is so for each film anew, and never taken for what is described from nothing", async () => {
  await using rig = await setUp();
  const plan = planOf(1);
  const fromFilm = { ...plan, describedFrom: "film" } as const;
  const other = { ...fromFilm, source: { ...plan.source, fingerprint: "sha256-sampled:9:ff" } };
  for (const each of [plan, fromFilm, other, fromFilm]) await rig.describe(each);
  const films = rig.described.map(([sample = ""]) => sample.split(" ")[0]?.startsWith("sha256"));
  expect(films).toEqual([false, true, true]);
});

test("a database that does not answer keeps nobody from being described", async () => {
  const never = Promise.withResolvers<void>();
  await using rig = await setUp({
    cache: { get: async () => null, put: () => never.promise },
  });
  await rig.describe(planOf(1));
  expect(rig.described).toHaveLength(1);
});

test("an encoder that fails is asked again by the next", async () => {
  let isBroken = true;
  await using rig = await setUp({}, async (recipe, path) => {
    if (isBroken) throw new ViewraError("TRANSCODING_UNAVAILABLE");
    await writeFile(path, JSON.stringify(recipe));
  });
  await expect(rig.describe(planOf(2))).rejects.toMatchObject({
    code: "TRANSCODING_UNAVAILABLE",
  });
  isBroken = false;
  await rig.describe(planOf(2));
});
