import type { ErrorCode } from "../errors/catalogue.ts";
import type { ViewraError } from "../errors/viewra-error.ts";

/**
 * What a failure says about trying again. `header`: what FFmpeg and Shaka write has another header than
 * was described; the same comes out however often one tries. `limit`: it takes more memory than FFmpeg may
 * have; so will the next try. `segment`: may be cured by seeking from
 * further back, and is tried a few times. `interrupted`: somebody else ended the program (the kernel, for
 * want of memory); the segment is blameless. `environment`: the disk, the film, a program; nothing is
 * wrong with the segment and nothing helps it before that is set right.
 */
export type FailureKind = "header" | "limit" | "segment" | "interrupted" | "environment";

const environment: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...(["STORAGE_FULL", "PROGRAM_MISSING", "MEDIA_MISSING", "MEDIA_CHANGED"] as const),
  ...(["DATABASE_UNUSABLE", "FOLDER_UNUSABLE", "OBJECT_CORRUPT", "CONTENT_NOT_FOUND"] as const),
  ...([
    "TRANSCODING_UNAVAILABLE",
    "CANCELLED",
    "SHUTTING_DOWN",
    "SYSTEM_BUSY",
    "INTERNAL",
  ] as const),
]);

export function failureKind({ code, details }: ViewraError): FailureKind {
  if (environment.has(code)) return "environment";
  if (code === "VERIFY_FAILED") return details?.["fault"] === "header" ? "header" : "segment";
  if (code === "MEDIA_UNSUPPORTED") return "limit";
  const { signal, stderr } = details ?? {};
  const isEnded = typeof signal === "string" && !faultSignals.has(signal);
  return isEnded || saysNoMemory(stderr) ? "interrupted" : "segment";
}

/** Signals a program brings upon itself; it would do so again. */
const faultSignals: ReadonlySet<string> = new Set(
  ["SEGV", "ABRT", "BUS", "ILL", "FPE", "SYS", "TRAP"].map((name) => `SIG${name}`),
);

function saysNoMemory(stderr: unknown): boolean {
  return typeof stderr === "string" && /Cannot allocate memory|std::bad_alloc/.test(stderr);
}
