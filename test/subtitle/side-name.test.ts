import { expect, test } from "bun:test";
import fc from "fast-check";
import { ownerOf, sideName, type SideName } from "../../src/subtitle/side-name.ts";

/** `pt-BR forced impaired default commentary "title"` */
function told(side: SideName | null): string | null {
  if (side === null) return null;
  const { language, isForced, isForHearingImpaired, isDefault, isCommentary, title } = side;
  const flags = [
    isForced && "forced",
    isForHearingImpaired && "impaired",
    isDefault && "default",
    isCommentary && "commentary",
  ];
  return [language, ...flags, title !== null && `"${title}"`].filter(Boolean).join(" ");
}

const beside: readonly (readonly [film: string, file: string, said: string | null])[] = [
  ["film", "film.srt", "und"],
  ["film", "FILM.SRT", "und"],
  ["Film", "film.EN.srt", "en"],
  ["film", "film.en.srt", "en"],
  ["film", "film.eng.srt", "en"],
  ["film", "film.English.srt", "en"],
  ["film", "film.english.srt", "en"],
  ["film", "film.Deutsch.srt", "de"],
  ["film", "film.ger.srt", "de"],
  ["film", "film.deu.forced.srt", "de forced"],
  ["film", "film.forced.de.srt", "de forced"],
  ["film", "film.eng.forced.srt", "en forced"],
  ["film", "film.en.foreign.srt", "en forced"],
  ["film", "film.forced.srt", "und forced"],
  ["film", "film.default.srt", "und default"],
  ["film", "film.default.en.ass", "en default"],
  ["film", "film.en.default.forced.ass", "en forced default"],
  ["film", "film.sdh.srt", "und impaired"],
  ["film", "film.en.sdh.srt", "en impaired"],
  ["film", "film.en.cc.srt", "en impaired"],
  ["film", "film.en.cc.hi.srt", "en impaired"],
  ["film", "film.en.hi.srt", "en impaired"],
  ["film", "film.hi.en.srt", "en impaired"],
  ["film", "film.hi.srt", "hi"],
  ["film", "film.hin.srt", "hi"],
  ["film", "film.hi.hi.srt", "hi impaired"],
  ["film", "film.hin.hi.srt", "hi impaired"],
  ["film", "film.hi.sdh.srt", "hi impaired"],
  ["film", "film.Hindi.srt", "hi"],
  ["film", "film.pt-BR.srt", "pt-BR"],
  ["film", "film.pt_BR.srt", "pt-BR"],
  ["film", "film.pob.srt", "pt-BR"],
  ["film", "film.Brazilian Portuguese.srt", "pt-BR"],
  ["film", "film.Portuguese (Brazil).srt", 'pt-BR "Brazil"'],
  ["film", "film.zh-Hans.srt", "zh-Hans"],
  ["film", "film.chs.srt", "zh-Hans"],
  ["film", "film.cht.srt", "zh-Hant"],
  ["film", "film.zh-TW.forced.srt", "zh-TW forced"],
  ["film", "film.Latin American Spanish.srt", 'es-419 "Latin American Spanish"'],
  ["film", "film.sr-Latn.srt", "sr-Latn"],
  ["film", "film.es-419.srt", "es-419"],
  ["film", "film.yue.srt", "yue"],
  ["film", "film.fil.srt", "fil"],
  ["film", "film.日本語.srt", "ja"],
  ["film", "film.Русский.srt", "ru"],
  ["film", "film.en.commentary.vtt", "en commentary"],
  ["film", "film.Director's Commentary.en.srt", `en commentary "Director's Commentary"`],
  ["film", "film.en.Signs & Songs.ass", 'en "Signs & Songs"'],
  ["film", "film.The Making.srt", 'und "The Making"'],
  ["film", "film.War.srt", 'und "War"'],
  ["film", "film.full.en.srt", "en"],
  ["film", "film-en.srt", "en"],
  ["film", "film_en.srt", "en"],
  ["film", "film en.srt", "en"],
  ["film", "film [English].srt", "en"],
  ["film", "film (English SDH).srt", "en impaired"],
  ["film", "film.English [SDH].srt", "en impaired"],
  ["film", "film - English.srt", "en"],
  ["film", "film..en..srt", "en"],
  ["Film (2010)", "Film (2010).srt", "und"],
  ["Film (2010)", "Film (2010).pt-BR.sdh.srt", "pt-BR impaired"],
  ["Film (2010)", "Film (2010) [1080p].en.srt", null],
  ["Film.2010.1080p.x264", "Film.2010.1080p.x264.en.srt", "en"],
  ["Film.2010.1080p.x264", "Film.2010.en.srt", null],
  ["Amélie".normalize("NFC"), "Amélie.fr.srt".normalize("NFD"), "fr"],
  ["Alien", "Aliens.en.srt", null],
  ["Alien", "Aliens.srt", null],
  ["Alien", "Alien 3.srt", null],
  ["Alien", "Alien 3.en.srt", null],
  ["Alien", "Alien.3.srt", null],
  ["Alien", "Alien³.srt", null],
  ["Alien", "Alien - Covenant.en.srt", null],
  ["Alien", "Alien_Resurrection.srt", null],
  ["Alien", "Alien (1979).srt", null],
  ["Blade.Runner", "Blade.Runner.2049.srt", null],
  ["Blade.Runner", "Blade.Runner.2049.en.srt", null],
  ["film", "film.part2.srt", null],
  ["film", "film.part2.en.srt", null],
  ["film", "film.cd1.srt", null],
  ["film", "film.disc 2.srt", null],
  ["film.part2", "film.part2.srt", "und"],
  ["film.part2", "film.part2.en.srt", "en"],
  ["film.part2", "film.srt", null],
  ["film.part2", "film.part20.srt", null],
  ["Show.S01E01", "Show.S01E01.en.srt", "en"],
  ["Show.S01E01", "Show.S01E02.en.srt", null],
  ["Show", "Show.S01E02.en.srt", null],
  ["film", "en.srt", null],
  ["film", "other.en.srt", null],
  ["film", "film.mkv.srt", "und"],
  ["film", "film.mkv.fr.srt", "fr"],
  ["film", "film.en.txt", null],
  ["film", "film.srt.bak", null],
  ["film", "film.sup", null],
  ["film", "film", null],
  ["film", ".srt", null],
  ["", ".en.srt", null],
];

const inFolder: readonly (readonly [film: string, file: string, said: string | null])[] = [
  ["film", "2_English.srt", "en"],
  ["film", "English.srt", "en"],
  ["film", "10_Portuguese.srt", "pt"],
  ["film", "3_English SDH.srt", "en impaired"],
  ["film", "4_Eng,SDH.srt", "en impaired"],
  ["film", "eng.forced.srt", "en forced"],
  ["film", "SDH.eng.HI.srt", "en impaired"],
  ["film", "forced_ger.srt", "de forced"],
  ["film", "5_Latin American Spanish.srt", 'es-419 "Latin American Spanish"'],
  ["film", "2.srt", "und"],
  ["film", "Commentary.en.srt", "en commentary"],
  ["film", "film.srt", "und"],
  ["film", "film.en.srt", "en"],
  ["film", "film.part2.en.srt", null],
  ["film", "3_Chinese (Simplified).srt", 'zh-Hans "Simplified"'],
  ["film", "12_pt-BR.srt", "pt-BR"],
  ["film", "Signs.srt", 'und "Signs"'],
  ["film", "readme.nfo", null],
  ["Alien", "Alien 3.en.srt", null],
  ["12 Angry Men", "12 Angry Men.en.srt", "en"],
  ["12", "12.srt", "und"],
];

test.each(beside)("of %j beside it, %j says %j", (film, file, said) => {
  expect(told(sideName(film, file, false))).toBe(said);
});

test.each(inFolder)("of %j in a folder for subtitles, %j says %j", (film, file, said) => {
  expect(told(sideName(film, file, true))).toBe(said);
});

test("any two names give an answer, and a file of the film's own name is always its", () => {
  const name = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.stringMatching(/^[a-z0-9. _()[\]-]{1,20}$/),
  );
  fc.assert(
    fc.property(name, name, fc.boolean(), (film, file, hasFolder) => {
      const side = sideName(film, `${file}.srt`, hasFolder);
      if (side !== null) expect(() => Intl.getCanonicalLocales(side.language)).not.toThrow();
      if (film !== "") expect(told(sideName(film, `${film}.srt`, hasFolder))).toBe("und");
      if (film !== "")
        expect(told(sideName(film, `${film}.pt-BR.forced.srt`, false))).toBe("pt-BR forced");
    }),
  );
});

const word = fc.constantFrom("Alien", "Covenant", "Director", "The", "Thing", "Resurrection");
const filmName = fc
  .tuple(word, fc.array(fc.tuple(fc.constantFrom(".", " ", " - ", "_"), word), { maxLength: 3 }))
  .map(([first, rest]) => first + rest.flat().join(""));

test("of several films a file is the one's with the longest name that it has", () => {
  const films = fc.uniqueArray(filmName, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(films, fc.nat(), fc.constantFrom("", ".en", ".de.forced"), (all, at, said) => {
      const film = all[at % all.length] ?? "";
      expect(ownerOf(all, `${film}${said}.srt`)).toBe(film);
      const shorter = all.filter((other) => other.length < film.length);
      const owner = ownerOf(shorter, `${film}${said}.srt`);
      if (owner !== null) expect(film.startsWith(owner)).toBe(true);
    }),
  );
  expect(ownerOf(["Alien", "Aliens"], "Alien.Covenant.en.srt")).toBe("Alien");
  expect(ownerOf(["Alien"], "other.srt")).toBe(null);
});
