import { expect, test } from "bun:test";
import { sideName } from "../../src/subtitle/side-name.ts";

/** What a name says, in short: language, then D for default, F forced, H for who does not hear, C commentary, title. */
function said(film: string, name: string, hasFolder = false): string | null {
  const found = sideName(film, name, hasFolder);
  if (found === null) return null;
  const flags = [
    ...(found.isDefault ? ["D"] : []),
    ...(found.isForced ? ["F"] : []),
    ...(found.isForHearingImpaired ? ["H"] : []),
    ...(found.isCommentary ? ["C"] : []),
  ];
  return [found.language, flags.join(""), found.title ?? ""].join(" ").trim().replace("  ", " ");
}

test.each([
  ["film.srt", "und"],
  ["film.en.srt", "en"],
  ["FILM.EN.SRT", "en"],
  ["film.eng.srt", "en"],
  ["film.ger.srt", "de"],
  ["film.English.srt", "en"],
  ["film.german.ass", "de"],
  ["film.pt-BR.srt", "pt-BR"],
  ["film.pt_BR.srt", "pt-BR"],
  ["film.zh-Hans.srt", "zh-Hans"],
  ["film.chs.srt", "zh-Hans"],
  ["film.en.forced.srt", "en F"],
  ["film.forced.en.srt", "en F"],
  ["film.en.foreign.srt", "en F"],
  ["film.en.sdh.srt", "en H"],
  ["film.en.cc.srt", "en H"],
  ["film.en.hi.srt", "en H"],
  ["film.hi.srt", "hi"],
  ["film.hi.hi.srt", "hi H"],
  ["film.hi.sdh.srt", "hi H"],
  ["film.default.en.vtt", "en D"],
  ["film.en.default.forced.ssa", "en DF"],
  ["film.en.commentary.srt", "en C"],
  ["film.Director's cut.de.vtt", "de Director's cut"],
  ["film.en.Signs & Songs.ass", "en Signs & Songs"],
  ["film.mkv.srt", "und"],
  ["film.mkv.fr.srt", "fr"],
  ["film - en.srt", "en"],
  ["film_en.srt", "en"],
  ["film[de].srt", "de"],
  ["film (forced).srt", null],
  ["films.en.srt", null],
  ["film 3.en.srt", null],
  ["film2.srt", null],
  ["film-trailer.en.srt", null],
  ["film.en.txt", null],
  ["film.srt.bak", null],
  ["film.sup", null],
  ["srt", null],
  [".srt", null],
  ["other.srt", null],
  ["English.srt", null],
])("beside film.mkv: %s → %s", (name, expected) => {
  expect(said("film", name)).toBe(expected);
});

test.each([
  ["2_English.srt", "en"],
  ["English.srt", "en"],
  ["3_Chinese (Simplified).srt", "zh Simplified"],
  ["12_pt-BR.srt", "pt-BR"],
  ["film.de.srt", "de"],
  ["en.forced.srt", "en F"],
  ["Deutsch.srt", "de"],
  ["subtitle.srt", "und subtitle"],
  ["readme.nfo", null],
])("in a folder for its subtitles: %s → %s", (name, expected) => {
  expect(said("film", name, true)).toBe(expected);
});

test("names with dots, years and brackets are whole names", () => {
  const film = "Some.Film.(2010).1080p.x264-GRP";
  expect(said(film, `${film}.en.srt`)).toBe("en");
  expect(said(film, "Some.Film.(2010).en.srt")).toBe(null);
  expect(said("Film (2010)", "Film (2010).pt-BR.sdh.srt")).toBe("pt-BR H");
});
