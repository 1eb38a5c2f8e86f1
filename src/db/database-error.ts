import { LibsqlError } from "@libsql/client";
import { DrizzleQueryError } from "drizzle-orm";
import { ViewraError } from "../errors/viewra-error.ts";

export type DatabaseFault = "corrupt" | "locked" | "read_only" | "full" | "cannot_open" | "newer";

const sentences = {
  corrupt:
    "is damaged or not a database. Move it away and start again: a scan rebuilds the library, stored content stays valid",
  locked: "is locked by another process",
  read_only: "cannot be written; check the permissions of the file and its folder",
  cannot_open: "cannot be opened; check that its folder exists and may be read and written",
  newer: "was written by a newer version of this program; update the program",
} as const satisfies Record<Exclude<DatabaseFault, "full">, string>;

/** What libSQL threw (bare or wrapped by drizzle) as an error of the catalogue; other values unchanged. */
export function toDatabaseError(thrown: unknown, url: string): unknown {
  const root = thrown instanceof DrizzleQueryError ? (thrown.cause ?? thrown) : thrown;
  // What a new connection throws carries its code in the text alone.
  const isUnopened = root instanceof Error && root.message.startsWith("ConnectionFailed(");
  if (isUnopened) return unusable("cannot_open", url, root);
  if (!(root instanceof LibsqlError)) return root;
  if (root.code === "CLIENT_CLOSED")
    return new ViewraError("SHUTTING_DOWN", undefined, { cause: root });
  const fault = faultOf(root);
  if (fault === "full") return new ViewraError("STORAGE_FULL", undefined, { cause: root });
  // The statement stays in the cause: it helps whoever reads the log, and holds nothing for a client.
  if (fault === undefined) return new ViewraError("INTERNAL", undefined, { cause: thrown });
  return unusable(fault, url, root);
}

/** True when another process held the database for longer than the busy timeout. */
export function isBusy(thrown: unknown): boolean {
  const root = thrown instanceof DrizzleQueryError ? thrown.cause : thrown;
  return root instanceof LibsqlError && faultOf(root) === "locked";
}

function faultOf(error: LibsqlError): DatabaseFault | undefined {
  switch (error.code) {
    case "SQLITE_CORRUPT":
    case "SQLITE_NOTADB":
      return "corrupt";
    case "SQLITE_BUSY":
    case "SQLITE_LOCKED":
      return "locked";
    case "SQLITE_READONLY":
    case "SQLITE_PERM":
      return "read_only";
    case "SQLITE_FULL":
      return "full";
    case "SQLITE_CANTOPEN":
      return "cannot_open";
    default:
      return undefined;
  }
}

function unusable(fault: Exclude<DatabaseFault, "full">, url: string, cause: unknown): ViewraError {
  return new ViewraError("DATABASE_UNUSABLE", `The database ${url} ${sentences[fault]}`, {
    cause,
    details: { reason: fault },
    ...(fault === "locked" ? { retryAfterSeconds: 5 } : {}),
  });
}
