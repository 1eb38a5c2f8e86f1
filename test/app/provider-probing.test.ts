import { afterAll, beforeAll, expect, test } from "bun:test";
import nvidia from "../../plugins/transcoding/ffmpeg_nvidia/index.ts";
import software from "../../plugins/transcoding/ffmpeg_software/index.ts";
import { startProviderProbing } from "../../src/app/provider-probing.ts";
import { createLogger } from "../../src/log/logger.ts";
import type { Machine } from "../../src/plugin/sdk.ts";
import { createProviderRegistry, type TryDevice } from "../../src/provider/provider-registry.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

const log = createLogger({ level: "error", format: "text", write: () => {} });
const machine: Machine = {
  encoders: new Set(["h264_nvenc", "hevc_nvenc"]),
  filters: new Set(["yadif_cuda"]),
  renderNodes: [],
  nvidiaCards: [{ path: "/dev/nvidia0", index: 0, isOpen: true }],
};
let folder: TempFolder;
beforeAll(async () => {
  folder = await createTempFolder("probing");
});
afterAll(() => folder[Symbol.asyncDispose]());

const works: TryDevice = async (_provider, _device, codec) =>
  codec === "h264" ? { ok: true } : { ok: false, reason: `no ${codec}` };

/** A server's probing, with what is used at the moment. */
function start(
  path: string,
  tryDevice: TryDevice,
  { version = "5.1.9", read = async (): Promise<Machine> => machine } = {},
) {
  const registry = createProviderRegistry({
    ...{ providers: [nvidia, software], fallback: software },
    tryDecodings: async () => ["h264 8", "hevc 10"],
  });
  const probed: number[] = [];
  const probing = startProviderProbing({
    engine: {
      ...{ providers: registry, tryDevice, readMachine: read },
      tools: { ffmpeg: { found: true, path: "ffmpeg", version } },
    },
    ...{
      path,
      log,
      lookMs: 20,
      plugins: Promise.resolve(),
      onProbed: () => probed.push(performance.now()),
    },
  });
  const used = (): string[] => registry.usable().map(({ id }) => id);
  return { registry, probing, probed, used };
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + 10_000; !isSo(); await Bun.sleep(5)) {
    if (performance.now() > end) throw new Error("it never was so");
  }
}

const never: TryDevice = () => new Promise(() => undefined);

test("what was found out is used at once by the next process, and what it decodes with it, until it is found out anew", async () => {
  const path = folder.file("kept.json");
  const first = start(path, works);
  expect(first.used()).toEqual(["ffmpeg_software"]);
  await until(() => first.probed.length > 0);
  expect(first.used()).toEqual(["ffmpeg_nvidia", "ffmpeg_software"]);
  await first.probing.close();

  // Its trials have no end yet.
  const second = start(path, never);
  await until(() => second.used().length === 2);
  const [before, after] = [first, second].map(({ registry }) => registry.states());
  expect(after).toEqual(before ?? []);
  expect(second.probed).toEqual([]);
  void second.probing.close();

  // It has broken since.
  const third = start(path, async () => ({ ok: false, reason: "it is worn out" }));
  await until(() => third.probed.length > 0);
  expect(third.used()).toEqual(["ffmpeg_software"]);
  await third.probing.close();
});

test("what was found out with another FFmpeg, other devices or other words in the file is not used", async () => {
  const path = folder.file("other.json");
  const first = start(path, works);
  await until(() => first.probed.length > 0);
  await first.probing.close();
  const kept = await Bun.file(path).text();
  const another = { ...machine, nvidiaCards: [{ path: "/dev/nvidia1", index: 0, isOpen: true }] };
  const changes: readonly (() => ReturnType<typeof start>)[] = [
    () => start(path, never, { version: "6.1" }),
    () => start(path, never, { read: async () => another }),
  ];
  const spoilt = ["", "{", "null", "[]", kept.slice(0, -9), kept.replace('"ok":true', '"ok":1')];
  const files = await Promise.all(
    spoilt.map(async (text, i) => {
      await Bun.write(folder.file(`spoilt${i}.json`), text);
      return folder.file(`spoilt${i}.json`);
    }),
  );
  for (const open of [...changes, ...files.map((file) => () => start(file, never))]) {
    const { used, probing, registry } = open();
    // The search for devices comes first of a look: from then on nothing of the file is outstanding.
    await until(() => (registry.states()[0]?.devices.length ?? 0) > 0);
    expect(used()).toEqual(["ffmpeg_software"]);
    void probing.close();
  }
});

test("another device, or another driver, is found while the server runs, and what it encodes measured", async () => {
  let now: Machine = { ...machine, nvidiaCards: [] };
  const { used, probed, probing } = start(folder.file("later.json"), works, {
    read: async () => now,
  });
  await until(() => probed.length === 1);
  expect(used()).toEqual(["ffmpeg_software"]);
  await Bun.sleep(100);
  expect(probed).toHaveLength(1);
  now = machine;
  await until(() => probed.length === 2);
  expect(used()).toEqual(["ffmpeg_nvidia", "ffmpeg_software"]);
  await probing.close();
});
