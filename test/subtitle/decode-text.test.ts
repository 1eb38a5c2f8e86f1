import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeText } from "../../src/subtitle/decode-text.ts";
import { encodeText } from "./encode-text.ts";
import { said } from "./said.ts";

const files = said.flatMap(([language, encodings, lines]) => {
  const text = lines.map((line, i) => `${i + 1}\r\n00:00:0${i},0 --> 00:00:0${i},9\r\n${line}\r\n`);
  return encodings.map((encoding) => ({ language, encoding, lines, text: text.join("\r\n") }));
});
const named = files.map(({ language, encoding, ...file }) => [language, encoding, file] as const);

test.each(named)("a few lines of %s in %s are read, whatever the name says", (...all) => {
  const [language, encoding, { text }] = all;
  const bytes = encodeText(text, encoding);
  for (const told of [language, "und", "en", "fr", "ru", "zh-Hans", "xx", "not a tag"]) {
    expect([told, decodeText(bytes, told)]).toEqual([told, text]);
  }
});

/** An Apple's pages differ from others in capitals alone: one line of them tells too little. */
const byLine = named.filter(([, encoding]) => !/^(?:x-)?mac/.test(encoding));

test.each(byLine)("one line of %s in %s is read with the language from the name", (...all) => {
  const [language, encoding, { lines }] = all;
  for (const line of lines) expect(decodeText(encodeText(line, encoding), language)).toBe(line);
});

test("a region, and a script that is meant with it, are no other language", () => {
  const [line = ""] = said.find(([language]) => language === "zh-Hant")?.[2] ?? [];
  for (const told of ["zh-TW", "zh-HK", "zh-Hant-TW", "zh-Hant"]) {
    expect(decodeText(encodeText(line, "big5"), told)).toBe(line);
  }
  expect(decodeText(encodeText("Čovječe, šta?", "windows-1250"), "sr-Latn-RS")).toBe(
    "Čovječe, šta?",
  );
  expect(decodeText(encodeText("Não é", "windows-1252"), "pt-BR")).toBe("Não é");
});

/** What all subtitles have, or else UTF-16 of Chinese alone would be half of it anything. */
const subtitle = fc
  .tuple(fc.constantFrom(...said), fc.string({ unit: "grapheme" }))
  .map(([[, , lines], more]) => `1\n00:00:01,000 --> 00:00:02,000\n${lines.join("\n")}\n${more}\n`);

function inUnits(text: string, bytesEach: 2 | 4, isLittle: boolean): Uint8Array {
  const units =
    bytesEach === 2
      ? Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))
      : Array.from(text).map((sign) => sign.codePointAt(0) ?? 0);
  const view = new DataView(new ArrayBuffer(units.length * bytesEach));
  for (const [i, unit] of units.entries()) {
    if (bytesEach === 2) view.setUint16(i * 2, unit, isLittle);
    else view.setUint32(i * 4, unit, isLittle);
  }
  return new Uint8Array(view.buffer);
}

test("Unicode in all its forms is read, with a mark and without", () => {
  fc.assert(
    fc.property(subtitle, fc.boolean(), fc.boolean(), (any, isLittle, isMarked) => {
      const text = any
        .toWellFormed()
        .replaceAll("\u{FEFF}", "")
        .replaceAll("\0", "")
        .replaceAll("\u{1B}", "");
      const mark = isMarked ? "\u{FEFF}" : "";
      expect(decodeText(new TextEncoder().encode(mark + text), "ru")).toBe(text);
      for (const bytesEach of [2, 4] as const) {
        expect(decodeText(inUnits(mark + text, bytesEach, isLittle), "ru")).toBe(text);
      }
    }),
  );
});

test("UTF-8 that is cut off, or has a line of something else, is still that", () => {
  for (const [, , lines] of said) {
    const text = lines.join("\n");
    const bytes = new TextEncoder().encode(`${text}\n${text}漢`);
    expect(decodeText(bytes.subarray(0, -1), "und").slice(0, text.length)).toBe(text);
    const foreign = encodeText("\ncafé\n", "windows-1252");
    const beside = Uint8Array.from([...foreign, ...bytes]);
    if (new TextEncoder().encode(text).length < text.length + 10) continue;
    expect(decodeText(beside, "und").slice(6, 6 + text.length)).toBe(text);
  }
});

test("Japanese of seven bits is read", () => {
  const bytes = Uint8Array.from([0x1b, 0x24, 0x42, 0x24, 0x33, 0x24, 0x73, 0x1b, 0x28, 0x42, 0x21]);
  expect(decodeText(bytes, "und")).toBe("こん!");
});

test("any bytes give a text", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom("und", "ru", "ja"),
      (bytes, told) => {
        expect(decodeText(bytes, told).length).toBeLessThanOrEqual(bytes.length);
      },
    ),
    { numRuns: 300 },
  );
});

test("ten million bytes of whatever kind take no time", () => {
  const size = 10_000_000;
  const letters = encodeText("оеаинтсрв", "windows-1251");
  const fill = (of: (i: number) => number): Uint8Array =>
    Uint8Array.from({ length: size }, (_, i) => of(i));
  const kinds = {
    ascii: fill((i) => (i % 40 === 0 ? 10 : 97)),
    oneLine: fill((i) => letters[i % 9] ?? 0),
    lines: fill((i) => (i % 40 === 0 ? 10 : (letters[i % 9] ?? 0))),
    lastByte: fill((i) => (i === size - 1 ? 0xe9 : 97)),
    rare: fill((i) => (i % 1000 === 0 ? 0xe9 : i % 40 === 0 ? 10 : 97)),
    zeros: new Uint8Array(size),
    escapes: fill(() => 0x1b),
    leads: fill(() => 0xf0),
  };
  for (const [kind, bytes] of Object.entries(kinds)) {
    const start = performance.now();
    expect(decodeText(bytes, "und").length).toBeGreaterThan(0);
    expect([kind, Math.floor((performance.now() - start) / 5000)]).toEqual([kind, 0]);
  }
});
