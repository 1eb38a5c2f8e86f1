import { analyse } from "chardet";

/** What is looked at to tell an encoding by, bytes: lines that are not ASCII, from the beginning. */
const sampleBytes = 64 * 1024;

/**
 * The text of a file in any encoding; never throws. `language` (BCP 47, `und` for none) is what the file's name says: of
 * encodings that differ in letters alone, detectors take one for another.
 */
export function decodeText(bytes: Uint8Array, language: string): string {
  // Before UTF-8, as which digits and zeros are well-formed, too.
  const wide = byteOrderMark(bytes) ?? wideEncoding(bytes);
  if (wide !== null) return decode(bytes, wide);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return decode(bytes, guessed(bytes, language));
  }
}

function decode(bytes: Uint8Array, encoding: string): string {
  return new TextDecoder(encoding).decode(bytes);
}

function byteOrderMark([a, b, c]: Uint8Array): string | null {
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  if (a === 0xff && b === 0xfe) return "utf-16le";
  return a === 0xfe && b === 0xff ? "utf-16be" : null;
}

/** UTF-16 without a mark: every other byte of digits, times and line ends is zero. */
function wideEncoding(bytes: Uint8Array): string | null {
  const zeros = [0, 0];
  const looked = Math.min(bytes.length, 4096);
  for (let i = 0; i < looked; i++) if (bytes[i] === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even + odd < looked / 8) return null;
  return odd > even ? "utf-16le" : "utf-16be";
}

/** What texts of a language are written in where it is not Unicode, the usual one first. */
const byLanguage: Readonly<Record<string, readonly string[]>> = {
  ...of(["ru", "be", "kk"], ["windows-1251", "koi8-r", "ibm866", "iso-8859-5"]),
  ...of(["uk"], ["windows-1251", "koi8-u"]),
  ...of(["bg", "mk", "sr", "mn"], ["windows-1251", "iso-8859-5"]),
  ...of(["el"], ["windows-1253"]),
  ...of(["tr", "az"], ["windows-1254"]),
  ...of(["he", "yi"], ["windows-1255"]),
  ...of(["ar", "fa", "ur"], ["windows-1256"]),
  ...of(["lt", "lv", "et"], ["windows-1257"]),
  ...of(["vi"], ["windows-1258"]),
  ...of(["th"], ["windows-874"]),
  ...of(["ja"], ["shift_jis", "euc-jp", "iso-2022-jp"]),
  ...of(["zh", "yue", "cmn"], ["gb18030", "big5"]),
  ...of(["ko"], ["euc-kr"]),
  ...of(["pl", "cs", "sk", "hu", "ro", "hr", "sl", "bs", "sq"], ["windows-1250", "iso-8859-2"]),
  ...of(
    [
      "en",
      "de",
      "fr",
      "es",
      "pt",
      "it",
      "nl",
      "sv",
      "da",
      "nb",
      "no",
      "nn",
      "fi",
      "is",
      "ca",
      "id",
    ],
    ["windows-1252"],
  ),
};

function of(languages: readonly string[], encodings: readonly string[]) {
  return Object.fromEntries(languages.map((language) => [language, encodings]));
}

/** What TextDecoder, or the world, calls what the detector calls otherwise: of two that differ in controls the larger. */
const realNames: Readonly<Record<string, string>> = {
  ...{ "iso-8859-1": "windows-1252", "iso-8859-9": "windows-1254", ascii: "windows-1252" },
  ...{ "iso-8859-8": "windows-1255", "iso-8859-6": "windows-1256", "iso-8859-7": "windows-1253" },
  ...{ "euc-tw": "big5", gb2312: "gb18030", "big5-hkscs": "big5" },
};

function guessed(bytes: Uint8Array, language: string): string {
  const expected = byLanguage[language.split("-", 1)[0] ?? ""];
  const [only, other] = expected ?? [];
  if (only !== undefined && other === undefined) return only;
  const sample = sampleOf(bytes);
  const found = analyse(sample)
    .filter(({ confidence }) => confidence > 0)
    .map(({ name }) => realNames[name.toLowerCase()] ?? name.toLowerCase())
    .filter((name) => !name.startsWith("utf") && fits(sample, name));
  if (expected !== undefined) {
    const detected = found.find((name) => expected.includes(name));
    return detected ?? expected.find((name) => fits(sample, name)) ?? only ?? "windows-1252";
  }
  if (isThai(sample)) return "windows-874";
  return found[0] ?? "windows-1252";
}

/** Whether an encoding is known, and has a character for every byte. */
function fits(sample: Uint8Array, encoding: string): boolean {
  try {
    return !decode(sample, encoding).includes("\u{FFFD}");
  } catch {
    return false;
  }
}

/** The detector knows no Thai: nothing else is written in these letters alone, vowels and tones above consonants. */
function isThai(sample: Uint8Array): boolean {
  let [thai, other] = [0, 0];
  for (const byte of sample) {
    if (byte < 0x80) continue;
    if ((byte >= 0xa1 && byte <= 0xda) || (byte >= 0xdf && byte <= 0xfb)) thai += 1;
    else other += 1;
  }
  if (thai < 20 || other * 50 > thai) return false;
  const text = decode(sample, "windows-874");
  const marks = text.match(/[\u0E01-\u0E2E][\u0E31\u0E34-\u0E3A\u0E47-\u0E4E]/g)?.length ?? 0;
  return marks * 8 > thai;
}

/** Lines that say something of the encoding: those with a byte that is not ASCII. */
function sampleOf(bytes: Uint8Array): Uint8Array {
  const sample = new Uint8Array(Math.min(bytes.length, sampleBytes));
  let filled = 0;
  let lineStart = 0;
  let isTelling = false;
  for (let i = 0; i < bytes.length && filled < sample.length; i++) {
    const byte = bytes[i] ?? 0;
    isTelling ||= byte >= 0x80 || byte === 0x1b;
    if (byte !== 0x0a && i !== bytes.length - 1) continue;
    if (isTelling) {
      const line = bytes.subarray(lineStart, Math.min(i + 1, lineStart + sample.length - filled));
      sample.set(line, filled);
      filled += line.length;
    }
    [lineStart, isTelling] = [i + 1, false];
  }
  return sample.subarray(0, filled);
}
