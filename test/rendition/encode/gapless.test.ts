import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import {
  choosePieces,
  expectSameLength,
  makeTone,
  musicFiles,
  playPiece,
  toneHertz,
} from "../../support/gapless.ts";
import { createRandom, shuffled } from "../../support/shuffle.ts";
import { createSoundRunner } from "../../support/sound-run.ts";
import { createTempFolder, type TempFolder } from "../../support/temp-folder.ts";

setDefaultTimeout(60_000);

const runner = createSoundRunner();
let folder: TempFolder;
beforeAll(async () => {
  folder = await createTempFolder("gapless");
});
afterAll(async () => {
  await runner.close();
  await folder[Symbol.asyncDispose]();
});

const seed = Number(process.env["VIEWRA_TEST_SEED"] ?? String(Date.now() % 100_000));
const random = createRandom(seed);
// All of them, each night: test/nightly/gapless.test.ts.
test.each(choosePieces(random, 5))(
  `what is made of music is as long, to a sample: $file.name of $rateHz Hz, $samples samples, as $codec (seed ${seed})`,
  (piece) => expectSameLength(runner, piece, folder),
);

/** What FFmpeg leaves out of Opus, which its decoder needs to begin. */
const opusPreskip = 312;
/**
 * Samples at the beginning that lack what a decoder keeps from a frame before. Opus' encoder, which meets a tone that
 * begins at once with nothing before it, is off for some 70 ms at some of its phases.
 */
const settling = { aac: 1024, ac3: 256, eac3: 256, opus: 4200, flac: 0 } as const;
/** Of full scale, where the tone's highest sample is half: what coding changes, also where the tone stops at once. */
const largestError = { aac: 0.08, ac3: 0.08, eac3: 0.08, opus: 0.1, flac: 0.0005 } as const;

test.each([
  "flac",
  ...shuffled(["aac", "ac3", "eac3", "opus"] as const, random).slice(0, 2),
] as const)(
  `two files of one album have nothing between them that the album has not: %s (seed ${seed})`,
  async (codec) => {
    const rateHz = 48_000;
    const [file] = musicFiles;
    if (file === undefined) throw new Error("no files");
    const parts = [7000, 9000].map((samples) => samples + Math.floor(random() * 3000));
    let from = 0;
    const joined: number[] = [];
    const starts: number[] = [];
    for (const samples of parts) {
      const name = `${codec}-${from}`;
      const path = folder.file(`${name}.wav`);
      await makeTone(path, { file, rateHz, samples, codec }, from);
      const played = await playPiece(runner, { codec }, path, folder.file(name));
      const left = codec === "opus" ? opusPreskip : 0;
      starts.push(from);
      joined.push(...new Float32Array(left), ...played.samples.subarray(0, samples - left));
      from += samples;
    }
    expect(joined.length).toBe(from);
    const isSettling = (i: number): boolean =>
      starts.some((start) => i >= start && i < start + settling[codec]);
    const errors = joined.map((sample, i) => {
      const tone = 0.5 * Math.cos((2 * Math.PI * toneHertz * i) / rateHz);
      return isSettling(i) ? 0 : Math.abs(sample - tone);
    });
    expect(Math.max(...errors)).toBeLessThan(largestError[codec]);
  },
);
