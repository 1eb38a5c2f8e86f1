import { runTool } from "./run-tool.ts";

export interface Loudness {
  /** Integrated, EBU R 128, LUFS; −70 for silence. */
  readonly integrated: number;
  /** Loudness range, EBU Tech 3342, LU. */
  readonly range: number;
  /** dBTP. */
  readonly truePeak: number;
}

/** Measures a sound track of a file or manifest with FFmpeg's ebur128; `input` are the options that read it. */
export async function measureLoudness(
  input: readonly string[],
  track = "0:a:0",
): Promise<Loudness> {
  const args = ["-map", track, "-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"];
  const { stderr } = await runTool(["ffmpeg", "-nostdin", "-hide_banner", ...input, ...args]);
  const summary = stderr.slice(stderr.lastIndexOf("Summary:"));
  const number = (pattern: RegExp): number => {
    const found = pattern.exec(summary)?.[1];
    return found === undefined ? Number.NaN : found === "-inf" ? -200 : Number(found);
  };
  return {
    integrated: number(/I:\s+(-?[\d.]+|-inf|nan) LUFS/),
    range: number(/LRA:\s+(-?[\d.]+|nan) LU/),
    truePeak: number(/Peak:\s+(-?[\d.]+|-inf) dBFS/),
  };
}
