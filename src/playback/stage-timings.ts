export type Stage = "lookup" | "publish" | "start";

export interface StageTiming {
  readonly count: number;
  readonly totalSeconds: number;
  readonly longestSeconds: number;
}

export interface StageTimings {
  record(stage: Stage, seconds: number): void;
  summary(): Readonly<Record<Stage, StageTiming>>;
}

/** Sums how long the stages of a start take; `observe` hears of each, for histograms. */
export function createStageTimings(
  observe: (stage: Stage, seconds: number) => void = () => undefined,
): StageTimings {
  const empty = (): StageTiming => ({ count: 0, totalSeconds: 0, longestSeconds: 0 });
  const sums: Record<Stage, StageTiming> = { lookup: empty(), publish: empty(), start: empty() };
  return {
    record(stage, seconds) {
      const { count, totalSeconds, longestSeconds } = sums[stage];
      sums[stage] = {
        count: count + 1,
        totalSeconds: totalSeconds + seconds,
        longestSeconds: Math.max(longestSeconds, seconds),
      };
      observe(stage, seconds);
    },
    summary: () => ({ ...sums }),
  };
}
