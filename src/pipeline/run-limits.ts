import { usualWeights } from "../rendition/rendition.ts";
import type { Limits } from "../schedule/choose.ts";

/** Runs alive beyond those that may work: each is stopped, and keeps its memory. */
const heldRuns = 4;

/**
 * How many runs may work, and how many be alive, where so many transcodes may go on at once
 * (TRANSCODE_MAX_CONCURRENT): each is a picture with its sound, or a few sounds. What is made ahead of
 * viewers, one at a time, is so too: a picture without its sound plays no sooner.
 */
export function runLimits(transcodes: number): Limits {
  const one = usualWeights.video + usualWeights.audio;
  return {
    capacity: transcodes * one,
    backgroundCapacity: one,
    maxTasks: 2 * transcodes + heldRuns,
  };
}
