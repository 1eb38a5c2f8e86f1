import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { compareSound, decodeSound } from "../support/compare-audio.ts";
import { downmixFaults } from "../support/judge-downmix.ts";
import { makeSound } from "../support/make-sound.ts";
import { createSoundRunner, encodeSound, planSound } from "../support/sound-run.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

setDefaultTimeout(120_000);

const runner = createSoundRunner();
let folder: TempFolder;
beforeAll(async () => {
  folder = await createTempFolder("sound-zoo");
});
afterAll(async () => {
  await runner.close();
  await folder[Symbol.asyncDispose]();
});

/** What each encoder of FFmpeg's takes, and which containers take it. */
const codecs: readonly {
  readonly encoder: string;
  readonly rates: readonly number[];
  readonly layouts: readonly string[];
  readonly containers: readonly string[];
}[] = [
  {
    encoder: "aac",
    rates: [8000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000],
    layouts: ["mono", "stereo", "5.1", "7.1(wide)"],
    containers: ["mp4", "mkv", "ts", "mov"],
  },
  {
    encoder: "ac3",
    rates: [32_000, 44_100, 48_000],
    layouts: ["mono", "stereo", "5.1(side)"],
    containers: ["mkv", "ts", "mp4", "ac3"],
  },
  {
    encoder: "eac3",
    rates: [32_000, 44_100, 48_000],
    layouts: ["stereo", "5.1(side)"],
    containers: ["mkv", "ts", "mp4"],
  },
  {
    encoder: "mp2",
    rates: [16_000, 22_050, 32_000, 44_100, 48_000],
    layouts: ["mono", "stereo"],
    containers: ["ts", "mkv", "mpg", "avi"],
  },
  {
    encoder: "libmp3lame",
    rates: [8000, 22_050, 32_000, 44_100, 48_000],
    layouts: ["mono", "stereo"],
    containers: ["mp3", "mkv", "avi"],
  },
  {
    encoder: "flac",
    rates: [8000, 44_100, 48_000, 96_000, 192_000],
    layouts: ["mono", "stereo", "5.1"],
    containers: ["flac", "mkv", "mp4"],
  },
  {
    encoder: "alac",
    rates: [44_100, 48_000, 96_000],
    layouts: ["mono", "stereo", "5.1"],
    containers: ["mov", "mp4"],
  },
  {
    encoder: "libopus",
    rates: [48_000],
    layouts: ["mono", "stereo", "5.1"],
    containers: ["mkv", "webm", "mp4", "ts"],
  },
  {
    encoder: "libvorbis",
    rates: [8000, 22_050, 44_100, 48_000],
    layouts: ["mono", "stereo", "5.1"],
    containers: ["ogg", "webm", "mkv"],
  },
  {
    encoder: "pcm_s16le",
    rates: [8000, 11_025, 44_100, 48_000, 96_000, 192_000],
    layouts: ["mono", "stereo", "quad", "5.1"],
    containers: ["wav", "mov", "mkv", "avi"],
  },
];
/** `planSound`'s. */
const segmentSeconds = 0.5;
/** Seconds on the file's clock at which it begins, where its container keeps one. */
const starts = [0, 0.013, 3.7];
const keepsStart = new Set(["mkv", "ts", "webm", "mpg"]);
const channelsOf: Readonly<Record<string, number>> = { mono: 1, quad: 4, "5.1": 6, "5.1(side)": 6 };

/** Every value of each list with every container, each list going round at a pace of its own. */
const cases = codecs.flatMap(({ encoder, rates, layouts, containers }) =>
  containers.flatMap((container, i) =>
    Array.from({ length: Math.max(rates.length, layouts.length) }, (_, j) => {
      const rate = rates[j % rates.length] ?? 48_000;
      const layout = layouts[(i + j) % layouts.length] ?? "stereo";
      const start = keepsStart.has(container) ? (starts[(i + j) % starts.length] ?? 0) : 0;
      return [encoder, container, rate, layout, start] as const;
    }),
  ),
);

test.each(cases)("%s in .%s of %d Hz, %s, from %d s, is in its place", async (...one) => {
  const [encoder, container, sampleRateHz, layout, start] = one;
  const channels = layout === "7.1(wide)" ? 8 : (channelsOf[layout] ?? 2);
  const film = folder.file(`${one.join(" ")}.${container}`);
  const offset = start === 0 ? [] : ["-output_ts_offset", String(start)];
  const encode = ["-c:a", encoder, "-strict", "-2", ...offset];
  await makeSound(film, { channels, layout, sampleRateHz, seconds: 3, encode });
  const planned = await planSound(runner, film);
  const heard = channels === 1 ? 1 : 2;
  const truth = await decodeSound(film, "0:a:0", heard);
  for (const from of [[1], [1, 2, 4, 5]]) {
    const output = await encodeSound(runner, planned, { starts: from });
    const sourceStart = planned.source.startTimeSeconds;
    const { windows } = compareSound(truth, output, { sourceStart });
    expect(windows.length).toBeGreaterThan(3);
    const joins = from.slice(1).map((n) => segmentSeconds * (n - 1));
    for (const { at, offsetMs, likeness } of windows) {
      // Two runs may place sound of no known grid half a millisecond apart: of noise that is much.
      const isAcross = joins.some((join) => at < join && join < at + 0.5);
      // A quarter of the rate is all that an 8 kHz file holds of the noise's band.
      expect(likeness).toBeGreaterThan(isAcross ? 0.75 : 0.85);
      expect(Math.abs(offsetMs ?? 0)).toBeLessThan(1.1);
    }
  }
});

/** All that FFmpeg names and mixes, in which something is said in front. */
const mixedLayouts = [
  ...["2.1", "3.0", "3.0(back)", "4.0", "quad", "quad(side)", "3.1", "5.0", "5.0(side)", "4.1"],
  ...["5.1", "5.1(side)", "6.0", "6.0(front)", "hexagonal", "6.1", "6.1(back)", "6.1(front)"],
  ...["7.0", "7.0(front)", "7.1", "7.1(wide)", "7.1(wide-side)", "octagonal"],
];
/** Of these 5.1 can be made. */
const widest = new Set(["6.1", "6.1(back)", "7.0", "7.1", "7.1(wide)", "octagonal"]);
const decibels = (min: number, max: number) => fc.integer({ min, max });

test.each(mixedLayouts)(
  "of %s mixed down speech of any level is as loud as it was",
  async (layout) => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<2 | 6>(...(widest.has(layout) ? ([2, 6] as const) : ([2] as const))),
        decibels(-48, -14),
        decibels(-60, -6),
        async (channels, said, effects) => {
          const faults = await downmixFaults(runner, folder, { layout, channels, said, effects });
          expect(faults).toEqual([]);
        },
      ),
      { numRuns: 2, endOnFailure: true },
    );
  },
);
