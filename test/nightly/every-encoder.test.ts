import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { isDecoded } from "../../src/media/decoded-codecs.ts";
import { listEncoders, makeWithEncoder } from "../support/encoder-files.ts";
import { createEndPlayer, type EndPlayer } from "../support/play-ends.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";

setDefaultTimeout(120_000);

let folder: TempFolder;
let player: EndPlayer;
const outcomes = { plays: 0, refused: 0, "cannot be made": 0 };

beforeAll(async () => {
  folder = await createTempFolder("encoders");
  player = await createEndPlayer();
});
afterAll(async () => {
  await player.close();
  await folder[Symbol.asyncDispose]();
});

test.each(await listEncoders())(
  "what FFmpeg's $name ($kind) makes plays, or is refused when it is scanned",
  async (encoder) => {
    const path = await makeWithEncoder(encoder, folder.file(encoder.name));
    if (path === null) {
      // Of a device that is not here, or of no container that is a film.
      outcomes["cannot be made"]++;
      return;
    }
    if (isDecoded(encoder.codec)) {
      outcomes.plays++;
      expect((await player.play(path)).faults).toEqual([]);
    } else {
      outcomes.refused++;
      const refused = player.play(path);
      await expect(refused).rejects.toMatchObject({ code: "MEDIA_UNSUPPORTED" });
      await expect(refused).rejects.toThrow(encoder.codec);
    }
  },
);

test("most encoders can be tried here", () => {
  expect(outcomes.plays).toBeGreaterThan(80);
  expect(outcomes.refused).toBeGreaterThan(5);
});
