import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { interleaved } from "../../support/compare-audio.ts";
import { measureLoudness } from "../../support/loudness.ts";
import { makeScenes, type SoundScene } from "../../support/sound-scenes.ts";
import { createSoundRunner, planSound, soundSamples } from "../../support/sound-run.ts";
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

/** Each with how many channels are made of it, and of how loud speech and effects are, dB below full scale. */
const layouts: readonly [layout: string, channels: 2 | 6, said: number, effects: number][] = [
  ["2.1", 2, -24, -9],
  ["3.0", 2, -30, -12],
  ["4.0", 2, -18, -9],
  ["quad", 2, -27, -9],
  ["5.0", 2, -36, -24],
  ["5.0(side)", 2, -21, -9],
  ["5.1", 2, -24, -9],
  ["5.1(side)", 2, -42, -9],
  ["6.0(front)", 2, -24, -9],
  ["6.1", 2, -24, -15],
  ["6.1", 6, -24, -9],
  ["7.0", 2, -15, -30],
  ["7.1", 2, -27, -9],
  ["7.1", 6, -30, -9],
  ["7.1(wide)", 2, -24, -9],
  ["octagonal", 2, -33, -9],
];

test.each(layouts)(
  "of %s mixed to %d channels speech of %d dB is as loud as it was, beside effects of %d dB",
  async (layout, channels, said, effects) => {
    const scenes: SoundScene[] = [
      { seconds: 1.5, said, effects: null },
      { seconds: 0.8, said, effects },
      { seconds: 0.7, said: null, effects },
      { seconds: 1.5, said, effects: null },
    ];
    const film = folder.file(`${layout}-${channels}.mov`);
    await makeScenes(film, layout, scenes, 7);
    const planned = await planSound(runner, film, channels);
    const mixed = await soundSamples(runner, planned);
    expect(mixed.channels).toHaveLength(channels);
    const peak = mixed.channels.flatMap((samples) => samples.reduce(louder, 0)).reduce(louder, 0);
    expect(peak).toBeLessThan(0.9);
    const path = folder.file("mixed.f32");
    await Bun.write(path, interleaved(mixed));
    const form = ["-f", "f32le", "-ar", "48000", "-ac", String(channels)];
    const named = ["-channel_layout", channels === 2 ? "stereo" : "5.1"];
    // A twentieth of a second after the effects, for the limiter to let go.
    for (const start of ["0", "3.05"]) {
      const piece = ["-ss", start, "-t", "1.4"];
      const before = await measureLoudness([...piece, "-i", film]);
      const after = await measureLoudness([...form, ...named, ...piece, "-i", path]);
      expect(Math.abs(before.integrated - said)).toBeLessThan(6);
      expect(Math.abs(after.integrated - before.integrated)).toBeLessThan(0.3);
    }
  },
);

function louder(peak: number, sample: number): number {
  return Math.max(peak, Math.abs(sample));
}
