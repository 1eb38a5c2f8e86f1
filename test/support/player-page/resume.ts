export interface ResumeReport {
  /** What the player or the element complained of. */
  readonly problems: readonly string[];
  /** Whether pictures moved, or the film's end was reached, in time. */
  readonly goesOn: boolean;
  /** Where it went on, seconds. */
  readonly resumedAt: number;
}

/** Opens a film, goes to a place before anything else, and plays. */
export async function resumeAt(
  video: HTMLVideoElement,
  load: () => Promise<unknown>,
  seconds: number,
  problems: string[],
  patienceMs: number,
): Promise<ResumeReport> {
  video.addEventListener("error", () => problems.push(`element: ${video.error?.message}`));
  await load();
  const deadline = performance.now() + patienceMs;
  const until = async (done: () => boolean): Promise<boolean> => {
    while (!done()) {
      if (performance.now() > deadline) return false;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return true;
  };
  await until(() => video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA);
  video.currentTime = seconds;
  // What is refused here is told by what is played.
  void video.play().catch(() => undefined);
  await until(() => !video.seeking && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA);
  const resumedAt = video.currentTime;
  const goesOn = await until(() => video.ended || video.currentTime > resumedAt + 0.3);
  return { problems, goesOn, resumedAt };
}
