import type { ViewraError } from "../errors/viewra-error.ts";
import type { HdrMetadata } from "../media/hdr-metadata.ts";
import type { AnyRendition, PlanFrame } from "./rendition.ts";
import type { LocatedSource } from "./located-source.ts";

/** Finds the file behind a plan's fingerprint. Throws MEDIA_MISSING or MEDIA_CHANGED. */
export type LocateSource = (fingerprint: string) => Promise<LocatedSource>;

/**
 * What is to be made in one go: segments `[from, to]` (counted from 1) of renditions of one method. Plain
 * data, whoever starts it: a viewer's request, a whole film, one day another machine.
 */
export interface SegmentRun<R extends AnyRendition = AnyRendition> {
  readonly frame: PlanFrame;
  readonly renditions: readonly R[];
  readonly from: number;
  readonly to: number;
  readonly source: LocatedSource;
  /** How many tries before this one failed: the next is made more carefully. */
  readonly attempt: number;
  /** Nobody waits for it, and nobody will soon. */
  readonly isIdle?: boolean;
  /** Pad a track that ends before its probe said so, for ever instead of for as long as the plan says. */
  readonly holdForEver: boolean;
}

/**
 * No run makes more segments than this. Boundary lists are one argument each, which Linux caps at 128 KiB, and
 * building them, with a look at each segment, is time in which nobody is served: 4000 took 15 ms.
 */
export const longestRun = 500;

/** A file that a run has finished: one segment, not packaged yet. */
export interface FinishedFile {
  readonly rendition: string;
  readonly n: number;
  readonly path: string;
  /** What its pictures were mastered for, where the file itself cannot say it. */
  readonly hdr?: HdrMetadata | undefined;
}

export interface RunEnd {
  /** Why it stopped by itself before all was made; null where it did not say, was told to, or all is well. */
  readonly failure: ViewraError | null;
  /** The last part of what its program said; empty where there is none. */
  readonly said: string;
  readonly cancelled: boolean;
  /** For the log. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** A run under way. */
export interface ActiveRun {
  /** For the log. */
  readonly commandLine: string;
  suspend(): void;
  resume(): void;
  /** Somebody waits now for what was begun for nobody; left out where that makes no difference. */
  hurry?(): void;
  kill(): void;
  /** Never rejects; settles after the last `onFile`. */
  readonly ended: Promise<RunEnd>;
}
