import type { LoadPlayer, PlayerAdapter } from "./player-adapter.ts";

/** A film that stands still wherever it is put, with a text shown. */
export interface SubtitleStage {
  readonly languages: readonly string[];
  /** What the player or the element complained of. */
  problems(): readonly string[];
  select(language: string): Promise<void>;
  /** The words that are on the picture there, once they have had the time to come. */
  goTo(seconds: number, expectsText: boolean): Promise<string[]>;
}

const patienceMs = 15_000;
/** What is not shown by then, nor taken away, will not be. */
const settleMs = 400;
/**
 * Nobody chooses a text, or seeks, within a blink of the last thing done. dash.js 5 loses the words of a text that is chosen
 * while it loads another, and of one that it loads while it seeks.
 */
const atRestMs = 1000;

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function openSubtitleStage(
  load: LoadPlayer,
  manifestUrl: string,
): Promise<SubtitleStage> {
  const problems: string[] = [];
  const video = document.createElement("video");
  video.muted = true;
  // As large as its pictures: what is drawn lies where the film has it.
  video.style.cssText = "position:fixed;left:0;top:0;width:640px;height:360px;background:#000";
  document.body.style.cssText = "margin:0;background:#000";
  document.body.append(video);
  video.addEventListener("error", () => problems.push(`element: ${video.error?.message}`));
  const player: PlayerAdapter = await load(video, manifestUrl, (said) => problems.push(said));
  await video.play();
  await until(() => video.currentTime > 0.2);
  video.pause();
  await delay(atRestMs);
  return {
    languages: player.textLanguages(),
    problems: () => problems,
    select: async (language) => {
      player.selectText(language);
      await delay(atRestMs);
    },
    goTo: async (seconds, expectsText) => {
      video.currentTime = seconds;
      await until(() => !video.seeking && video.readyState >= 2);
      await until(() => shownWords(video).length > 0 === expectsText).catch(() => undefined);
      await delay(settleMs);
      return shownWords(video);
    },
  };

  async function until(done: () => boolean): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (!done()) {
      if (performance.now() > deadline) throw new Error(`waited in vain: ${problems.join("; ")}`);
      await delay(20);
    }
  }
}

function shownWords(video: HTMLVideoElement): string[] {
  return [...video.textTracks]
    .filter(({ mode }) => mode === "showing")
    .flatMap(({ activeCues }) => [...(activeCues ?? [])])
    .map((cue) => (cue instanceof VTTCue ? cue.text : ""));
}
