import { fileTypeOf } from "../device/file-type.ts";
import type { Reason } from "../device/reason.ts";
import { fileHash, fileName } from "../media/file-address.ts";
import type { PlayableMedia } from "./media-lookup.ts";
import type { FileState } from "./ports.ts";
import type { ResolvedRequest, StartRequest } from "./start-request.ts";

/** Where the file of a title is given as it is. */
export interface FilePlace {
  readonly hash: string;
  /** `file.<ext>` */
  readonly name: string;
  readonly extension: string;
}

export function filePlace({ file, source }: PlayableMedia): FilePlace {
  const { extension } = fileTypeOf(source, file.path);
  const hash = fileHash(source.fingerprint, file.modifiedMs);
  return { hash, name: fileName(extension), extension };
}

/** A file that was written to so lately may be still. Whoever downloads writes more often. */
const settledMs = 2000;
/** A file of a disk that compresses takes less room than it is long; films are not compressed by that much. */
const wholeShare = 0.99;
/** Small files lie in places where no room is counted. */
const uncountedBytes = 64 * 1024;

/** Why a file is not given as it is, whatever the device plays: its bytes would be others later, or are not there. */
export function fileObstacles(
  { sizeBytes, modifiedMs, allocatedBytes }: FileState,
  nowMs: number,
): Reason[] {
  const reasons: Reason[] = [];
  // A time in the future is a clock that was wrong, and says nothing.
  if (modifiedMs <= nowMs && nowMs - modifiedMs < settledMs) {
    const message = "The file was written to a moment ago, and may be growing";
    reasons.push({ code: "FILE_GROWING", message });
  }
  const hasHoles = allocatedBytes > 0 && allocatedBytes + uncountedBytes < sizeBytes * wholeShare;
  if (hasHoles) {
    const there = Math.floor((100 * allocatedBytes) / sizeBytes);
    const message = `The file has holes, as one that is being downloaded: ${there} % of it are there`;
    reasons.push({ code: "FILE_HAS_HOLES", message });
  }
  return reasons;
}

/**
 * Why a client is given a stream, though it could play the file. One that names how its manifest is to be written
 * has a player for that, unless it says itself that it plays files; and of an unknown one nobody says so.
 */
export function streamWished(
  { container, delivery }: Pick<StartRequest, "container" | "delivery">,
  { filesSaidBy }: Pick<ResolvedRequest, "filesSaidBy">,
): Reason[] {
  if (delivery === "direct_play" || filesSaidBy === "client") return [];
  if (filesSaidBy === "table" && container === undefined) return [];
  const message =
    container === undefined
      ? "The device could play the file as it is, but nobody said that it plays files: name supported_containers"
      : `The device could play the file as it is; a ${container.toUpperCase()} stream was asked for`;
  return [{ code: "DELIVERY_ADAPTIVE", message }];
}
