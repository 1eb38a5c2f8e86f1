import { analyse } from "chardet";
import { writtenLanguages, type Encoding, type WrittenLanguage } from "./written-languages.ts";

/** Bytes, of lines that are not all ASCII: more make no guess better. */
const sampleBytes = 8 * 1024;

/**
 * The encoding that a text is most likely in which is no Unicode; `language`: what its name says, BCP 47 or `und`.
 *
 * Detectors count what bytes are frequent, and take pages of one alphabet for each other: of each language that
 * is known here all encodings are tried, and what comes out is compared with how the language is written. The
 * likelihoods are of the very same bytes, so that they compare across alphabets. What the name says counts as
 * much as a sentence or two do; a detector has a say where letters alone leave it open.
 */
export function guessEncoding(bytes: Uint8Array, language: string): Encoding {
  const sample = linesBeyondAscii(bytes);
  const votes = detectorVotes(sample);
  const decoded = new Map<Encoding, readonly Pair[]>();
  let best: { readonly encoding: Encoding; readonly likelihood: number } | null = null;
  for (const [tag, written] of writtenLanguages) {
    for (const [rank, encoding] of written.encodings.entries()) {
      const pairs = decoded.get(encoding) ?? pairsOf(new TextDecoder(encoding).decode(sample));
      decoded.set(encoding, pairs);
      const likelihood =
        likelihoodOf(pairs, written) +
        prior(tag, language) -
        rank * rarerEncoding +
        (votes.get(encoding) ?? 0) * detectorWeight;
      if (best === null || likelihood > best.likelihood) best = { encoding, likelihood };
    }
  }
  return best?.encoding ?? "windows-1252";
}

/** Natural logarithms, like all likelihoods here. */
const rarerEncoding = 1.5;
const detectorWeight = 3;

/** A name is wrong now and then; then it is the text that is believed, once there is enough of it. */
function prior(tag: string, language: string): number {
  const wanted = nearestOf(language);
  if (wanted === null || tag === wanted) return 0;
  return tag.split("-", 1)[0] === wanted.split("-", 1)[0] ? -2 : -12;
}

/** `zh-Hant` of `zh-TW`, `sr-Latn` of `sr-Latn-RS`, `pt` of `pt-BR`; null of what is not known here. */
function nearestOf(language: string): string | null {
  if (language === "" || language === "und") return null;
  const [primary = "", second = ""] = language.split("-");
  if (primary === "zh" && /^(?:TW|HK|MO)$/.test(second)) return "zh-Hant";
  const tags = [`${primary}-${second}`, primary];
  return tags.find((tag) => writtenLanguages.has(tag)) ?? null;
}

/** Signs that all languages have, and their pages. */
const sharedSigns = new Set("’‘“”„…–—«»‹›♪¡¿°·•\u{A0}\u{AD}");

const signLikelihood = -4.5;
const strangeLikelihood = -9;
const brokenLikelihood = -14;

/** Two signs beside each other, one of which at least is no ASCII. */
interface Pair {
  readonly before: string;
  readonly sign: string;
  readonly count: number;
}

/** Few of them are different. */
function pairsOf(text: string): Pair[] {
  const pairs = new Map<string, { before: string; sign: string; count: number }>();
  let before = "\n";
  for (const sign of text) {
    if (sign > "\u{7F}" || before > "\u{7F}") {
      const pair = pairs.get(before + sign);
      if (pair === undefined) pairs.set(before + sign, { before, sign, count: 1 });
      else pair.count++;
    }
    before = sign;
  }
  return [...pairs.values()];
}

function likelihoodOf(pairs: readonly Pair[], written: WrittenLanguage): number {
  const known = letterLikelihoods(written);
  let sum = 0;
  for (const { before, sign, count } of pairs) {
    const own = sign > "\u{7F}" ? (known.get(sign) ?? strangeness(sign, written)) : 0;
    sum += count * (own + joint(before, sign, written));
  }
  return sum;
}

const likelihoods = new Map<WrittenLanguage, ReadonlyMap<string, number>>();

/** As Zipf has it: of what is n-th in frequency there is an n-th of the first. */
function letterLikelihoods(written: WrittenLanguage): ReadonlyMap<string, number> {
  const kept = likelihoods.get(written);
  if (kept !== undefined) return kept;
  const letters = [...new Set(written.letters)];
  const weights = letters.map((_, rank) => 1 / (rank + 3));
  const sum =
    weights.reduce((total, weight) => total + weight, 0) * (written.otherSigns > 0 ? 2 : 1);
  const made = new Map<string, number>();
  for (const sign of sharedSigns) made.set(sign, signLikelihood);
  for (const [rank, letter] of letters.entries()) {
    const likelihood = Math.log((weights[rank] ?? 0) / sum);
    made.set(letter, likelihood);
    const capital = letter.toUpperCase();
    if (capital !== letter && capital.length === 1) made.set(capital, likelihood - 2);
  }
  likelihoods.set(written, made);
  return made;
}

function strangeness(sign: string, { otherSigns }: WrittenLanguage): number {
  if (sign === "\u{FFFD}" || /[\p{C}]/u.test(sign)) return brokenLikelihood;
  if (otherSigns > 0 && /[\p{sc=Han}\p{sc=Hangul}\p{sc=Katakana}\u{3000}-\u{30FF}]/u.test(sign)) {
    // Half as wide, they are in files by accident.
    return sign > "\u{FF60}" && sign < "\u{FFA0}" ? strangeLikelihood : -Math.log(2 * otherSigns);
  }
  return /[\p{L}\p{M}]/u.test(sign) ? strangeLikelihood : strangeLikelihood + 1;
}

/** What two neighbours say. */
function joint(before: string, sign: string, { script }: WrittenLanguage): number {
  if (sharedSigns.has(before) || sharedSigns.has(sign)) return 0;
  const isMixed = before <= "\u{7F}" || sign <= "\u{7F}";
  if (isMixed && !isAsciiLetter(before <= "\u{7F}" ? before : sign)) return 0;
  if (isMixed && script === "other") return -4;
  if (isLower(before) && isUpper(sign)) return -4;
  return script === "latin" && !isMixed && !/\p{M}/u.test(sign) ? -2 : 0;
}

const isAsciiLetter = (sign: string): boolean => /^[a-z]$/i.test(sign);
const isUpper = (sign: string): boolean => sign !== sign.toLowerCase();
const isLower = (sign: string): boolean => sign !== sign.toUpperCase();

/** Between 0 and 1, by encoding. */
function detectorVotes(sample: Uint8Array): ReadonlyMap<string, number> {
  return new Map(
    analyse(sample).map(({ name, confidence }) => {
      const encoding = name.toLowerCase().replace(/^iso-8859-1$/, "windows-1252");
      return [encoding.replace(/^koi8-r$/, "koi8-u"), confidence / 100];
    }),
  );
}

/** With what stands around them, in whole: the second byte of a letter may be one of ASCII's. */
function linesBeyondAscii(bytes: Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = [];
  let length = 0;
  let taken = 0;
  for (let i = 0; i < bytes.length && length < sampleBytes; i++) {
    if ((bytes[i] ?? 0) < 0x80) continue;
    // All ASCII until here, so that no letter is cut.
    let start = i;
    while (start > taken && i - start < pieceBytes && bytes[start - 1] !== 0x0a) start--;
    let end = i + 1;
    while (end < bytes.length && !(isGap(bytes[end]) && end - i > pieceBytes)) {
      if (bytes[end++] === 0x0a) break;
    }
    const piece = bytes.subarray(start, Math.min(end, i + sampleBytes));
    pieces.push(piece);
    length += piece.length;
    taken = start + piece.length;
    i = taken - 1;
  }
  const sample = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    sample.set(piece, at);
    at += piece.length;
  }
  return sample;
}

/** Of a line without an end so much is enough. */
const pieceBytes = 256;

/** Below the digits there is no second byte of anything. */
const isGap = (byte = 0): boolean => byte < 0x30;
