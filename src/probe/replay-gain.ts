import type { ReplayGain } from "../media/music-tags.ts";

/** Beyond these a tag is a mistake; players that believe it hurt ears. */
const widestGainDb = 64;
const highestPeak = 32;
/** R128 gains are for -23 LUFS (RFC 7845, 5.2.1), ReplayGain's for -18. */
const r128OffsetDb = 5;

/** ReplayGain of a file, from its own tags, those of Opus, or what iTunes noted. `tag`: the value by a lower-case name. */
export function replayGain(tag: (name: string) => string | undefined): ReplayGain {
  const r128 = (name: string): number | null => {
    // Q7.8: a whole number of 1/256 dB, 16 bits with a sign.
    const told = /^\s*([+-]?\d{1,5})\s*$/.exec(tag(name) ?? "")?.[1];
    if (told === undefined || Math.abs(Number(told)) > 0x8000) return null;
    return rounded(Number(told) / 256 + r128OffsetDb);
  };
  const gain = (name: string): number | null => {
    const value = decimal(tag(name), /\s*(?:dB)?/);
    return value === null || Math.abs(value) > widestGainDb ? null : rounded(value);
  };
  const peak = (name: string): number | null => {
    const value = decimal(tag(name), /\s*/);
    return value === null || value < 0 || value > highestPeak ? null : value || 0;
  };
  const noted = soundCheck(tag("itunnorm"));
  return {
    trackGainDb: gain("replaygain_track_gain") ?? r128("r128_track_gain") ?? noted.gainDb,
    trackPeak: peak("replaygain_track_peak") ?? noted.peak,
    albumGainDb: gain("replaygain_album_gain") ?? r128("r128_album_gain"),
    albumPeak: peak("replaygain_album_peak"),
  };
}

/** `-3.21 dB`, with a comma where a program followed its user's country. */
function decimal(text: string | undefined, unit: RegExp): number | null {
  const pattern = new RegExp(
    `^\\s*([+-]?\\d{1,9}(?:[.,]\\d{0,20})?|[+-]?[.,]\\d{1,20})${unit.source}\\s*$`,
    "i",
  );
  const told = pattern.exec(text ?? "")?.[1];
  return told === undefined ? null : Number(told.replace(",", "."));
}

/**
 * iTunes' Sound Check: ten numbers of 32 bits in hexadecimal. The first two are the left and right channel's gain as 1000 times
 * a ratio of power, the seventh and eighth their peaks, of 32768.
 */
function soundCheck(text: string | undefined): { gainDb: number | null; peak: number | null } {
  const words = (text ?? "").trim().split(/\s+/);
  if (words.length < 8 || !words.every((word) => /^[0-9a-f]{8}$/i.test(word))) {
    return { gainDb: null, peak: null };
  }
  const [left = 0, right = 0, , , , , leftPeak = 0, rightPeak = 0] = words.map((word) =>
    Number.parseInt(word, 16),
  );
  const loudest = Math.max(left, right);
  const gainDb = loudest === 0 ? null : rounded(-10 * Math.log10(loudest / 1000));
  const peak = Math.max(leftPeak, rightPeak) / 32_768;
  return {
    gainDb: gainDb === null || Math.abs(gainDb) > widestGainDb ? null : gainDb,
    peak: peak > 0 && peak <= highestPeak ? peak : null,
  };
}

function rounded(decibels: number): number {
  // No negative zero.
  return Math.round(decibels * 100) / 100 || 0;
}
