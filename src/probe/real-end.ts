import { ViewraError } from "../errors/viewra-error.ts";
import type { FfprobeRequest, FfprobeReport } from "./ffprobe-run.ts";
import type { Tails } from "./packet-tail.ts";

export type RunOnFile = (
  request: Omit<FfprobeRequest, "input" | "signal">,
) => Promise<FfprobeReport>;

export interface EndSearch {
  readonly run: RunOnFile;
  /** The stream whose end is looked for. */
  readonly streamIndex: number;
  readonly startSeconds: number;
  readonly declaredEndSeconds: number | undefined;
  /** How much of what the header promises is there, 0 to 1; undefined when it promises no size. */
  readonly presentShare: number | undefined;
  readonly leftMs: () => number;
}

/** No new look is begun after this, however slow the disk. */
const budgetMs = 2_000;

/**
 * The last packets of a file whose end one seek did not reach: an MP4 cut off after its index (a seek
 * beyond the cut finds nothing), or a container without an index. Each look seeks to a guess and reads
 * on to the end, so the first guess before the cut is the last; bytes there against bytes promised tell
 * where to guess. Undefined when nothing is found and the header must be trusted; MEDIA_UNREADABLE when
 * the file holds no packet at all.
 */
export async function searchTails(search: EndSearch): Promise<Tails | undefined> {
  const { declaredEndSeconds, startSeconds, streamIndex } = search;
  if (declaredEndSeconds === undefined) return undefined;
  const until = performance.now() + budgetMs;
  const promised = declaredEndSeconds - startSeconds;
  let good = startSeconds;
  let bad = declaredEndSeconds;
  for (const share of guesses(search.presentShare)) {
    const nearEnd = bad - 2;
    const guess = Math.min(nearEnd, startSeconds + promised * share);
    if (guess <= good || performance.now() > until) break;
    const { tails, complete } = await look(search, guess);
    const end = tails.get(streamIndex)?.presentationEnd;
    if (end === undefined) bad = guess;
    else if (complete) return tails;
    else good = end;
  }
  return good === startSeconds ? await fromStart(search) : undefined;
}

/** Shares of the promised length to look at, latest first. The index and uneven bit rates blur the first. */
function guesses(presentShare: number | undefined): number[] {
  const first = presentShare === undefined || presentShare > 0.95 ? [1] : [];
  const estimate = Math.min(1, presentShare ?? 1);
  return [...first, ...[0.96, 0.88, 0.72, 0.5, 0.25].map((part) => estimate * part)];
}

async function fromStart(search: EndSearch): Promise<Tails | undefined> {
  const { result, tails, complete } = await look(search, null);
  if (tails.has(search.streamIndex)) return complete ? tails : undefined;
  // Of a track that is announced and has no packet the others tell, see absent-tracks.ts.
  if (!result.ok || tails.size > 0) return undefined;
  throw new ViewraError(
    "MEDIA_UNREADABLE",
    "The file is cut off before its first picture: copy it again",
  );
}

function look(search: EndSearch, from: number | null): Promise<FfprobeReport> {
  return search.run({ describe: false, packetsFrom: from, timeoutMs: search.leftMs() });
}
