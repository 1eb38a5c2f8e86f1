import { expect, test } from "bun:test";
import software from "../../plugins/transcoding/ffmpeg_software/index.ts";
import type { Machine, TranscodingProvider } from "../../src/plugin/sdk.ts";
import { createProviderRegistry, type TryDevice } from "../../src/provider/provider-registry.ts";
import { trialRecipe } from "../../src/rendition/encode/trial-recipe.ts";

const machine: Machine = {
  encoders: new Set(["h264_gpu", "hevc_gpu"]),
  filters: new Set(),
  renderNodes: [],
  nvidiaCards: [{ path: "/dev/nvidia0", index: 0, isOpen: true }],
};

/** Has a device for each of NVIDIA's cards. */
const gpu: TranscodingProvider = {
  ...software,
  id: "gpu",
  priority: 10,
  encoders: { h264: "h264_gpu", hevc: "hevc_gpu", av1: "av1_gpu" },
  tune: (target, quality) => ({
    ...software.tune(target, quality),
    encoder: `${target.codec}_gpu`,
  }),
  findDevices: ({ nvidiaCards }) => ({
    devices: nvidiaCards.map(({ index }) => ({ id: String(index), name: `card ${index}` })),
    missing: nvidiaCards.length === 0 ? "There is no card: buy one" : null,
  }),
  onDevice: ({ id }) => ({ ...software.onDevice({ id, name: "" }), globalArgs: ["-gpu", id] }),
};

const recipeOf = (provider: TranscodingProvider, codec: "h264" | "hevc" | "av1") =>
  trialRecipe(provider, { codec, range: "sdr", quality: "medium" });
const open = () => createProviderRegistry({ providers: [software, gpu], fallback: software });
const works: TryDevice = async () => ({ ok: true });

test("until anything is known the processor encodes all", () => {
  const registry = open();
  expect(registry.usable().map(({ id }) => id)).toEqual(["ffmpeg_software"]);
  expect(registry.usable()[0]?.encoders).toEqual(software.encoders);
  expect(registry.encoderFor(recipeOf(software, "h264")).globalArgs).toEqual([]);
  expect(() => registry.encoderFor(recipeOf(gpu, "h264"))).toThrow("There is no card: buy one");
});

test("what was proven is used for what it was proven to write, before the processor", async () => {
  const registry = open();
  await registry.probe(
    async () => machine,
    async (_provider, _device, codec) =>
      codec === "h264" ? { ok: true } : { ok: false, reason: `no ${codec} in this card` },
  );
  expect(registry.usable().map(({ id, encoders }) => [id, Object.keys(encoders)])).toEqual([
    ["gpu", ["h264"]],
    ["ffmpeg_software", ["h264", "hevc", "av1", "vp9"]],
  ]);
  expect(registry.encoderFor(recipeOf(gpu, "h264")).globalArgs).toEqual(["-gpu", "0"]);
  const hevc = (): unknown => registry.encoderFor(recipeOf(gpu, "hevc"));
  expect(hevc).toThrow("gpu: card 0: no hevc in this card");
  // That FFmpeg has no such encoder is known without a trial.
  const av1 = (): unknown => registry.encoderFor(recipeOf(gpu, "av1"));
  expect(av1).toThrow("This FFmpeg was built without av1_gpu");
});

test("the first device that does it is taken", async () => {
  const registry = open();
  const two = [0, 1].map((index) => ({ path: `/dev/nvidia${index}`, index, isOpen: true }));
  await registry.probe(
    async () => ({ ...machine, nvidiaCards: two }),
    async (_provider, device) =>
      device.id === "1" ? { ok: true } : { ok: false, reason: "it is worn out" },
  );
  expect(registry.encoderFor(recipeOf(gpu, "h264")).globalArgs).toEqual(["-gpu", "1"]);
});

test("a device that was taken away is not used any more", async () => {
  const registry = open();
  await registry.probe(async () => machine, works);
  expect(registry.usable().map(({ id }) => id)).toEqual(["gpu", "ffmpeg_software"]);
  await registry.probe(async () => ({ ...machine, nvidiaCards: [] }), works);
  expect(registry.usable().map(({ id }) => id)).toEqual(["ffmpeg_software"]);
  expect(registry.states().find(({ provider }) => provider.id === "gpu")?.missing).toContain("buy");
});

test("while the trials go on nothing is used that was not proven, but what plans were made for before is tried", async () => {
  const registry = open();
  const { promise, resolve } = Promise.withResolvers<void>();
  const probed = registry.probe(
    async () => machine,
    async () => {
      await promise;
      return { ok: true };
    },
  );
  await Bun.sleep(1);
  expect(registry.usable().map(({ id }) => id)).toEqual(["ffmpeg_software"]);
  expect(registry.encoderFor(recipeOf(gpu, "h264")).globalArgs).toEqual(["-gpu", "0"]);
  resolve();
  await probed;
  expect(registry.usable().map(({ id }) => id)).toEqual(["gpu", "ffmpeg_software"]);
});

test("a device that is tried again serves meanwhile", async () => {
  const registry = open();
  await registry.probe(async () => machine, works);
  const seen: string[] = [];
  await registry.probe(
    async () => machine,
    async () => {
      seen.push(...registry.usable().map(({ id }) => id));
      return { ok: false, reason: "it is hot" };
    },
  );
  expect(seen.slice(0, 2)).toEqual(["gpu", "ffmpeg_software"]);
  expect(registry.usable().map(({ id }) => id)).toEqual(["ffmpeg_software"]);
});

test("a provider that keeps failing is set aside, the processor never, and it is tried again later", async () => {
  let now = 0;
  const registry = createProviderRegistry({
    ...{ providers: [software, gpu], fallback: software, now: () => now },
  });
  await registry.probe(async () => machine, works);
  const ids = (): string[] => registry.usable().map(({ id }) => id);
  for (const [minute, expected] of [
    [0, "gpu"],
    [4, "gpu"],
    [8, "ffmpeg_software"],
  ] as const) {
    now = minute * 60_000;
    registry.failed("gpu");
    for (let i = 0; i < 5; i++) registry.failed("ffmpeg_software");
    expect(ids()[0]).toBe(expected);
  }
  // What it made plans for before is not refused for that.
  expect(registry.encoderFor(recipeOf(gpu, "h264")).globalArgs).toEqual(["-gpu", "0"]);
  now = 10 * 60_000 + 1;
  expect(ids()).toEqual(["gpu", "ffmpeg_software"]);
  now = 11 * 60_000;
  registry.failed("gpu");
  expect(ids()).toEqual(["ffmpeg_software"]);
});

test("another revision's recipe, and an unknown provider's, are nobody's", async () => {
  const registry = open();
  const old = { ...recipeOf(software, "h264"), provider: { id: "ffmpeg_software", revision: 99 } };
  expect(() => registry.encoderFor(old)).toThrow("of revision 1 here, and 99 is needed");
  const foreign = { ...recipeOf(software, "h264"), provider: { id: "ffmpeg_amf", revision: 1 } };
  expect(() => registry.encoderFor(foreign)).toThrow("No provider ffmpeg_amf here");
});

test("a probe that is told to end tries nothing more", async () => {
  const registry = open();
  const stopping = new AbortController();
  let tried = 0;
  const probed = registry.probe(
    async () => machine,
    async () => {
      tried++;
      stopping.abort();
      return { ok: true };
    },
    stopping.signal,
  );
  await expect(probed).rejects.toThrow();
  expect(tried).toBe(1);
});
