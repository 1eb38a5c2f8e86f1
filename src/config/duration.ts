import type { z } from "zod";
import { value } from "./value.ts";

const unitSeconds: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600 };

/** A length of time in seconds: `90`, `1.5`, `90s`, `10m`, `1h`. */
export function duration(fromSeconds: number, toSeconds: number): z.ZodType<number, string> {
  const expected = `seconds from ${fromSeconds} to ${toSeconds}, or a number with s, m or h`;
  return value(expected, (text) => {
    const match = /^(\d+(?:\.\d+)?)\s*([smh]?)$/i.exec(text);
    const unit = unitSeconds[match?.[2]?.toLowerCase() ?? ""] ?? Number.NaN;
    const seconds = Number(match?.[1] ?? Number.NaN) * unit;
    return seconds >= fromSeconds && seconds <= toSeconds ? seconds : undefined;
  });
}
