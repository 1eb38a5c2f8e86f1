import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mediaEndings } from "../../src/library/media-name.ts";
import { createEndPlayer, type EndPlayer } from "../support/play-ends.ts";
import { runTool } from "../support/run-tool.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { endingRecipes } from "../library/endings.ts";

setDefaultTimeout(60_000);

let folder: TempFolder;
let player: EndPlayer;
beforeAll(async () => {
  folder = await createTempFolder("endings");
  player = await createEndPlayer();
});
afterAll(async () => {
  await player.close();
  await folder[Symbol.asyncDispose]();
});

test("there is a way to make a file of every ending that is listed, or a word that there is none", () => {
  expect(Object.keys(endingRecipes).toSorted()).toEqual(mediaEndings.toSorted());
});

/** Endings that differ by name alone are made and played once. */
const cases = new Map(
  Object.entries(endingRecipes).flatMap(([ending, recipe]) =>
    recipe === null ? [] : [[recipe.join(" "), { ending, recipe }]],
  ),
);

test.each([...cases.values()])(
  "a file that ends in .$ending plays from its first segment to its last",
  async ({ ending, recipe }) => {
    const path = folder.file(`film.${ending}`);
    const inputs = [
      ...["-f", "lavfi", "-i", "testsrc2=s=176x144:r=25:d=3"],
      ...["-f", "lavfi", "-i", "sine=r=48000:d=3"],
    ];
    const make = ["ffmpeg", "-nostdin", "-v", "error", "-y", ...inputs, "-t", "3"];
    await runTool([...make, ...recipe, path]);
    const { source, plan, faults } = await player.play(path);
    expect(faults).toEqual([]);
    expect(plan.renditions.length).toBe(recipe.includes("-vn") || recipe.includes("-an") ? 1 : 2);
    // Codec frames are up to a tenth of a second long, and priming is not always told.
    expect(Math.abs(source.durationSeconds - 3)).toBeLessThan(0.2);
    expect(source.leftOut).toEqual([]);
  },
);
