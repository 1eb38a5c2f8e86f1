import { ViewraError } from "../errors/viewra-error.ts";
import type { FfprobeRequest, FfprobeReport } from "./ffprobe-run.ts";
import type { Tails } from "./packet-tail.ts";

export type RunOnFile = (
  request: Omit<FfprobeRequest, "path" | "signal">,
) => Promise<FfprobeReport>;

export interface EndSearch {
  readonly run: RunOnFile;
  /** The stream whose end is looked for. */
  readonly streamIndex: number;
  readonly startSeconds: number;
  readonly declaredEndSeconds: number | undefined;
  readonly leftMs: () => number;
}

/** The search itself takes no longer than this, however slow the disk. */
const budgetMs = 2_000;
/** The last packets are read from at most this long before the last moment found, plus a group of pictures. */
const precisionSeconds = 0.5;

/**
 * The last packets of a file whose end could not be reached by one seek: an MP4 cut off after its index
 * (a seek beyond the cut finds nothing), or a container without an index of its own. Undefined when they
 * cannot be found and the header must be trusted; MEDIA_UNREADABLE when the file holds no packet at all.
 */
export async function searchTails(search: EndSearch): Promise<Tails | undefined> {
  const { declaredEndSeconds, startSeconds, streamIndex } = search;
  if (declaredEndSeconds === undefined) return undefined;
  const until = performance.now() + budgetMs;

  const nearEnd = await look(search, declaredEndSeconds - 2);
  if (nearEnd.tails.has(streamIndex)) return nearEnd.tails;
  const atStart = await look(search, undefined, 1);
  if (!atStart.tails.has(streamIndex)) {
    if (!atStart.result.ok) return undefined;
    throw new ViewraError(
      "MEDIA_UNREADABLE",
      "The file is cut off before its first picture: copy it again",
    );
  }

  let good = startSeconds;
  let bad = declaredEndSeconds;
  while (bad - good > precisionSeconds && performance.now() < until) {
    const middle = (good + bad) / 2;
    const { tails } = await look(search, middle, 1);
    if (tails.has(streamIndex)) good = middle;
    else bad = middle;
  }
  const last = await look(search, good === startSeconds ? undefined : good);
  return last.tails.has(streamIndex) ? last.tails : undefined;
}

function look(search: EndSearch, from: number | undefined, limit?: number): Promise<FfprobeReport> {
  return search.run({
    describe: false,
    packetsFrom: from ?? null,
    timeoutMs: search.leftMs(),
    ...(limit === undefined ? {} : { packetLimit: limit, streamIndex: search.streamIndex }),
  });
}
