import { z } from "zod";

/** The text of a setting, read as a `T`. What `parse` cannot read is an issue that says what was expected. */
export function value<T>(
  expected: string,
  parse: (text: string) => T | undefined,
): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    const parsed = parse(text.trim());
    if (parsed !== undefined) return parsed;
    context.issues.push({ code: "custom", message: expected, input: text });
    return z.NEVER;
  });
}

/** One of a few words. */
export function choice<const T extends string>(words: readonly T[]): z.ZodType<T, string> {
  return value(words.join(" or "), (text) => words.find((word) => word === text.toLowerCase()));
}

/** On or off, in the spellings that shells and compose files use. */
export const toggle: z.ZodType<boolean, string> = value("true or false", (text) => {
  if (/^(?:true|1|yes|on)$/i.test(text)) return true;
  if (/^(?:false|0|no|off)$/i.test(text)) return false;
  return undefined;
});

export function wholeNumber(from: number, to: number): z.ZodType<number, string> {
  return value(`a whole number from ${from} to ${to}`, (text) => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return number >= from && number <= to ? number : undefined;
  });
}
