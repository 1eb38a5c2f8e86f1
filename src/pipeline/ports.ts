import type { EncodeRun, FinishedFile } from "../encode/run.ts";
import type { RunRequest } from "../encode/run-args.ts";
import type { SeekTraits } from "../encode/seek.ts";
import type { Plan } from "../media/plan.ts";
import type { Recipe } from "../media/recipe.ts";

/** A source file that is where it should be. */
export interface LocatedSource extends SeekTraits {
  readonly path: string;
}

/** Finds the file behind a plan's fingerprint. Throws MEDIA_MISSING or MEDIA_CHANGED. */
export type LocateSource = (fingerprint: string) => Promise<LocatedSource>;

/** Starts an FFmpeg run; see encode/run.ts. */
export type StartRun = (request: RunRequest, onFile: (file: FinishedFile) => void) => EncodeRun;

/** Encodes a moment of nothing with a recipe to a plain MP4. Throws TRANSCODING_UNAVAILABLE. */
export type EncodeSynthetic = (recipe: Recipe, outPath: string) => Promise<void>;

/** Keeps descriptions of recipes over restarts. */
export interface DescriptionCache {
  get(key: string): Promise<string | null>;
  put(key: string, payload: string): Promise<void>;
}

/** Remembers what failed, so that a restart does not try for ever what cannot be made. */
export interface FailureRecord {
  /** How often in a row an object failed, and the last reason; null when it never did. */
  get(hash: string, name: string): Promise<{ attempts: number; reason: string } | null>;
  /** Counts one more failure; answers with the failures so far. */
  add(hash: string, name: string, reason: string): Promise<number>;
  clear(hash: string, name: string): Promise<void>;
}

export const stages = ["describe", "encode", "package", "verify", "commit"] as const;
export type Stage = (typeof stages)[number];

/** Told of what the pipeline does, for metrics and events. Must not throw. */
export interface PipelineObserver {
  stage(stage: Stage, seconds: number): void;
  /** Film seconds made per second of work. */
  speed(rendition: Plan["renditions"][number], ratio: number): void;
  segmentMade(hash: string, name: string, sizeBytes: number): void;
  failure(hash: string, name: string, code: string): void;
}

/** When what nobody waits for is encoded: never, the rung being watched, or all rungs of what is watched. */
export type FillPolicy = "none" | "watched" | "all";
