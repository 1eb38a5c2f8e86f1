import { createTempFolder } from "./temp-folder.ts";
import { runTool } from "./run-tool.ts";

/** One decoded track: raw samples and when each decoded frame is shown, by the container's own clock. */
export interface Decoded {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Seconds, in order of output. */
  readonly times: readonly number[];
  /** Seconds each decoded frame lasts, rounded as the container's clock is; 0 where it does not say. */
  readonly durations: readonly number[];
  /** Bytes of each decoded frame: unlike a coarse clock they tell how long sound lasts. */
  readonly sizes: readonly number[];
  /** Everything FFmpeg had to say at `-v warning`; empty when all is well. */
  readonly warnings: string;
}

/**
 * Decodes one track (`0:v:0`, `0:a:1`, …) of a file or manifest URL from start to end, time stamps
 * untouched. `output` are the FFmpeg options that make the raw samples.
 */
export async function decodeTrack(
  input: string,
  track: string,
  output: readonly string[],
): Promise<Decoded> {
  await using folder = await createTempFolder("decode");
  const times = folder.file("times");
  const kept = ["-copyts", "-fps_mode", "passthrough", "-enc_time_base", "-1"];
  const { stdout, stderr } = await runTool([
    ...["ffmpeg", "-nostdin", "-v", "warning", "-copyts", "-i", input],
    ...["-map", track, ...kept, ...output, "-f", "tee"],
    `[f=data:onfail=abort]pipe\\:1|[f=framehash:hash=crc32]${times}`,
  ]);
  const list = await Bun.file(times).text();
  return { bytes: stdout, warnings: stderr.replaceAll(noSubtitles, ""), ...parseTimes(list) };
}

/** FFmpeg's reader of HLS has none of its subtitles, and says so of each. */
const noSubtitles = /^.*Can't support the subtitle\(uri: .*\n?/gm;

/** FFmpeg's framehash: `#tb 0: 1/24000`, then `stream, dts, pts, duration, size, hash` a line. */
function parseTimes(list: string): Pick<Decoded, "times" | "durations" | "sizes"> {
  const base = /^#tb 0: (\d+)\/(\d+)$/m.exec(list);
  const tick = Number(base?.[1]) / Number(base?.[2]);
  const rows = list.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const cells = rows.map((row) => row.split(",").map(Number));
  return {
    times: cells.map((row) => (row[2] ?? Number.NaN) * tick),
    durations: cells.map((row) => (row[3] ?? 0) * tick),
    sizes: cells.map((row) => row[4] ?? 0),
  };
}
