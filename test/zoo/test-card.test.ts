import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { judgeColours } from "./judge-colours.ts";
import { judgePictures, judgeShape, type DecodedPictures } from "./judge-pictures.ts";
import { shape } from "./shape.ts";
import type { ColourSpace } from "../support/colour.ts";
import { decodeTrack } from "../support/decode.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { writeCards, type Card } from "../support/test-card.ts";

setDefaultTimeout(30_000);

const colour: ColourSpace = {
  ...({ matrix: "smpte170m", primaries: "smpte170m", transfer: "smpte170m" } as const),
  range: "tv",
};
const tags = { ...colour };
const card: Card = { width: 160, height: 90, sampleAspect: 1, colour };
const { expected } = shape("test", "card", { width: 160, height: 90, frames: 20, sounds: [] });

let folder: TempFolder;
let cards: string;

beforeAll(async () => {
  folder = await createTempFolder("card");
  cards = folder.file("cards.raw");
  await writeCards(cards, card, 0, 20);
});
afterAll(() => folder[Symbol.asyncDispose]());

/** The card's pictures after a filter, as a player decodes them. */
async function filtered(filter: string, width = 160, height = 90): Promise<DecodedPictures> {
  const film = folder.file("film.nut");
  const raw = ["-f", "rawvideo", "-pix_fmt", "yuv444p16le", "-s", "160x90", "-r", "25"];
  const made = Bun.spawn(
    [
      ...["ffmpeg", "-nostdin", "-y", "-v", "error", ...raw, "-i", cards],
      ...["-vf", `${filter},format=yuv420p`, "-c:v", "rawvideo", film],
    ],
    { stderr: "inherit" },
  );
  expect(await made.exited).toBe(0);
  const { bytes, times } = await decodeTrack(film, "0:v:0", ["-c:v", "rawvideo"]);
  const size = (width * height * 3) / 2;
  const count = Math.floor(bytes.length / size);
  const pictures = Array.from({ length: count }, (_, i) => ({
    bytes: bytes.subarray(i * size, (i + 1) * size),
    width,
    height,
  }));
  return { pictures, times };
}

describe("the judges of the test card", () => {
  test("find nothing in the card itself", async () => {
    const decoded = await filtered("null");
    expect(decoded.pictures).toHaveLength(20);
    expect(judgePictures(decoded, 25, expected).faults).toEqual([]);
    expect(judgeShape(decoded, 1, expected)).toEqual([]);
    expect(judgeColours(decoded, tags, colour, expected)).toEqual([]);
  });

  test.each([
    ["one picture late", "tpad=start=1:start_mode=clone", "is moved by 40 ms"],
    ["one picture short", "select=lt(n\\,10)+gt(n\\,10),setpts=N/25/TB", "are missing"],
    ["mirrored", "hflip", "without a number"],
    ["upside down", "vflip", "without a number"],
    ["backwards", "reverse", "goes back"],
  ])("find a film that is %s", async (_, filter, fault) => {
    const decoded = await filtered(filter);
    expect(judgePictures(decoded, 25, expected).faults.join()).toMatch(fault);
  });

  test.each([
    ["squeezed into a frame of the right shape", "scale=120:90,pad=160:90:20:0"],
    ["a twelfth too wide", "crop=148:90:6:0,scale=160:90"],
  ])("find a square that is %s", async (_, filter) => {
    const decoded = await filtered(filter);
    expect(judgeShape(decoded, 1, { ...expected }).join()).toMatch(/square|box/);
  });

  test("find a picture shown in the wrong shape", async () => {
    const decoded = await filtered("scale=160:96", 160, 96);
    expect(judgeShape(decoded, 1, expected).join()).toMatch("is shown as 1.667");
  });

  test("see the card between bars where bars may be", async () => {
    const decoded = await filtered("scale=120:68:flags=area,pad=160:90:20:11");
    const among = { ...expected, mayHaveBars: true };
    expect(judgePictures(decoded, 25, among).faults).toEqual([]);
    expect(judgeShape(decoded, 1, among)).toEqual([]);
    expect(judgeColours(decoded, tags, colour, among)).toEqual([]);
  });

  test.each([
    ["the other matrix", { matrix: "bt709" }],
    ["the other range", { range: "pc" }],
    ["other primaries", { primaries: "bt2020" }],
    ["another curve", { transfer: "gamma28" }],
  ])("find colours that are named as of %s", async (_, wrong) => {
    const decoded = await filtered("null");
    expect(judgeColours(decoded, { ...tags, ...wrong }, colour, expected)).toHaveLength(1);
  });

  test("find chroma that is two steps off", async () => {
    const decoded = await filtered("format=yuv444p,lutyuv=u=val+5:v=val-5");
    expect(judgeColours(decoded, tags, colour, expected)).toHaveLength(1);
  });
});
