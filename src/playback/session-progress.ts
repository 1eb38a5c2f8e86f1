import { ViewraError } from "../errors/viewra-error.ts";
import type { PlaybackPipeline } from "./ports.ts";
import type { SessionDetail, SessionView } from "./session-view.ts";

/** How far the content of a session has come; nothing of it once the content was deleted. */
export async function contentProgress(
  pipeline: Pick<PlaybackPipeline, "progress">,
  { contentHash, positionSeconds }: SessionView,
): Promise<Pick<SessionDetail, "progress" | "failure">> {
  const found = await pipeline.progress(contentHash).catch((error: unknown) => {
    if (error instanceof ViewraError && error.code === "CONTENT_NOT_FOUND") return null;
    throw error;
  });
  const { segmentsReady = 0, segmentsTotal = 0, speed = 0, fps = 0 } = found ?? {};
  const percent = segmentsTotal === 0 ? 0 : (segmentsReady / segmentsTotal) * 100;
  return {
    progress: { percent, speed, fps, segmentsReady, segmentsTotal, positionSeconds },
    failure: found?.failure ?? null,
  };
}
