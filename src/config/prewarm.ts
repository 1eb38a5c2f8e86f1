import type { z } from "zod";
import { value } from "./value.ts";

/** Who asks for titles to be made before anybody plays them. */
export const prewarmPolicies = [
  "next-episode",
  "continue-watching",
  "recently-added",
  "most-watched",
] as const;
export type PrewarmPolicy = (typeof prewarmPolicies)[number];

/** A part of the day of this machine's clock, in minutes from midnight, `[from, to)`; it spans midnight where `to` is not behind `from`. */
export interface DayHours {
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** What is made without being asked for, and within which budget. */
export interface PrewarmConfig {
  /** The first is heeded first; empty for none. */
  readonly policies: readonly PrewarmPolicy[];
  /** How much of what they made may be stored at once, bytes; null for a share of the disk. */
  readonly maxBytes: number | null;
  /** null for always. */
  readonly hours: DayHours | null;
  /** How long their jobs run on one day. */
  readonly minutesPerDay: number;
}

/** Policies with commas between, each once, or `none`. */
export const policyList: z.ZodType<readonly PrewarmPolicy[], string> = value(
  `none, or some of ${prewarmPolicies.join(", ")} with commas between them`,
  (text) => {
    const words = text.toLowerCase().split(/\s*,\s*/);
    if (words.length === 1 && words[0] === "none") return [];
    const known = words.flatMap((word) => prewarmPolicies.filter((policy) => policy === word));
    return known.length === words.length ? [...new Set(known)] : undefined;
  },
);

/** `01:00-07:00`; null for `always`. */
export const dayHours: z.ZodType<DayHours | null, string> = value<DayHours | null>(
  "always, or hours such as 01:00-07:00",
  (text) => {
    if (text.toLowerCase() === "always") return null;
    const [from, to, ...more] = text.split("-").map((part) => minuteOf(part.trim()));
    if (from === undefined || to === undefined || more.length > 0) return undefined;
    // From a time to the same is a whole day to one and nothing to another.
    return from === to ? undefined : { fromMinute: from, toMinute: to };
  },
);

function minuteOf(text: string): number | undefined {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text);
  const [hours, minutes] = [Number(match?.[1] ?? Number.NaN), Number(match?.[2] ?? Number.NaN)];
  const isTime = (hours < 24 && minutes < 60) || (hours === 24 && minutes === 0);
  return isTime ? (hours % 24) * 60 + minutes : undefined;
}
