import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { ViewraError } from "../../src/errors/viewra-error.ts";
import { createSideTexts } from "../../src/library/side-texts.ts";
import { createTempFolder, type TempFolder } from "../support/temp-folder.ts";
import { exampleSource } from "../media/example-source.ts";

let folder: TempFolder;
const source = exampleSource({});

beforeAll(async () => {
  folder = await createTempFolder("side-texts");
  await mkdir(folder.file("one/Subs"), { recursive: true });
  await mkdir(folder.file("two/subs/b"), { recursive: true });
  await writeFile(folder.file("one/film.mkv"), "a film");
  for (const name of ["a.mkv", "b.mkv"]) await writeFile(folder.file(`two/${name}`), "a film");
});

afterAll(() => folder[Symbol.asyncDispose]());

const sides = () =>
  createSideTexts(async (path) => {
    if (path.includes("far")) throw new ViewraError("MEDIA_UNREADABLE");
    return path;
  });

const said = async (film: string, of = sides()): Promise<string[]> => {
  const { subtitles } = await of.withTexts(folder.file(film), source);
  return subtitles.map(({ language, codec, title }) => [language, codec, title].join(" ").trim());
};

describe("the texts that lie beside a film", () => {
  test("are found beside it and in Subs, by name, and a source without any stays what it is", async () => {
    expect(await sides().withTexts(folder.file("one/film.mkv"), source)).toBe(source);
    await writeFile(folder.file("one/film.de.srt"), "x");
    await writeFile(folder.file("one/film.en.ass"), "x");
    await writeFile(folder.file("one/other.fr.srt"), "x");
    await writeFile(folder.file("one/Subs/2_Spanish.vtt"), "x");
    expect(await said("one/film.mkv")).toEqual(["de subrip", "en ass", "es webvtt"]);
  });

  test("in a folder of several films belong to the one that they name", async () => {
    await writeFile(folder.file("two/a.en.srt"), "x");
    await writeFile(folder.file("two/subs/French.srt"), "x");
    await writeFile(folder.file("two/subs/a.it.srt"), "x");
    await writeFile(folder.file("two/subs/b/French.srt"), "x");
    expect(await said("two/a.mkv")).toEqual(["en subrip", "it subrip"]);
    expect(await said("two/b.mkv")).toEqual(["fr subrip"]);
  });

  test.each(["ts", "wmv", "mpg"])("in a folder of several %s files as well", async (ending) => {
    await mkdir(folder.file(`${ending}/Subs`), { recursive: true });
    for (const name of ["c", "d"])
      await writeFile(folder.file(`${ending}/${name}.${ending}`), "a film");
    await writeFile(folder.file(`${ending}/Subs/English.srt`), "x");
    await writeFile(folder.file(`${ending}/Subs/c.it.srt`), "x");
    expect(await said(`${ending}/c.${ending}`)).toEqual(["it subrip"]);
    expect(await said(`${ending}/d.${ending}`)).toEqual([]);
  });

  test("are the one's with the longest name that fits, wherever they lie", async () => {
    await mkdir(folder.file("names/Subs"), { recursive: true });
    for (const name of ["Alien.mkv", "Alien.Covenant.mkv", "ALIEN.mp4"])
      await writeFile(folder.file(`names/${name}`), "a film");
    for (const name of ["Alien.Covenant.en.srt", "Alien.de.srt", "Subs/Alien.Covenant.fr.srt"])
      await writeFile(folder.file(`names/${name}`), "x");
    expect(await said("names/Alien.mkv")).toEqual(["de subrip"]);
    expect(await said("names/ALIEN.mp4")).toEqual(["de subrip"]);
    expect(await said("names/Alien.Covenant.mkv")).toEqual(["en subrip", "fr subrip"]);
    await rm(folder.file("names/Alien.Covenant.mkv"));
    expect(await said("names/Alien.mkv")).toEqual([
      ...["en subrip Covenant", "de subrip", "fr subrip Covenant"],
    ]);
  });

  test("are no pictures of a DVD, whose ending some texts have", async () => {
    await mkdir(folder.file("pictures"), { recursive: true });
    await writeFile(folder.file("pictures/film.mkv"), "a film");
    await writeFile(folder.file("pictures/film.en.sub"), Buffer.from([0, 0, 1, 0xba, 0x7b, 0x7b]));
    await writeFile(folder.file("pictures/film.de.sub"), "[INFORMATION]\n");
    await writeFile(folder.file("pictures/film.fr.sub"), "{1}{2}x");
    expect(await said("pictures/film.mkv")).toEqual(["de microdvd", "fr microdvd"]);
  });

  test("are the same object until one of them changes, by name or by a byte", async () => {
    const own = sides();
    const path = folder.file("one/film.mkv");
    const first = await own.withTexts(path, source);
    expect(await own.withTexts(path, source)).toBe(first);
    await writeFile(folder.file("one/film.de.srt"), "y");
    const second = await own.withTexts(path, source);
    expect(second).not.toBe(first);
    expect(second.subtitles[0]?.side?.sha256).not.toBe(first.subtitles[0]?.side?.sha256);
    await rename(folder.file("one/film.de.srt"), folder.file("one/film.it.srt"));
    expect(await said("one/film.mkv", own)).toContain("it subrip");
    await rm(folder.file("one/film.it.srt"));
    expect(await said("one/film.mkv", own)).toEqual(["en ass", "es webvtt"]);
  });

  test("of 100 MB, or beyond 128 MB of all, are told as left out", async () => {
    await mkdir(folder.file("large"));
    const sizes = {
      "film.aa": 100e6,
      "film.bb": 30e6,
      "film.cc": 31e6,
      "film.dd": 33e6,
      "film.ee": 33e6,
    };
    await writeFile(folder.file("large/film.mkv"), "");
    for (const [name, size] of Object.entries({ ...sizes, "film.ff": 32e6, "film.gg": 1e6 })) {
      await writeFile(folder.file(`large/${name}.srt`), "x");
      await truncate(folder.file(`large/${name}.srt`), size);
    }
    const whole = await sides().withTexts(folder.file("large/film.mkv"), source);
    expect(whole.subtitles.map(({ index }) => index)).toEqual([1001, 1002, 1003, 1004, 1006]);
    expect(whole.leftOut.map(({ index, obstacle }) => [index, obstacle])).toEqual([
      [1000, expect.stringContaining("it has 100 MB")],
      [1005, expect.stringContaining("it has 32 MB")],
    ]);
  });

  test("are no folder, nothing empty, nothing of 100 MB, nothing out of reach and nothing that leads nowhere", async () => {
    await mkdir(folder.file("one/film.nl.srt"));
    await writeFile(folder.file("one/film.da.srt"), "");
    await writeFile(folder.file("far.srt"), "x");
    await symlink(folder.file("nowhere"), folder.file("one/film.fi.srt"));
    await writeFile(folder.file("one/film.pl.srt"), "");
    await truncate(folder.file("one/film.pl.srt"), 100_000_000);
    const own = createSideTexts(async (path) => {
      if (path.endsWith("film.sv.srt")) throw new ViewraError("MEDIA_UNREADABLE");
      return path;
    });
    await symlink(folder.file("far.srt"), folder.file("one/film.sv.srt"));
    expect(await said("one/film.mkv", own)).toEqual(["en ass", "es webvtt"]);
  });
});
