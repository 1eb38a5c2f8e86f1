import type { FileFacts, UnreadableFile } from "../db/media-file-changes.ts";
import type { ErrorCode } from "../errors/catalogue.ts";
import { toViewraError } from "../errors/viewra-error.ts";
import type { Source } from "../media/source.ts";
import { fingerprintFile } from "../probe/fingerprint.ts";
import type { Prober } from "../probe/prober.ts";
import type { SeenFile } from "./walk.ts";

/** Failures that are not the file's fault: they end the scan, or every film would be called unreadable. */
const fatal: ReadonlySet<ErrorCode> = new Set([
  ...(["CANCELLED", "PROGRAM_MISSING", "SHUTTING_DOWN", "SYSTEM_BUSY"] as const),
]);

/**
 * Probes a file. What is wrong with it is part of the answer; null when it is no longer there. Throws
 * CANCELLED, SHUTTING_DOWN, SYSTEM_BUSY and PROGRAM_MISSING only.
 */
export async function examineFile(
  prober: Prober,
  file: SeenFile,
  signal: AbortSignal,
): Promise<FileFacts | null> {
  const { sizeBytes, mtimeMs, path } = file;
  if (file.obstacle !== null) {
    const outcome: UnreadableFile = { reasonCode: "MEDIA_UNREADABLE", reason: file.obstacle };
    return { sizeBytes, mtimeMs, fingerprint: null, outcome };
  }
  const outcome = await probe(prober, path, signal);
  if (outcome === null) return null;
  const fingerprint =
    "fingerprint" in outcome ? outcome.fingerprint : await fingerprintOrNull(path);
  return { sizeBytes, mtimeMs, fingerprint, outcome };
}

async function probe(
  prober: Prober,
  path: string,
  signal: AbortSignal,
): Promise<Source | UnreadableFile | null> {
  try {
    return await prober.probe(path, signal);
  } catch (thrown) {
    const error = toViewraError(thrown);
    if (fatal.has(error.code)) throw error;
    return error.code === "MEDIA_MISSING"
      ? null
      : { reasonCode: error.code, reason: error.message };
  }
}

/** Of a file that ffprobe cannot read its bytes may still be known again; null when not even they can be read. */
export async function fingerprintOrNull(path: string): Promise<string | null> {
  try {
    return await fingerprintFile(path);
  } catch {
    return null;
  }
}
