import type { CopiedAudio } from "../../src/rendition/copy/copied-rendition.ts";

/** Copied sound of which only when its segments begin and end is of interest. */
export function copiedSound(
  cuts: Partial<Pick<CopiedAudio["recipe"], "timescale" | "startTicks" | "steps">> = {},
): CopiedAudio {
  return {
    ...{ kind: "audio", method: "copy", id: "a1", track: 1, language: "und" },
    ...{ label: "Audio 1", isDefault: true, role: "main" },
    recipe: {
      ...{ kind: "audio", revision: 1, codec: "aac", configurationSha256: "0".repeat(64) },
      ...{ timescale: 48_000, zeroTicks: 0, startTicks: 0, delayTicks: 0, steps: [] },
      ...{ bitrateBps: 128_000, channels: 2, sampleRateHz: 48_000 },
      ...cuts,
    },
  };
}
