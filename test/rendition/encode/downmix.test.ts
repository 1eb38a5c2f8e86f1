import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { downmixFaults } from "../../support/judge-downmix.ts";
import { createSoundRunner, planSound, soundSamples } from "../../support/sound-run.ts";
import { makeScenes } from "../../support/sound-scenes.ts";
import { createTempFolder, type TempFolder } from "../../support/temp-folder.ts";

setDefaultTimeout(60_000);

const runner = createSoundRunner();
let folder: TempFolder;
beforeAll(async () => {
  folder = await createTempFolder("downmix");
});
afterAll(async () => {
  await runner.close();
  await folder[Symbol.asyncDispose]();
});

/** The usual ones; `test/nightly` has every other one at any level. */
const layouts: readonly [layout: string, channels: 2 | 6, said: number, effects: number][] = [
  ["2.1", 2, -24, -9],
  ["4.0", 2, -18, -9],
  ["5.0", 2, -36, -24],
  ["5.1", 2, -24, -9],
  ["5.1(side)", 2, -42, -9],
  ["6.1", 2, -24, -15],
  ["7.1", 2, -27, -9],
  ["7.1", 6, -30, -9],
];

test.each(layouts)(
  "of %s mixed to %d channels speech of %d dB is as loud as it was, beside effects of %d dB",
  async (layout, channels, said, effects) => {
    const faults = await downmixFaults(runner, folder, { layout, channels, said, effects });
    expect(faults).toEqual([]);
  },
);

test("peaks in one channel of many are held down, and nothing is heard of it in the others", async () => {
  const film = folder.file("centre.mov");
  await makeScenes(film, "7.1", [{ seconds: 1.5, said: -14, effects: null }], 7);
  const { channels } = await soundSamples(runner, await planSound(runner, film, 6));
  const peaks = channels.map((samples) =>
    samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0),
  );
  expect(peaks.map((peak) => Number(peak.toFixed(2)))).toEqual([0, 0, 0.89, 0, 0, 0]);
});
