import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import type { SoundCodec } from "../../../src/rendition/encode/sound-encoders.ts";
import {
  compareSound,
  decodeSound,
  interleaved,
  soundFaults,
} from "../../support/compare-audio.ts";
import { measureLoudness, type Loudness } from "../../support/loudness.ts";
import { playSound } from "../../support/played-sound.ts";
import { makeScenes, type SoundScene } from "../../support/sound-scenes.ts";
import {
  createSoundRunner,
  differences,
  planSound,
  soundSamples,
  type SoundFilm,
} from "../../support/sound-run.ts";
import { createTempFolder, type TempFolder } from "../../support/temp-folder.ts";

setDefaultTimeout(60_000);

const runner = createSoundRunner();
let folder: TempFolder;
beforeAll(async () => {
  folder = await createTempFolder("night-mode");
});
afterAll(async () => {
  await runner.close();
  await folder[Symbol.asyncDispose]();
});

type Channels = 1 | 2 | 6;

async function planNight(
  path: string,
  channels: Channels,
  codec: SoundCodec = "aac",
): Promise<SoundFilm> {
  const planned = await planSound(runner, path, Math.max(2, channels), {
    soundCodecs: [{ codec, maxChannels: 8 }],
    nightMode: true,
  });
  const [recipe] = planned.plan.renditions.map((each) => each.recipe);
  expect(recipe).toMatchObject({ codec, channels, dynamics: "night" });
  return planned;
}

const evening: readonly SoundScene[] = [
  { seconds: 5, said: -42, effects: -60 },
  { seconds: 5, said: -27, effects: -50 },
  { seconds: 4, said: -27, effects: -12 },
  { seconds: 4, said: null, effects: -9 },
  { seconds: 5, said: -42, effects: -60 },
  { seconds: 4, said: -27, effects: -33 },
  { seconds: 4, said: -20, effects: -9 },
];

const layouts: readonly [layout: string, channels: Channels][] = [
  ["5.1", 2],
  ["5.1", 6],
  ["mono", 1],
];
test.each(layouts)(
  "what is quiet comes up and what is loud comes down: %s as %d channels",
  async (layout, channels) => {
    const film = folder.file(`evening-${layout}.mov`);
    const hasEffects = layout === "5.1";
    // Without channels of their own effects come out of those that speak.
    const scenes = evening.map((scene) =>
      hasEffects ? scene : { ...scene, said: Math.max(scene.said ?? -9, scene.effects ?? -99) },
    );
    await makeScenes(film, layout, scenes, 3);
    const asItIs = await planSound(runner, film, Math.max(2, channels));
    const [before, after] = await Promise.all([
      measured(asItIs, channels, "as-it-is.f32"),
      measured(await planNight(film, channels), channels, "night.f32"),
    ]);
    expect(after.whole.range).toBeLessThan(0.65 * before.whole.range);
    expect(after.whole.truePeak).toBeLessThan(0);
    const change = after.scenes.map((loudness, i) => loudness - (before.scenes[i] ?? Number.NaN));
    const [quiet, usual, , loud, quietAgain] = change;
    expect(quiet).toBeGreaterThan(8);
    expect(Math.abs(usual ?? Number.NaN)).toBeLessThan(3);
    expect(loud).toBeLessThan(-11);
    // Not held down by the blast before it.
    expect(quietAgain).toBeGreaterThan(7);
  },
);

async function measured(
  planned: SoundFilm,
  channels: Channels,
  name: string,
): Promise<{ readonly whole: Loudness; readonly scenes: readonly number[] }> {
  const path = folder.file(name);
  await Bun.write(path, interleaved(await soundSamples(runner, planned)));
  const layout = { 1: "mono", 2: "stereo", 6: "5.1" }[channels];
  const form = ["-f", "f32le", "-ar", "48000", "-ac", String(channels), "-channel_layout", layout];
  const scenes: number[] = [];
  let at = 0;
  for (const { seconds } of evening) {
    // Half a second for the compressor to follow.
    const piece = ["-ss", String(at + 0.5), "-t", String(seconds - 0.6)];
    scenes.push((await measureLoudness([...piece, ...form, "-i", path])).integrated);
    at += seconds;
  }
  return { whole: await measureLoudness([...form, "-i", path]), scenes };
}

const level = fc.constantFrom(null, -60, -44, -36, -24, -12, -3);
const scene = fc.record({ seconds: fc.constantFrom(0.3, 1, 2.2), said: level, effects: level });
/** The loudest there is up to just where a run at the 12th segment begins to read, then what begins to be compressed. */
const worst: SoundScene[] = [
  { seconds: 1.4, said: -3, effects: -3 },
  { seconds: 8, said: -44, effects: -44 },
];

test("a run that begins at any segment makes the samples of the whole film's", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(scene, { minLength: 4, maxLength: 8 }),
      fc.constantFrom("5.1", "7.1", "stereo", "mono"),
      fc.constantFrom<SoundCodec>("aac", "eac3", "opus", "flac"),
      fc.subarray([2, 3, 5, 8, 10, 11, 12, 13, 14], { minLength: 2, maxLength: 5 }),
      async (scenes, layout, codec, later) => {
        const film = folder.file("joins.mov");
        await makeScenes(film, layout, [...scenes, { seconds: 4, said: -40, effects: -40 }], 11);
        const planned = await planNight(
          film,
          layout === "mono" ? 1 : layout === "7.1" ? 6 : 2,
          codec,
        );
        const whole = await soundSamples(runner, planned);
        const last = Math.ceil((whole.channels[0]?.length ?? 0) / 24_000) - 1;
        const starts = [1, ...later.filter((start) => start <= last)];
        const joined = await soundSamples(runner, planned, { starts });
        expect(differences(whole, joined, 1 / 65_536)).toEqual([]);
      },
    ),
    { numRuns: 3, examples: [[worst, "7.1", "aac", [12, 13]]], endOnFailure: true },
  );
});

test("what is encoded of it stands where it does, without a click where runs join", async () => {
  const film = folder.file("encoded.mov");
  const scenes: SoundScene[] = [
    { seconds: 1.6, said: -6, effects: -3 },
    { seconds: 2, said: -42, effects: -60 },
    { seconds: 3, said: -27, effects: -40 },
  ];
  await makeScenes(film, "5.1", scenes, 21);
  const planned = await planNight(film, 2);
  const truth = await soundSamples(runner, planned);
  const played = await playSound(runner, planned, [1, 4, 11], folder.file("played"));
  expect(played.faults).toEqual([]);
  const heard = await decodeSound(played.path, "0:a:0", 2);
  const report = compareSound(truth, heard, { sourceStart: 0, joins: [1.5, 5] });
  expect(report.windows.length).toBeGreaterThan(12);
  expect(soundFaults(report, 0.1)).toEqual([]);
});
