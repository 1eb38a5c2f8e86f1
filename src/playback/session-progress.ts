import { ViewraError } from "../errors/viewra-error.ts";
import type { PlaybackPipeline } from "./ports.ts";
import type { SessionDetail, SessionView } from "./session-view.ts";

/** How far what a session plays has come: all of a file, nothing of a content that was deleted. */
export async function sessionProgress(
  pipeline: Pick<PlaybackPipeline, "progress">,
  { contentHash, positionSeconds, decision }: SessionView,
): Promise<Pick<SessionDetail, "progress" | "failure">> {
  if (decision === "direct_play") {
    const none = { speed: 0, fps: 0, segmentsReady: 0, segmentsTotal: 0 };
    return { progress: { ...none, percent: 100, positionSeconds }, failure: null };
  }
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
