import { guessEncoding } from "./guess-encoding.ts";
import type { Encoding } from "./written-languages.ts";

/**
 * The text of a file in whichever encoding it is, without a byte order mark; never throws. `language`: what the
 * file's name says of it (BCP 47), `und` for nothing: it decides where bytes mean something in several.
 *
 * Marks first, then what only Unicode looks like, then UTF-8 that holds; what is left was written before Unicode.
 */
export function decodeText(bytes: Uint8Array, language: string): string {
  const [utf32, isLittle] = utf32Order(bytes);
  if (utf32) return decodeUtf32(bytes, isLittle);
  const utf16 = utf16Order(bytes);
  if (utf16 !== null) return decode(bytes, utf16);
  if (hasEscapes(bytes)) return decode(bytes, "iso-2022-jp");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    if (isBrokenUtf8(bytes)) return decode(bytes, "utf-8");
  }
  const encoding = guessEncoding(bytes, language);
  const text = decode(bytes, encoding);
  // The only one there whose letters come in parts.
  return encoding === "windows-1258" ? text.normalize("NFC") : text;
}

const decode = (bytes: Uint8Array, encoding: Encoding): string =>
  new TextDecoder(encoding).decode(bytes);

/** Bytes. Of times and numbers, which subtitles of all languages have, half are 0 in UTF-16. */
const lookedAt = 4096;

function utf32Order(bytes: Uint8Array): [is: boolean, isLittle: boolean] {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return [true, true];
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return [true, false];
  const points = Math.floor(Math.min(bytes.length, lookedAt) / 4);
  if (points === 0 || bytes.length % 4 !== 0) return [false, false];
  // There are seventeen planes, and nearly all is of the first.
  const [first = 0, second = 0, third = 0, last = 0] = zerosByPlace(bytes, 4);
  if (last === points && third > 0.9 * points && first < points / 4) return [true, true];
  return [first === points && second > 0.9 * points && last < points / 4, false];
}

function utf16Order(bytes: Uint8Array): "utf-16le" | "utf-16be" | null {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  const [even = 0, odd = 0] = zerosByPlace(bytes, 2);
  const enough = Math.min(bytes.length, lookedAt) / 2 / 8;
  if (odd > enough && odd > 8 * even) return "utf-16le";
  return even > enough && even > 8 * odd ? "utf-16be" : null;
}

function zerosByPlace(bytes: Uint8Array, places: number): number[] {
  const zeros = Array.from({ length: places }, () => 0);
  for (let i = 0; i < Math.min(bytes.length, lookedAt); i++) {
    if (bytes[i] === 0) zeros[i % places] = (zeros[i % places] ?? 0) + 1;
  }
  return zeros;
}

function decodeUtf32(bytes: Uint8Array, isLittle: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  let points: number[] = [];
  for (let i = 0; i + 4 <= bytes.length; i += 4) {
    const point = view.getUint32(i, isLittle);
    const isScalar = point <= 0x10_ff_ff && (point < 0xd8_00 || point > 0xdf_ff);
    points.push(isScalar ? point : 0xff_fd);
    if (points.length < lookedAt) continue;
    parts.push(String.fromCodePoint(...points));
    points = [];
  }
  parts.push(String.fromCodePoint(...points));
  return parts.join("").replace(/^\u{FEFF}/u, "");
}

/** Japanese of seven bits (RFC 1468), which is ASCII and so UTF-8 too. */
function hasEscapes(bytes: Uint8Array): boolean {
  for (let i = bytes.indexOf(0x1b); i >= 0; i = bytes.indexOf(0x1b, i + 1)) {
    if (bytes[i + 1] === 0x24 && (bytes[i + 2] === 0x42 || bytes[i + 2] === 0x40)) return true;
  }
  return false;
}

/** Cut off in the middle of a letter, or put together with a line of something else. */
function isBrokenUtf8(bytes: Uint8Array): boolean {
  const enough = 50_000;
  let whole = 0;
  let stray = 0;
  for (let i = 0; i < bytes.length && whole + stray < enough; i++) {
    const byte = bytes[i] ?? 0;
    if (byte < 0x80) continue;
    const following = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
    let n = 0;
    while (n < following && ((bytes[i + n + 1] ?? 0) & 0xc0) === 0x80) n++;
    if (byte >= 0xc2 && byte <= 0xf4 && n === following) whole++;
    else stray++;
    i += n;
  }
  return whole > 4 * stray;
}
