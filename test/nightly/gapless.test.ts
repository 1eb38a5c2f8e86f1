import { afterAll, beforeAll, setDefaultTimeout, test } from "bun:test";
import { choosePieces, expectSameLength, musicFiles } from "../support/gapless.ts";
import { createRandom } from "../support/shuffle.ts";
import { createSoundRunner } from "../support/sound-run.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

setDefaultTimeout(60_000);

const runner = createSoundRunner();
let folder: TempFolder;
beforeAll(async () => {
  folder = await createTempFolder("gapless-nightly");
});
afterAll(async () => {
  await runner.close();
  await folder[Symbol.asyncDispose]();
});

const seed = Number(process.env["VIEWRA_TEST_SEED"] ?? String(Date.now() % 100_000));
const random = createRandom(seed);
const rounds = Array.from({ length: 10 }, () => choosePieces(random, musicFiles.length)).flat();

test.each(rounds)(
  `what is made of music is as long, to a sample: $file.name of $rateHz Hz, $samples samples, as $codec (seed ${seed})`,
  (piece) => expectSameLength(runner, piece, folder),
);
