import type { ErrorCode } from "../errors/catalogue.ts";
import { segmentSeconds, type Timeline } from "../media/timeline.ts";
import type { Rendition } from "../rendition/methods.ts";
import type { Wish } from "../schedule/choose.ts";
import type { CommitTimer } from "./commit-segment.ts";
import type { LiveRun } from "./live-run.ts";
import type { PipelineObserver, SegmentTrace, StagePart, Stretch, TraceParent } from "./ports.ts";

export interface SegmentTracesOptions {
  readonly hash: string;
  readonly rendition: Rendition;
  readonly timeline: Timeline;
  readonly observer: Pick<PipelineObserver, "asker" | "segment" | "speed">;
  /** Tries of segment n that failed so far. */
  readonly attemptsOf: (n: number) => number;
  readonly now: () => number;
}

/** Follows one segment from the file on. */
export interface SegmentTimer extends CommitTimer {
  /** How long the run worked for it, milliseconds: its part of that where others were made with it. */
  readonly madeMs: number;
  /** Film seconds per second of work; null where there was too little of it to tell. */
  readonly speed: number | null;
}

/** Somebody waits. */
interface Wait {
  /** From when on, or since the last try failed. */
  sinceMs: number;
  readonly parents: TraceParent[];
}

type Wanted = SegmentTrace["wanted"];

interface BegunSegment {
  readonly n: number;
  readonly wanted: Wanted;
  readonly attempt: number;
  readonly parts: StagePart[];
}

/** What waited with the first is worth a line beside it; a crowd is not. */
const mostParents = 8;
/** Less work than this says nothing of a speed, milliseconds. */
const leastWorkMs = 5;

/** Where the time of one rendition's segments goes: tells the observer of each when it is made or has failed. */
export class SegmentTraces {
  readonly #options: SegmentTracesOptions;
  readonly #waits = new Map<number, Wait>();
  /** Of each run, what it has finished and nobody has judged yet. */
  readonly #begun = new WeakMap<LiveRun, Map<number, BegunSegment>>();

  constructor(options: SegmentTracesOptions) {
    this.#options = options;
  }

  /** One more waits for segment n. */
  wait(n: number): void {
    const { observer, now } = this.#options;
    const known = this.#waits.get(n);
    if (known && known.parents.length >= mostParents) return;
    const wait = known ?? { sinceMs: now(), parents: [] };
    const parent = observer.asker?.();
    if (parent) wait.parents.push(parent);
    this.#waits.set(n, wait);
  }

  /** Nobody waits for segment n any more. */
  leave(n: number): void {
    this.#waits.delete(n);
  }

  /** A run has finished the file of segment n; `wish`: what it is wanted for beside those who wait. */
  begin(n: number, run: LiveRun, wish: Wish | null): SegmentTimer {
    const { observer, rendition, timeline, attemptsOf, now } = this.#options;
    const parts = encodeParts(run);
    const wanted = wish?.kind ?? null;
    const begun: BegunSegment = { n, wanted, attempt: attemptsOf(n), parts };
    const ofRun = this.#begun.get(run) ?? new Map<number, BegunSegment>();
    this.#begun.set(run, ofRun.set(n, begun));
    const workedMs = parts.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    // What several renditions shared is nobody's pace, and each one's part of the cost.
    const { width } = run.process;
    const madeMs = workedMs / width;
    const isTelling = workedMs > leastWorkMs && width === 1;
    const speed = isTelling ? segmentSeconds(timeline, n) / (workedMs / 1000) : null;
    if (speed !== null) observer.speed(rendition, speed);
    return {
      madeMs,
      speed,
      time: async (stage, work) => {
        const startMs = now();
        try {
          return await work();
        } finally {
          parts.push({ stage, startMs, endMs: now() });
        }
      },
      kept: (sizeBytes) => {
        ofRun.delete(n);
        this.#tell(begun, { sizeBytes, code: null });
      },
    };
  }

  /** A run failed at segment n, before its file was whole or after. */
  failed(n: number, run: LiveRun, code: ErrorCode): void {
    const begun = this.#begun.get(run)?.get(n) ?? {
      ...{ n, wanted: null, attempt: this.#options.attemptsOf(n) },
      parts: encodeParts(run),
    };
    this.#tell(begun, { sizeBytes: null, code });
    const wait = this.#waits.get(n);
    // What comes now belongs to the next try.
    if (wait) wait.sinceMs = this.#options.now();
  }

  #tell(begun: BegunSegment, end: Pick<SegmentTrace, "sizeBytes" | "code">): void {
    const { hash, rendition, observer, now } = this.#options;
    const { n, wanted, attempt, parts: worked } = begun;
    const wait = this.#waits.get(n);
    const endMs = now();
    const parts = wait ? withQueue(worked, { startMs: wait.sinceMs, endMs }) : worked;
    observer.segment({
      ...{ hash, rendition, n, attempt, parts, endMs },
      wanted: wait ? "waited for" : wanted,
      parents: wait?.parents ?? [],
      startMs: parts[0]?.startMs ?? endMs,
      ...end,
    });
  }
}

function encodeParts(run: LiveRun): StagePart[] {
  return run.takeActive().map((stretch) => ({ stage: "encode", ...stretch }));
}

/**
 * The parts, which are in order and apart from each other, with `queue` wherever none of them is while somebody waits.
 */
export function withQueue(
  parts: readonly StagePart[],
  { startMs, endMs }: Stretch,
): readonly StagePart[] {
  const all: StagePart[] = [];
  let from = startMs;
  for (const part of parts) {
    if (part.startMs > from) all.push({ stage: "queue", startMs: from, endMs: part.startMs });
    all.push(part);
    from = Math.max(from, part.endMs);
  }
  if (endMs > from) all.push({ stage: "queue", startMs: from, endMs });
  return all;
}
