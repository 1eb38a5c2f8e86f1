import { methods, type Rendition } from "../rendition/methods.ts";
import type { JobRecords, PrewarmPipeline, PrewarmProgress, PrewarmTitles } from "./ports.ts";
import type { DecisionKind } from "./job.ts";
import type { PrewarmWish } from "./prewarm-wish.ts";

export interface PrewarmTitleDeps {
  readonly titles: Pick<PrewarmTitles, "publish">;
  readonly pipeline: PrewarmPipeline;
  readonly records: Pick<JobRecords, "noteContent">;
}

/** What a title came to, and why nothing is made of it where that is so. */
export interface FoundTitle {
  readonly decision: DecisionKind;
  readonly contentHash: string;
  readonly note: string | null;
}

export interface TitleListener {
  /** Once it is known what a start comes to, and again where another content took that one's place. */
  readonly onFound: (title: FoundTitle) => void;
  readonly onProgress: (made: PrewarmProgress) => void;
}

const directNote = "The device plays the file as it is: there is nothing to make";
const copiedNote =
  "All that the device plays is copied from the file, which takes no time worth saving: there is nothing to make";

/** A content that is found not to be makeable is replaced by another, perhaps more than once. */
const mostContents = 4;

/**
 * Publishes a title as a start would, and makes the part of it that is wished for. Rejects with what playback's `publish`
 * and the pipeline's `prewarm` reject with.
 */
export async function prewarmTitle(
  { titles, pipeline, records }: PrewarmTitleDeps,
  { mediaFileId, device, fromSeconds, toSeconds }: PrewarmWish,
  signal: AbortSignal,
  { onFound, onProgress }: TitleListener,
): Promise<void> {
  const request = { ...device, mediaFileId };
  let title = await titles.publish(request);
  for (let contents = 1; ; contents++) {
    const isCopied = title.kind === "content" && !title.plan.renditions.some(isWorthMaking);
    const note = title.kind === "file" ? directNote : isCopied ? copiedNote : null;
    onFound({ decision: title.decision.kind, contentHash: title.hash, note });
    if (title.kind === "content") await records.noteContent(title.hash, title.fingerprint);
    signal.throwIfAborted();
    if (note !== null) return;
    const part = { from: fromSeconds, ...(toSeconds === null ? {} : { to: toSeconds }) };
    try {
      return await pipeline.prewarm(title.hash, { ...part, signal, onProgress });
    } catch (thrown) {
      signal.throwIfAborted();
      const failed = title.hash;
      title = await titles.publish(request);
      if (title.hash === failed || contents >= mostContents) throw thrown;
    }
  }
}

const isWorthMaking = ({ method }: Pick<Rendition, "method">): boolean =>
  methods[method].isWorthFilling;
