import { remembered } from "./remembered.ts";

/** So many steps of one length, one after the other, in ticks of the boundaries' clock. */
export interface BoundaryStep {
  readonly durationTicks: number;
  readonly count: number;
}

/**
 * The moments at which every rendition of a plan is cut, each on its own clock: from 0 to the end, as steps
 * from one moment to the next. Regular ones are a step or two, however long the film.
 */
export interface Boundaries {
  /** Ticks a second. */
  readonly timescale: number;
  /** Neighbours differ in length, so that equal boundaries are equal data. */
  readonly steps: readonly BoundaryStep[];
}

/** Boundaries from moments in ticks: ascending, the first one 0, one more than there are segments. */
export function createBoundaries(timescale: number, ticks: readonly number[]): Boundaries {
  const steps: { durationTicks: number; count: number }[] = [];
  for (let i = 1; i < ticks.length; i++) {
    const durationTicks = (ticks[i] ?? 0) - (ticks[i - 1] ?? 0);
    if (!(durationTicks > 0)) throw new RangeError(`expected a later moment than ${ticks[i - 1]}`);
    const last = steps.at(-1);
    if (last?.durationTicks === durationTicks) last.count++;
    else steps.push({ durationTicks, count: 1 });
  }
  return { timescale, steps };
}

/** Every moment in ticks, 0 and the end among them. */
export const boundaryTicks = remembered(({ steps }: Boundaries): readonly number[] => {
  const ticks = [0];
  let at = 0;
  for (const { durationTicks, count } of steps) {
    for (let i = 0; i < count; i++) ticks.push((at += durationTicks));
  }
  return ticks;
});

/** How many segments they make. */
export function boundaryCount({ steps }: Boundaries): number {
  return steps.reduce((sum, { count }) => sum + count, 0);
}

/** The whole duration in seconds. */
export function boundarySeconds({ timescale, steps }: Boundaries): number {
  return (
    steps.reduce((sum, { durationTicks, count }) => sum + durationTicks * count, 0) / timescale
  );
}
