import { ViewraError } from "../errors/viewra-error.ts";
import type { Logger } from "../log/logger.ts";
import { segmentName } from "../media/object-name.ts";
import type { FailureKind } from "./failure-kind.ts";
import type { FailureRecord, RecordedFailure } from "./ports.ts";

export interface SegmentFailuresOptions {
  readonly hash: string;
  readonly rendition: string;
  readonly record: FailureRecord;
  readonly maxAttempts: number;
  readonly log: Logger;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** `now` when this process began: what was given up before may be tried again, FFmpeg may be another. */
  readonly startedAt: number;
}

/** How long a segment is left alone after its last allowed try; twice as long after each one more. */
const firstRestMs = 60_000;
const longestRestMs = 3_600_000;
/** The same after FFmpeg was ended by somebody else: memory comes back sooner than a film is mended. */
const firstPauseMs = 5_000;
const longestPauseMs = 60_000;
/** Tries that were interrupted, in a row, before those who wait are told. */
const mostInterruptions = 3;

/** What follows from a try that failed. */
export interface FailureNews {
  /** What to tell those who wait for the segment; null when it is tried again. */
  readonly told: ViewraError | null;
  /** Those who wait for any other segment are told so, too: nothing is wrong with this one. */
  readonly isOfAll?: boolean;
  /** What the observer is told. */
  readonly notice: "givenUp" | "headerMismatch" | null;
}

interface GivenUp {
  readonly error: ViewraError;
  readonly until: number;
}

/**
 * Which segments of a rendition failed, how often, and which are left alone for a while. Memory decides;
 * the record only carries it over restarts: nobody waits for it, and its failing changes nothing.
 */
export class SegmentFailures {
  readonly #options: SegmentFailuresOptions;
  readonly #attempts = new Map<number, number>();
  readonly #interruptions = new Map<number, number>();
  readonly #givenUp = new Map<number, GivenUp>();

  constructor(options: SegmentFailuresOptions) {
    this.#options = options;
  }

  /** Tries of segment n that failed so far. */
  attemptsOf(n: number): number {
    return this.#attempts.get(n) ?? 0;
  }

  /** Why segment n is left alone at this moment; null when it may be tried. */
  refusal(n: number): ViewraError | null {
    const known = this.#givenUp.get(n);
    if (known === undefined) return null;
    const left = known.until - this.#options.now();
    if (left > 0) return again(known.error, left / 1000);
    this.#givenUp.delete(n);
    return null;
  }

  /** No segment is left alone. */
  get isEmpty(): boolean {
    return this.#givenUp.size === 0;
  }

  /** What an earlier run of this process, or an earlier process, put on record. */
  recall(n: number, { attempts, reason, ageMs }: RecordedFailure): void {
    const { maxAttempts, now, startedAt } = this.#options;
    if (this.#attempts.has(n)) return;
    this.#attempts.set(n, attempts);
    const isOfThisProcess = ageMs < now() - startedAt;
    if (attempts < maxAttempts || !isOfThisProcess) return;
    const until = now() + restMs(attempts - maxAttempts) - ageMs;
    this.#givenUp.set(n, { error: new ViewraError("ENCODE_FAILED", reason), until });
  }

  /** A try failed. */
  take(n: number, error: ViewraError, kind: FailureKind): FailureNews {
    if (kind === "environment") {
      const isNobodys = error.code === "TRANSCODING_UNAVAILABLE";
      return { told: error, isOfAll: true, notice: isNobodys ? "givenUp" : null };
    }
    if (kind === "interrupted") return { told: this.#interrupted(n, error), notice: null };
    if (kind === "header" || kind === "limit") {
      this.#addIncurable(n, error);
      return { told: error, notice: kind === "header" ? "headerMismatch" : null };
    }
    return this.#add(n, error) ? { told: error, notice: "givenUp" } : { told: null, notice: null };
  }

  /** True when the segment is left alone from now on. */
  #add(n: number, error: ViewraError): boolean {
    const { maxAttempts } = this.#options;
    const attempts = this.attemptsOf(n) + 1;
    this.#attempts.set(n, attempts);
    this.#write("add", n, error.message);
    if (attempts < maxAttempts) return false;
    this.#giveUp(n, error, restMs(attempts - maxAttempts));
    return true;
  }

  /** It failed as every other try would. */
  #addIncurable(n: number, error: ViewraError): void {
    this.#attempts.set(n, this.attemptsOf(n) + 1);
    this.#write("add", n, error.message);
    this.#giveUp(n, error, longestRestMs);
  }

  /** A try was ended from outside; says what to tell those who wait when it is not tried again at once. */
  #interrupted(n: number, error: ViewraError): ViewraError | null {
    const count = (this.#interruptions.get(n) ?? 0) + 1;
    this.#interruptions.set(n, count);
    if (count < mostInterruptions) return null;
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (count - mostInterruptions));
    const message = `FFmpeg was ended from outside, for want of memory perhaps: ${error.message}`;
    const notReady = new ViewraError("OBJECT_NOT_READY", message, { cause: error });
    this.#giveUp(n, notReady, pauseMs);
    return again(notReady, pauseMs / 1000);
  }

  /** The segment was made. */
  clear(n: number): void {
    this.#givenUp.delete(n);
    this.#interruptions.delete(n);
    if (this.#attempts.delete(n)) this.#write("clear", n, "");
  }

  #giveUp(n: number, error: ViewraError, forMs: number): void {
    this.#givenUp.set(n, { error, until: this.#options.now() + forMs });
  }

  #write(what: "add" | "clear", n: number, reason: string): void {
    const { hash, rendition, record, log } = this.#options;
    const object = segmentName(rendition, n);
    const written = what === "add" ? record.add(hash, object, reason) : record.clear(hash, object);
    written.catch((error: unknown) => log.warn("failure not recorded", { object, error }));
  }
}

function restMs(furtherTries: number): number {
  return Math.min(longestRestMs, firstRestMs * 2 ** furtherTries);
}

function again(error: ViewraError, seconds: number): ViewraError {
  const { code, message, details, cause } = error;
  const retryAfterSeconds = Math.ceil(seconds);
  return new ViewraError(code, message, {
    ...{ cause, retryAfterSeconds },
    ...(details ? { details } : {}),
  });
}
