import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import names from "iso-639-1";
import { iso6392 } from "iso-639-2";
import { languageName, languageOf } from "../../src/media/language.ts";

describe("a language is BCP 47 in its usual form, whichever code or name the file has for it", () => {
  const shortest = (entry: (typeof iso6392)[number]): string =>
    entry.iso6391 ?? entry.iso6392T ?? entry.iso6392B;
  const real = iso6392.filter(({ iso6392B }) => /^(?!und|qaa)[a-z]{3}$/.test(iso6392B));

  test("all codes of ISO 639-2, of both kinds, in any case", () => {
    expect(real.length).toBeGreaterThan(480);
    for (const entry of real) {
      const wanted = shortest(entry);
      for (const code of [entry.iso6392B, entry.iso6392T ?? entry.iso6392B, wanted]) {
        expect([code, languageOf(code, null)]).toEqual([code, wanted]);
        expect(languageOf(` ${code.toUpperCase()} `, null)).toBe(wanted);
        expect(languageOf(`${code}_br`, null)).toBe(`${wanted}-BR`);
        expect(languageOf(`${code}-HANS-cn-x-1`, null)).toBe(`${wanted}-Hans-CN-x-1`);
      }
      expect(languageName(wanted)).not.toBe(wanted);
    }
  });

  test("names of all languages of ISO 639-1, in English and their own, as the code and in a title", () => {
    for (const code of names.getAllCodes()) {
      for (const name of [names.getName(code), names.getNativeName(code)]) {
        const [first = ""] = name.split(/[,/(]/);
        if (first.trim().length < 4) continue;
        const told = languageOf("", `Surround 5.1 - ${first.trim()} (DTS)`);
        // Some share a name: Norwegian of two kinds, the two Sothos.
        const sharing: string[] = names
          .getAllCodes()
          .filter(
            (other) =>
              names.getNativeName(other).startsWith(first.trim()) ||
              names.getName(other).includes(first.trim()),
          );
        expect([name, [code, ...sharing].includes(told)]).toEqual([name, true]);
      }
      expect(languageOf(names.getName(code), null).split("-")[0]).toBe(code);
    }
  });
});

describe("what titles say where the code does not", () => {
  const table: readonly (readonly [
    code: string,
    title: string | null,
    tag: string,
    name: string | null,
  ])[] = [
    ["por", "Brazilian Portuguese", "pt-BR", "Portuguese (Brazil)"],
    ["por", "Português (Brasil) 5.1", "pt-BR", "Portuguese (Brazil)"],
    ["por", "European", "pt-PT", "Portuguese (Portugal)"],
    ["pob", null, "pt-BR", "Portuguese (Brazil)"],
    ["spa", "Latino", "es-419", "Spanish (Latin America)"],
    ["spa", "Castellano", "es-ES", "Spanish (Spain)"],
    ["spa", null, "es", "Spanish"],
    ["fre", "VFF DTS-HD MA", "fr-FR", "French (France)"],
    ["fre", "VFQ", "fr-CA", "French (Canada)"],
    ["", "VFQ", "fr-CA", "French (Canada)"],
    ["und", "Français", "fr", "French"],
    ["chi", "Simplified", "zh-Hans", "Chinese (Simplified)"],
    ["zho", "繁體中文", "zh-Hant", "Chinese (Traditional)"],
    ["chi", "Cantonese", "yue", "Cantonese"],
    ["und", "粤语", "yue", "Cantonese"],
    ["zh-TW", "Simplified", "zh-TW", "Chinese (Taiwan)"],
    ["und", "日本語 2.0", "ja", "Japanese"],
    ["und", "[JPN] FLAC", "ja", "Japanese"],
    ["und", "ENG 5.1", "en", "English"],
    ["und", "Deutsch", "de", "German"],
    ["und", "Русский (дубляж)", "ru", "Russian"],
    ["und", "עברית", "he", "Hebrew"],
    ["eng", "Brazilian director's commentary", "en", "English"],
    ["mul", null, "mul", "Multiple languages"],
    ["zxx", null, "zxx", "No linguistic content"],
    ["qaa", null, "qaa", "qaa"],
    ["iw", null, "he", "Hebrew"],
    ["en-us", null, "en-US", "English (United States)"],
    ["sr-latn", null, "sr-Latn", "Serbian (Latn)"],
    ["es-419", null, "es-419", "Spanish (Latin America)"],
    // None of these names a language.
    ["und", "Commentary by Roman Polanski", "und", null],
    ["und", "Director's Cut", "und", null],
    ["und", "Stereo", "und", null],
    ["und", "DTS-HD MA 7.1", "und", null],
    ["und", "AC3 5.1 @ 640 kbps", "und", null],
    ["und", "PCM", "und", null],
    ["und", "Polished", "und", null],
    ["xx", null, "und", null],
    ["x-klingon", null, "und", null],
    ["\0\0\0", null, "und", null],
    ["", "", "und", null],
    ["pb_aA", null, "pt-BR", languageName("pt-BR")],
  ];
  test.each(table)("%j, %j is %s", (code, title, tag, name) => {
    expect(languageOf(code, title)).toBe(tag);
    expect(languageName(tag)).toBe(name);
  });
});

test("anything at all gives a well-formed tag, and the same once more", () => {
  const codes = fc.oneof(
    fc.string(),
    fc.constantFrom(...iso6392.map(({ iso6392B }) => iso6392B)),
    fc.stringMatching(/^[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{1,8}){0,3}$/),
  );
  const titles = fc.option(
    fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom(...names.getAllNativeNames())),
  );
  fc.assert(
    fc.property(codes, titles, (code, title) => {
      const tag = languageOf(code, title);
      expect(() => Intl.getCanonicalLocales(tag)).not.toThrow();
      expect(languageOf(tag, title)).toBe(tag);
    }),
    { numRuns: 2000 },
  );
});
