import { catalogue, type ErrorCode } from "./catalogue.ts";

export interface ViewraErrorOptions {
  /** What led to this error; kept for the log, never sent to a client. */
  readonly cause?: unknown;
  /** Facts a client may be told: paths stay out of it unless the client sent them. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** After how many seconds asking again makes sense. */
  readonly retryAfterSeconds?: number;
}

/** The one error type that crosses folders: a code of the catalogue, a sentence and its cause. */
export class ViewraError extends Error {
  override readonly name = "ViewraError";
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message?: string, options: ViewraErrorOptions = {}) {
    super(message ?? catalogue[code].message, { cause: options.cause });
    this.code = code;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** The HTTP status of the code. */
  get status(): number {
    return catalogue[this.code].status;
  }
}

/**
 * Any thrown value as a ViewraError: one of ours unchanged, a full or read-only disk and an exhausted system by their
 * errno, all else INTERNAL.
 */
export function toViewraError(thrown: unknown): ViewraError {
  if (thrown instanceof ViewraError) return thrown;
  if (errno(thrown) === "ENOSPC" || errno(thrown) === "EDQUOT") {
    return new ViewraError("STORAGE_FULL", undefined, { cause: thrown });
  }
  if (errno(thrown) === "EROFS") {
    return new ViewraError("FOLDER_UNUSABLE", readOnlyDisk, { cause: thrown });
  }
  if (isExhausted(thrown)) {
    return new ViewraError("SYSTEM_BUSY", undefined, { cause: thrown, retryAfterSeconds: 5 });
  }
  return new ViewraError("INTERNAL", undefined, { cause: thrown });
}

/** What Linux makes of a disk that fails. */
const readOnlyDisk =
  "A disk that is needed takes no writing: it is mounted read-only. Look at its state, and mount it for writing again";

const exhaustion: ReadonlySet<string> = new Set(["EMFILE", "ENFILE", "ENOMEM", "EAGAIN"]);

/** Whether the system had nothing left to do it with: that says nothing of the file or folder it was about. */
export function isExhausted(thrown: unknown): boolean {
  return exhaustion.has(errno(thrown) ?? "");
}

/** The system error code (`ENOENT`, `ENOSPC` …) of a thrown value, where it has one. */
export function errno(thrown: unknown): string | undefined {
  if (thrown instanceof Error && "code" in thrown && typeof thrown.code === "string") {
    return thrown.code;
  }
  return undefined;
}
