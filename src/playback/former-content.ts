import { ViewraError } from "../errors/viewra-error.ts";
import type { SessionRow } from "../db/transcode-sessions.ts";
import type { Container } from "../media/object-name.ts";
import type { PlaybackPipeline } from "./ports.ts";
import type { StartRequest } from "./start-request.ts";

/**
 * The hash of what the address of an ended session leads to: its content, and where that is gone, or another Viewra
 * made it, what `publish` makes of the title now. The old hash where there is no such title any more: it says what is
 * not there. MEDIA_NOT_FOUND without one.
 */
export async function formerContent(
  record: SessionRow,
  pipeline: Pick<PlaybackPipeline, "progress">,
  publish: (request: StartRequest) => Promise<string>,
): Promise<string> {
  const { contentHash, mediaFileId, decision } = record;
  if (decision === "direct_play") return contentHash;
  if (contentHash !== "" && (await isThere(pipeline, contentHash))) return contentHash;
  const container: Container = record.container === "hls" ? "hls" : "dash";
  try {
    return await publish({ mediaFileId, container });
  } catch (thrown) {
    if (contentHash === "" || !is(thrown, "MEDIA_NOT_FOUND")) throw thrown;
    return contentHash;
  }
}

async function isThere(
  pipeline: Pick<PlaybackPipeline, "progress">,
  hash: string,
): Promise<boolean> {
  try {
    await pipeline.progress(hash);
    return true;
  } catch (thrown) {
    if (is(thrown, "CONTENT_NOT_FOUND")) return false;
    // What is stored of it is served.
    if (is(thrown, "PLAN_UNSUPPORTED")) return true;
    throw thrown;
  }
}

function is(thrown: unknown, code: ViewraError["code"]): boolean {
  return thrown instanceof ViewraError && thrown.code === code;
}
