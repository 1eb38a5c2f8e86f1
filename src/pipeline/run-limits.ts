import type { Limits } from "../schedule/choose.ts";

/** What a run takes of the capacity: a sound is decoded and encoded many times faster than a picture. */
export const runWeights = { video: 1, audio: 1 / 8 } as const;

/** Runs alive beyond those that may work: each is stopped, and keeps its memory. */
const heldRuns = 4;

/**
 * How many runs may work, and how many be alive, where so many transcodes may go on at once
 * (TRANSCODE_MAX_CONCURRENT): each is a picture with its sound, or a few sounds. What is made ahead of
 * viewers, one at a time, is so too: a picture without its sound plays no sooner.
 */
export function runLimits(transcodes: number): Limits {
  const one = runWeights.video + runWeights.audio;
  return {
    capacity: transcodes * one,
    backgroundCapacity: one,
    maxTasks: 2 * transcodes + heldRuns,
  };
}
