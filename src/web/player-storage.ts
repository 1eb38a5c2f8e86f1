import { LocalMediaStorage } from "@vidstack/react";

/**
 * Volume, speed and languages stay as the viewer left them, for every title. Where a title was left is
 * the server's to know (another room's television may ask), and quality is chosen anew each time.
 */
export function createPlayerStorage(startPositionSeconds: number): LocalMediaStorage {
  return new PlayerStorage(startPositionSeconds);
}

class PlayerStorage extends LocalMediaStorage {
  readonly #startPositionSeconds: number;

  constructor(startPositionSeconds: number) {
    super();
    this.#startPositionSeconds = startPositionSeconds;
  }

  /** What browsers that play by themselves begin at; the engines know it already. */
  override async getTime(): Promise<number | null> {
    return this.#startPositionSeconds > 0 ? this.#startPositionSeconds : null;
  }
  override async setTime(): Promise<void> {}

  override async getVideoQuality(): Promise<null> {
    return null;
  }
  override async setVideoQuality(): Promise<void> {}

  override onChange(): void {
    super.onChange({ src: "", type: "?" }, null, "viewra-player");
  }
}
