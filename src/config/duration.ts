import type { z } from "zod";
import { value } from "./value.ts";

const unitSeconds: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600 };

/** A length of time in seconds: `90`, `1.5`, `90s`, `10m`, `1h`. */
export function duration(fromSeconds: number, toSeconds: number): z.ZodType<number, string> {
  const expected = `seconds from ${fromSeconds} to ${toSeconds}, or a number with s, m or h`;
  return value(expected, (text) => {
    const seconds = secondsOf(text);
    return seconds >= fromSeconds && seconds <= toSeconds ? seconds : undefined;
  });
}

/** Up to ten of them with commas between, or `none`. */
export function durations(
  fromSeconds: number,
  toSeconds: number,
): z.ZodType<readonly number[], string> {
  const expected = `none, or up to ${mostDurations} lengths of ${fromSeconds} to ${toSeconds} seconds with commas between`;
  return value(expected, (text) => {
    if (text.toLowerCase() === "none") return [];
    const all = text.split(",").map((part) => secondsOf(part.trim()));
    const isFine = all.every((seconds) => seconds >= fromSeconds && seconds <= toSeconds);
    return isFine && all.length <= mostDurations ? all : undefined;
  });
}

const mostDurations = 10;

function secondsOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([smh]?)$/i.exec(text);
  const unit = unitSeconds[match?.[2]?.toLowerCase() ?? ""] ?? Number.NaN;
  return Number(match?.[1] ?? Number.NaN) * unit;
}
