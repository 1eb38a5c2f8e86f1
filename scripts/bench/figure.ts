import { spread } from "./statistics.ts";

/** One line of the report: a quantity measured once a round, and what it should be. */
export interface Figure {
  readonly what: string;
  /** `×` for a ratio against the bare tool; else a unit such as `ms`. */
  readonly unit: "×" | "ms" | "MiB" | "programs" | "waits" | "files" | "/s" | "%" | "s";
  /** One value a round. */
  readonly values: readonly number[];
  readonly target?: Target;
  /** Viewra's own number in words, `1.92 s`; nothing where the value says it. */
  readonly ours?: string;
  /** The same of what it is compared with. */
  readonly bare?: string;
}

export type Target = { readonly atMost: number } | { readonly atLeast: number };

/** Judged by the median. True without a target. */
export function isMet({ values, target }: Figure): boolean {
  if (target === undefined) return true;
  const { median } = spread(values);
  return "atMost" in target ? median <= target.atMost : median >= target.atLeast;
}

export function targetText(target: Target): string {
  return "atMost" in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`;
}

/** `1.21 (1.18..1.30)`, with the unit where it is one. */
export function valueText({ values, unit }: Figure): string {
  const { median, min, max } = spread(values);
  const digits = { "×": 2, "%": 1, s: 2, ms: 0, MiB: 0, programs: 0, waits: 0, files: 0, "/s": 0 }[
    unit
  ];
  const text = (value: number): string => value.toFixed(digits);
  return `${text(median)}${unit === "×" ? "" : ` ${unit}`} (${text(min)}..${text(max)})`;
}
