import type { z } from "zod";
import { value } from "./value.ts";

const units = ["", "k", "m", "g", "t"] as const;

/** A size in bytes: `500000000`, `500M`, `1.5G`, in steps of 1024; null for `auto`. */
export const sizeOrAuto: z.ZodType<number | null, string> = value<number | null>(
  "auto, or bytes such as 500M, 20G or 1.5T",
  (text) => {
    if (text.toLowerCase() === "auto") return null;
    const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text);
    const unit = units.findIndex((each) => each === match?.[2]?.toLowerCase());
    const bytes = Math.round(Number(match?.[1] ?? Number.NaN) * 1024 ** unit);
    return Number.isSafeInteger(bytes) ? bytes : undefined;
  },
);
